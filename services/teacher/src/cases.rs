//! Test inputs: edge cases, small, medium and large ones, with values drawn in several moods.

mod values;

use crate::dice::Dice;
use crate::ir::{Arg, Instance, Shape, Span, Task};
pub(crate) use values::numbers;
use values::{links, near, pairs, word, words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Least,
    Small,
    Medium,
    Large,
}

/// How values relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Mixed,
    Equal,
    Rising,
    Falling,
    Few,
    Extreme,
    /// Close to zero, or to the lowest value, so that border cases and ties are common.
    Near,
}

/// Inputs above this size would swell an answer without testing more.
const LARGE: i64 = 640;

impl Kind {
    /// The range from which one size is drawn.
    pub(crate) fn span(self, shape: Shape, limits: Span) -> Span {
        let (low, high) = limits;
        let (cap, ceiling) = if shape == Shape::Grid {
            (8, 36)
        } else {
            (120, LARGE)
        };
        match self {
            Self::Least => (low, low),
            Self::Small => (low, high.min(low + 6)),
            Self::Medium => (low.max(cap / 4).min(high / 8), (high / 8).min(cap).max(low)),
            Self::Large => {
                let top = high.min(ceiling);
                ((top * 3 / 4).max(low), top)
            }
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Least => "smallest possible input",
            Self::Small => "small input",
            Self::Medium => "medium input",
            Self::Large => "large input",
        }
    }
}

const MOODS: [Mood; 7] = [
    Mood::Mixed,
    Mood::Equal,
    Mood::Rising,
    Mood::Falling,
    Mood::Few,
    Mood::Extreme,
    Mood::Near,
];

impl Mood {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Mixed => "random values",
            Self::Equal => "all values equal",
            Self::Rising => "values in increasing order",
            Self::Falling => "values in decreasing order",
            Self::Few => "few different values",
            Self::Extreme => "values at the limits",
            Self::Near => "values close together",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Case {
    pub description: String,
    pub instance: Instance,
}

/// `count` inputs: two of the smallest, and every fifth a large one, the last in any case.
pub(crate) fn suite(task: &Task, count: usize, dice: &mut Dice) -> Vec<Case> {
    let case = |at: usize| {
        let kind = match at {
            0 => Kind::Least,
            _ if at + 1 == count || at % 5 == 4 => Kind::Large,
            _ if at % 5 == 3 => Kind::Medium,
            _ => Kind::Small,
        };
        let mood = if at.is_multiple_of(2) {
            *dice.pick(&MOODS)
        } else {
            Mood::Mixed
        };
        let description = format!("{}, {}", kind.words(), mood.words());
        Case {
            description,
            instance: draw(task, kind, mood, dice),
        }
    };
    (0..count).map(case).collect()
}

pub(crate) fn draw(task: &Task, kind: Kind, mood: Mood, dice: &mut Dice) -> Instance {
    let shape = task.shape();
    let spans = task
        .bounds
        .sizes
        .iter()
        .map(|limits| kind.span(shape, *limits));
    let sizes: Vec<i64> = spans.map(|span| dice.within(span.0, span.1)).collect();
    let mut instance = Instance::default();
    match shape {
        Shape::List => instance.numbers = numbers(sizes[0], task.bounds.values, mood, dice),
        Shape::Queries => {
            instance.numbers = numbers(sizes[0], task.bounds.values, mood, dice);
            instance.rows = pairs(sizes[1], (1, sizes[0]), Mood::Mixed, dice);
        }
        Shape::Text | Shape::Texts => {
            instance.texts = sizes
                .iter()
                .map(|length| word(*length, mood, dice))
                .collect();
        }
        Shape::Words => instance.texts = words(sizes[0], mood, dice),
        Shape::Graph | Shape::Tree => {
            instance.places = if kind == Kind::Large {
                sizes[0].min(300)
            } else {
                sizes[0]
            };
            let count = if shape == Shape::Tree {
                sizes[0] - 1
            } else {
                sizes[1]
            };
            instance.places = if shape == Shape::Tree {
                sizes[0]
            } else {
                instance.places
            };
            instance.rows = links(&instance, shape, count, task.bounds.values, mood, dice);
        }
        Shape::Grid => {
            let row = |_| numbers(sizes[1], task.bounds.values, mood, dice);
            instance.rows = (0..sizes[0]).map(row).collect();
        }
        Shape::Intervals => instance.rows = pairs(sizes[0], task.bounds.values, mood, dice),
        Shape::Items => {
            let row = |_| numbers(2, task.bounds.values, mood, dice);
            instance.rows = (0..sizes[0]).map(row).collect();
        }
    }
    instance.k = argument(task.bounds.arg, sizes[0], mood, dice);
    instance
}

fn argument(arg: Arg, size: i64, mood: Mood, dice: &mut Dice) -> i64 {
    let (low, high) = match arg {
        Arg::None => return 0,
        Arg::UpToSize => (1, size),
        Arg::Within(low, high) => (low, high),
    };
    match mood {
        Mood::Extreme => *dice.pick(&[low, high]),
        Mood::Near => dice.within(near((low, high)).0, near((low, high)).1),
        _ => dice.within(low, high),
    }
}

#[cfg(test)]
mod tests {
    use super::suite;
    use crate::dice::Dice;
    use crate::ir::Style;
    use crate::{compose, input, primitives};

    #[test]
    fn every_input_keeps_the_limits_and_can_be_read_back() {
        for (at, reducer) in primitives::all().iter().enumerate() {
            let mut dice = Dice::new(&["cases", &at.to_string()]);
            let task = compose::about(reducer, &[], &mut dice).unwrap();
            for style in [Style::Codeforces, Style::Leetcode] {
                for case in suite(&task, 15, &mut dice) {
                    let text = input::encode(&task, style, &case.instance);
                    assert!(
                        text.len() < 50_000,
                        "{} is long: {}",
                        reducer.name,
                        text.len()
                    );
                    let back = input::decode(&task, style, &text);
                    assert_eq!(
                        back.as_ref(),
                        Some(&case.instance),
                        "{}: {text}",
                        reducer.name
                    );
                }
            }
        }
    }
}
