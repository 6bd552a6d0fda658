//! Chooses a task: a question that serves the wanted features, steps that suit it, and limits.

use crate::cases::{self, Kind, Mood};
use crate::dice::Dice;
use crate::ir::{Arg, Bounds, Domain, Reducer, Span, Step, Task, Transform};
use crate::{primitives, transforms, truth};

/// How many of the wanted features an entry serves: one that names a known feature inside a longer phrase counts too.
pub(crate) fn fit(features: &[&str], wanted: &[String]) -> usize {
    let serves = |name: &&String| {
        features
            .iter()
            .any(|feature| name.to_lowercase().contains(feature))
    };
    wanted.iter().filter(serves).count()
}

/// A task that fits, or nothing when no question serves any of the features.
pub(crate) fn task(wanted: &[String], dice: &mut Dice) -> Option<Task> {
    let scored = primitives::all()
        .iter()
        .map(|reducer| (fit(reducer.features, wanted), *reducer));
    let fitting: Vec<(usize, &'static Reducer)> = scored.filter(|(score, _)| *score > 0).collect();
    about(weighted(&fitting, dice)?, wanted, dice)
}

/// A task with this question; wanted features only choose its steps.
pub(crate) fn about(reducer: &'static Reducer, wanted: &[String], dice: &mut Dice) -> Option<Task> {
    let bounds = bounds(reducer, dice);
    let mut task = Task {
        steps: Vec::new(),
        reducer,
        bounds,
    };
    let length = *dice.pick(&[0, 1, 1, 1, 2, 2]);
    for _ in 0..length {
        add_step(&mut task, wanted, dice);
    }
    if !is_telling(&task, dice) {
        task.steps.clear();
    }
    // A narrow question may refuse even the plain values it was given; its entry test forbids that.
    task.is_sound().then_some(task)
}

/// Whether answers differ at all; some steps leave a question only one.
fn is_telling(task: &Task, dice: &mut Dice) -> bool {
    let kinds = [
        Kind::Small,
        Kind::Medium,
        Kind::Small,
        Kind::Medium,
        Kind::Small,
        Kind::Medium,
    ];
    let answers =
        kinds.map(|kind| truth::answer(task, &cases::draw(task, kind, Mood::Mixed, dice)));
    answers.iter().any(|answer| *answer != answers[0])
}

fn weighted(fitting: &[(usize, &'static Reducer)], dice: &mut Dice) -> Option<&'static Reducer> {
    let total: usize = fitting.iter().map(|(score, _)| score).sum();
    let mut mark = dice.below(total);
    for (score, reducer) in fitting {
        if mark < *score {
            return Some(reducer);
        }
        mark -= score;
    }
    None
}

/// Adds a step if one of a few draws suits; wanted features make a step three times as likely.
fn add_step(task: &mut Task, wanted: &[String], dice: &mut Dice) {
    let mut choices: Vec<&'static Transform> = Vec::new();
    for transform in transforms::all().filter(|transform| transform.suits(task.reducer)) {
        let is_new = task
            .steps
            .iter()
            .all(|step| step.transform.name != transform.name);
        let weight = if fit(transform.features, wanted) > 0 {
            3
        } else {
            1
        };
        choices.extend(std::iter::repeat_n(
            transform,
            if is_new { weight } else { 0 },
        ));
    }
    for _ in 0..8 {
        let transform = *dice.pick(&choices);
        let amount = transform
            .amounts
            .map_or(0, |span| dice.within(span.0, span.1));
        task.steps.push(Step { transform, amount });
        if task.is_sound() {
            return;
        }
        task.steps.pop();
    }
}

fn bounds(reducer: &Reducer, dice: &mut Dice) -> Bounds {
    let share = *dice.pick(&[1, 2, 4]);
    let shrink = |span: &Span| (span.0, (span.1 / share).max(span.1.min(60)));
    let divisor = *dice.pick(&[1, 2, 5]);
    let (low, high) = reducer.values;
    let high = if high >= 100 { high / divisor } else { high };
    let low = if low <= -100 {
        *dice.pick(&[low.max(-high), 0, 1])
    } else {
        low
    };
    let arg = match reducer.arg {
        Arg::Within(least, most) if most >= 1_000 => Arg::Within(least, most / divisor),
        arg => arg,
    };
    let values = if reducer.shape.domain() == Domain::Letters {
        (0, 0)
    } else {
        (low, high)
    };
    Bounds {
        sizes: reducer.sizes.iter().map(shrink).collect(),
        values,
        arg,
    }
}
