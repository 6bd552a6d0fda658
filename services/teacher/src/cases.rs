//! Test inputs: edge cases, small, medium and large ones, with values drawn in several moods.

use crate::dice::Dice;
use crate::input::WORD_LENGTH;
use crate::ir::{Arg, Instance, Shape, Span, Task};

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
}

/// Inputs above this size would swell an answer without testing more.
const LARGE: i64 = 640;

impl Kind {
    /// The range from which one size is drawn.
    pub(crate) fn span(self, shape: Shape, limits: Span) -> Span {
        let (low, high) = limits;
        let (cap, ceiling) = if shape == Shape::Grid { (8, 36) } else { (120, LARGE) };
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

const MOODS: [Mood; 6] = [Mood::Mixed, Mood::Equal, Mood::Rising, Mood::Falling, Mood::Few, Mood::Extreme];

impl Mood {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Mixed => "random values",
            Self::Equal => "all values equal",
            Self::Rising => "values in increasing order",
            Self::Falling => "values in decreasing order",
            Self::Few => "few different values",
            Self::Extreme => "values at the limits",
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
        let mood = if at % 2 == 0 { *dice.pick(&MOODS) } else { Mood::Mixed };
        let description = format!("{}, {}", kind.words(), mood.words());
        Case { description, instance: draw(task, kind, mood, dice) }
    };
    (0..count).map(case).collect()
}

pub(crate) fn draw(task: &Task, kind: Kind, mood: Mood, dice: &mut Dice) -> Instance {
    let shape = task.shape();
    let spans = task.bounds.sizes.iter().map(|limits| kind.span(shape, *limits));
    let sizes: Vec<i64> = spans.map(|span| dice.within(span.0, span.1)).collect();
    let mut instance = Instance::default();
    match shape {
        Shape::List => instance.numbers = numbers(sizes[0], task.bounds.values, mood, dice),
        Shape::Queries => {
            instance.numbers = numbers(sizes[0], task.bounds.values, mood, dice);
            instance.rows = pairs(sizes[1], (1, sizes[0]), Mood::Mixed, dice);
        }
        Shape::Text | Shape::Texts => {
            instance.texts = sizes.iter().map(|length| word(*length, mood, dice)).collect();
        }
        Shape::Words => instance.texts = words(sizes[0], mood, dice),
        Shape::Graph | Shape::Tree => {
            instance.places = if kind == Kind::Large { sizes[0].min(300) } else { sizes[0] };
            let count = if shape == Shape::Tree { sizes[0] - 1 } else { sizes[1] };
            instance.places = if shape == Shape::Tree { sizes[0] } else { instance.places };
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
        _ => dice.within(low, high),
    }
}

fn numbers(count: i64, span: Span, mood: Mood, dice: &mut Dice) -> Vec<i64> {
    let (low, high) = span;
    let few = [dice.within(low, high), dice.within(low, high), dice.within(low, high)];
    let value = |_| match mood {
        Mood::Mixed | Mood::Rising | Mood::Falling => dice.within(low, high),
        Mood::Equal => few[0],
        Mood::Few => *dice.pick(&few),
        Mood::Extreme => *dice.pick(&[low, high]),
    };
    let mut numbers: Vec<i64> = (0..count).map(value).collect();
    match mood {
        Mood::Rising => numbers.sort_unstable(),
        Mood::Falling => numbers.sort_unstable_by(|one, other| other.cmp(one)),
        _ => {}
    }
    numbers
}

/// Pairs whose first number is not above the second.
fn pairs(count: i64, span: Span, mood: Mood, dice: &mut Dice) -> Vec<Vec<i64>> {
    let pair = |_| {
        let mut pair = numbers(2, span, mood, dice);
        pair.sort_unstable();
        pair
    };
    (0..count).map(pair).collect()
}

fn word(length: i64, mood: Mood, dice: &mut Dice) -> String {
    let last = match mood {
        Mood::Equal => 0,
        Mood::Few | Mood::Extreme => 2,
        _ => 25,
    };
    let mut letters: Vec<i64> = (0..length).map(|_| dice.within(0, last)).collect();
    match mood {
        Mood::Rising => letters.sort_unstable(),
        Mood::Falling => letters.sort_unstable_by(|one, other| other.cmp(one)),
        _ => {}
    }
    letters.into_iter().map(|letter| char::from(b'a' + letter as u8)).collect()
}

fn words(count: i64, mood: Mood, dice: &mut Dice) -> Vec<String> {
    let mut pool: Vec<String> = Vec::new();
    for at in 0..count {
        let mut letters: Vec<char> = match pool.last() {
            Some(before) if at % 3 == 2 => before.chars().collect(),
            _ => word(dice.within(WORD_LENGTH.0, WORD_LENGTH.1), mood, dice).chars().collect(),
        };
        dice.shuffle(&mut letters);
        pool.push(letters.into_iter().collect());
    }
    pool
}

/// Links of a tree, or of a map whose places are joined into one whole in about half of all cases.
fn links(
    instance: &Instance,
    shape: Shape,
    count: i64,
    values: Span,
    mood: Mood,
    dice: &mut Dice,
) -> Vec<Vec<i64>> {
    let weights = numbers(count, values, mood, dice);
    let is_joined = shape == Shape::Tree || dice.chance(0.6);
    let link = |(at, weight): (usize, i64)| {
        let place = at as i64 + 2;
        let (from, to) = if is_joined && place <= instance.places {
            let nearest = if mood == Mood::Rising { place - 1 } else { 1 };
            (dice.within(nearest, place - 1), place)
        } else {
            let from = dice.within(1, instance.places - 1);
            (from, dice.within(from + 1, instance.places))
        };
        if dice.chance(0.5) { vec![from, to, weight] } else { vec![to, from, weight] }
    };
    weights.into_iter().enumerate().map(link).collect()
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
            let task = compose::task(&[reducer.features[0].to_owned()], &mut dice).unwrap();
            for style in [Style::Codeforces, Style::Leetcode] {
                for case in suite(&task, 15, &mut dice) {
                    let text = input::encode(&task, style, &case.instance);
                    assert!(text.len() < 50_000, "{} is long: {}", reducer.name, text.len());
                    let back = input::decode(&task, style, &text);
                    assert_eq!(back.as_ref(), Some(&case.instance), "{}: {text}", reducer.name);
                }
            }
        }
    }
}
