//! Reads a statement back into the task it poses; anything that does not fit the grammar is not ours.

use super::{layout, limits};
use crate::ir::{Arg, Reducer, Shape, Span, Step, Style, Task, Transform};
use crate::{primitives, transforms};

/// Statements of ours are far shorter.
const LONGEST: usize = 64 * 1024;

pub(crate) fn parse(statement: &str) -> Option<(Task, Style)> {
    if statement.len() > LONGEST {
        return None;
    }
    let style = style(statement);
    let reducer = reducer(statement)?;
    let steps = steps(statement, reducer.shape)?;
    let bounds = limits::read(statement, reducer, style)?;
    let task = Task {
        steps,
        reducer,
        bounds,
    };
    is_within_entry(&task).then_some((task, style))
}

fn style(statement: &str) -> Style {
    if statement.contains("one JSON value per line") {
        Style::Leetcode
    } else if statement.contains("## Sample Input 1") {
        Style::Atcoder
    } else {
        Style::Codeforces
    }
}

fn reducer(statement: &str) -> Option<&'static Reducer> {
    let asks = |reducer: &&&Reducer| {
        reducer
            .phrases
            .iter()
            .any(|phrase| statement.contains(phrase))
    };
    primitives::all().iter().find(asks).copied()
}

/// A statement with limits of its own invention could make us compute for ever.
fn is_within_entry(task: &Task) -> bool {
    let lies =
        |inner: Span, outer: Span| outer.0 <= inner.0 && inner.0 <= inner.1 && inner.1 <= outer.1;
    let arg = match (task.bounds.arg, task.reducer.arg) {
        (Arg::Within(low, high), Arg::Within(least, most)) => lies((low, high), (least, most)),
        _ => true,
    };
    let mut sizes = task.bounds.sizes.iter().zip(task.reducer.sizes);
    arg && sizes.all(|(size, most)| lies(*size, *most))
        && lies(task.bounds.values, task.reducer.values)
        && task.is_sound()
}

fn steps(statement: &str, shape: Shape) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for line in statement.lines() {
        let lead = format!("{}. ", steps.len() + 1);
        if let Some(sentence) = line.strip_prefix(&lead) {
            steps.push(step(sentence.trim_end(), shape)?);
        }
    }
    Some(steps)
}

fn step(sentence: &str, shape: Shape) -> Option<Step> {
    transforms::all().find_map(|transform| {
        (0..2).find_map(|wording| {
            let amount = amount(transform, wording, sentence, shape)?;
            let step = Step { transform, amount };
            (layout::step_words(&step, shape, wording) == sentence).then_some(step)
        })
    })
}

/// The number in a sentence that begins like this wording; 0 for a step without one.
fn amount(transform: &Transform, wording: usize, sentence: &str, shape: Shape) -> Option<i64> {
    let Some((low, high)) = transform.amounts else {
        return Some(0);
    };
    let phrase = transform.phrases[wording].replace("@i", shape.item());
    let (before, _) = phrase.split_once("@c")?;
    let digits = sentence
        .strip_prefix(before)?
        .split(|letter: char| !letter.is_ascii_digit())
        .next()?;
    digits
        .parse()
        .ok()
        .filter(|amount| (low..=high).contains(amount))
}
