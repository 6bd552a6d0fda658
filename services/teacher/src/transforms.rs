//! The preparing steps; a new one is one more entry in one of the tables.

mod each;
mod letters;
mod whole;

use crate::ir::{Effect, Instance, Shape, Step, Transform};

pub(crate) fn all() -> impl Iterator<Item = &'static Transform> {
    [each::TABLE, whole::TABLE, letters::TABLE]
        .into_iter()
        .flatten()
}

/// The input as the question sees it.
pub(crate) fn prepared(steps: &[Step], shape: Shape, instance: &Instance) -> Instance {
    let mut prepared = instance.clone();
    for step in steps {
        match step.transform.effect {
            Effect::Each { apply, .. } => each(&mut prepared, shape, |x| apply(x, step.amount)),
            Effect::Whole { apply, .. } => apply(&mut prepared.numbers, step.amount),
            Effect::Letters { apply, .. } => {
                for text in &mut prepared.texts {
                    *text = apply(text, step.amount);
                }
            }
        }
    }
    prepared
}

fn each(instance: &mut Instance, shape: Shape, change: impl Fn(i64) -> i64) {
    let first = match shape {
        Shape::Grid | Shape::Intervals => 0,
        Shape::Items => 1,
        Shape::Graph | Shape::Tree => 2,
        // The rows of queries are positions.
        _ => usize::MAX,
    };
    let cells = instance
        .rows
        .iter_mut()
        .flat_map(|row| row.iter_mut().skip(first));
    for number in instance.numbers.iter_mut().chain(cells) {
        *number = change(*number);
    }
}
