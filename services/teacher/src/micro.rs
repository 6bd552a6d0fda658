//! The profile `micro`: tasks so small and regular that a very small model can learn them.
//!
//! A task is one list of numbers, one or two steps that change it, and one question about the result. A right program
//! has one text in each language, and the Python one is a single nested expression behind the line that reads the
//! input. Statements come in the same three styles as all others, and keep to the rules of those styles, but for
//! their length.

// The grammar.
mod operations;
mod questions;
mod task;

// What is made from it.
mod compose;
mod inputs;
mod program;
mod statement;

pub(crate) use compose::{chosen, task};
pub(crate) use inputs::{generator, invalid, suite};
pub(crate) use program::{Fault, mistakes, write};
pub(crate) use statement::{parse, print, samples};

use crate::dice::Dice;
use crate::ir::Style;
use crate::program::Language;
pub(crate) use task::Task;

/// What a statement of this profile asks, without its wording and its examples: the steps in order, each with its
/// number, and the question, as in `add:3 above:5 sum`. Nothing if the statement is none of this profile.
///
/// Statements with the same key have the same right program. Tasks are held out of training by their keys: a task
/// whose key no training task has was never seen in any wording.
pub fn key(statement: &str) -> Option<String> {
    parse(statement).map(|(task, _)| task.key())
}

/// A task as this profile writes it, with its right program in Python and inputs that it has to pass.
#[derive(Debug, Clone)]
pub struct Example {
    pub key: String,
    pub statement: String,
    pub program: String,
    /// Inputs with what the program prints for them, without the line break at its end.
    pub tests: Vec<(String, String)>,
}

/// Tests of an example.
const TESTS: usize = 10;

/// The example of this number in the style of this name, which is that of a statement; nothing for other names.
///
/// Made without a pipeline and without mistakes, to measure what a model could learn from such tasks.
pub fn example(style: &str, number: u64) -> Option<Example> {
    let style = Style::from_name(style)?;
    let mut dice = Dice::new(&["micro example", &number.to_string()]);
    let task = compose::composed(&[], &mut dice)?;
    let samples = samples(&task, style, &mut dice);
    let tests = suite(style, TESTS, &mut dice).into_iter();
    let tests = tests.filter_map(|(_, input)| Some((input.clone(), truth(&task, style, &input)?)));
    Some(Example {
        key: task.key(),
        tests: tests.collect(),
        statement: print(&task, style, &samples, &mut dice),
        program: write(&task, style, Language::Python, None),
    })
}

pub(crate) fn truth(task: &Task, style: Style, input: &str) -> Option<String> {
    let numbers = inputs::decode(style, input)?;
    Some(task.answer(&numbers).to_string())
}

#[cfg(test)]
mod tests;
