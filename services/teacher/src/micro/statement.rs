//! Statements of this profile: a question in few words, in as short a frame as each style allows.

mod frame;
mod parse;

pub(crate) use parse::parse;

use super::inputs;
use super::task::{Step, Task};
use crate::dice::Dice;
use crate::ir::Style;

/// A worked example; the input as the statement shows it.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(super) input: String,
    pub(crate) output: String,
}

/// How the question and its steps follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    StepsFirst,
    QuestionFirst,
    /// The last step comes first.
    Backwards,
}

const ORDERS: [Order; 3] = [Order::StepsFirst, Order::QuestionFirst, Order::Backwards];
const THEN: &str = ", then ";
const BUT_FIRST: &str = ", but first ";
const AFTER: &str = " after these steps: ";

/// Two short inputs with their true outputs, which differ if a few draws can make them.
pub(crate) fn samples(task: &Task, style: Style, dice: &mut Dice) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for attempt in 0..12 {
        let numbers = inputs::short(dice);
        let sample = Sample {
            input: inputs::encode(style, &numbers).trim_end().to_owned(),
            output: task.answer(&numbers).to_string(),
        };
        let is_new = samples.iter().all(|other| {
            other.input != sample.input && (attempt >= 8 || other.output != sample.output)
        });
        if samples.len() < 2 && is_new {
            samples.push(sample);
        }
    }
    samples
}

/// Prints a statement around the given samples, right or wrong.
pub(crate) fn print(task: &Task, style: Style, samples: &[Sample], dice: &mut Dice) -> String {
    let mut text = format!(
        "{}{}{}",
        frame::TITLE,
        question(task, dice),
        frame::rules(style)
    );
    for (at, sample) in samples.iter().enumerate() {
        text += &frame::sample(style, at + 1, sample);
    }
    text + frame::ending(style)
}

fn question(task: &Task, dice: &mut Dice) -> String {
    let clauses: Vec<String> = task
        .steps
        .iter()
        .map(|step| clause(step, dice.below(3)))
        .collect();
    let asked = *dice.pick(&task.question.phrases);
    match *dice.pick(&ORDERS) {
        Order::StepsFirst => format!("{}. Print {asked}.", raised(&clauses.join(THEN))),
        Order::QuestionFirst => format!("Print {asked}{AFTER}{}.", clauses.join(THEN)),
        Order::Backwards => {
            let clauses: Vec<String> = clauses.into_iter().rev().collect();
            format!("{}. Print {asked}.", raised(&clauses.join(BUT_FIRST)))
        }
    }
}

/// A step in one of its wordings.
fn clause(step: &Step, wording: usize) -> String {
    step.operation.phrases[wording].replace("@c", &step.amount.to_string())
}

/// The text with its first letter as a capital.
fn raised(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

/// The text with its first letter small; any text may come here.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
