//! Answers about tasks of the profile `micro`, and new ones.

use super::solution::{Accident, accident, misled};
use super::trees::spoilt;
use super::wrapping::{self, BARE};
use super::{Asked, NO_TASK};
use crate::dice::Dice;
use crate::ir::Style;
use crate::micro::{self, Fault, Task};
use crate::program::Language;
use serde_json::{Value, json};

/// A new task, in which the wanted features show.
pub(super) fn written(asked: &Asked<'_>, wanted: &[String], style: Style) -> String {
    let mut dice = asked.dice("task");
    let Some(task) = micro::task(wanted, &mut dice) else {
        return NO_TASK.to_owned();
    };
    let mut samples = micro::samples(&task, style, &mut dice);
    if asked.dice("sample").chance(asked.mistakes().wrong_sample) {
        let at = dice.below(samples.len());
        samples[at].output = spoilt(&samples[at].output);
    }
    let question = micro::print(&task, style, &samples, &mut dice);
    wrapping::json(asked, &json!({"question": question}), &BARE)
}

/// The program and nothing else: what a small model shall learn is the program.
pub(super) fn solution(
    asked: &Asked<'_>,
    (task, style): &(Task, Style),
    text: &str,
    language: Language,
) -> String {
    let mut dice = asked.dice("solution");
    let fault = fault(asked, task, text, &mut dice);
    let source = micro::write(task, *style, language, fault.as_ref());
    wrapping::block(asked, language.fence(), &source)
}

fn fault(asked: &Asked<'_>, task: &Task, text: &str, dice: &mut Dice) -> Option<Fault> {
    let shared = misled(asked, text, || micro::mistakes(task));
    match accident(asked.mistakes(), shared.is_some(), dice)? {
        Accident::Shared => shared,
        Accident::Own => {
            let mistakes = micro::mistakes(task);
            // A task that somebody else wrote may leave nothing to get wrong.
            (!mistakes.is_empty()).then(|| dice.pick(&mistakes).clone())
        }
        Accident::Slow => Some(Fault::Slow),
        Accident::Crash => Some(Fault::Crash),
        Accident::Syntax => Some(Fault::Syntax),
    }
}

pub(super) fn inputs(asked: &Asked<'_>, style: Style, count: usize) -> String {
    let mut dice = asked.dice("inputs");
    let is_careless = dice.chance(asked.mistakes().invalid_inputs);
    let suite = micro::suite(style, count, &mut dice);
    let listed = suite
        .into_iter()
        .enumerate()
        .map(|(at, (description, input))| {
            let is_broken = is_careless && at % 4 == 1;
            let input = if is_broken {
                micro::invalid(style, &mut dice)
            } else {
                input
            };
            json!({"idx": at + 1, "description": description, "input_string": input})
        });
    let listed: Vec<Value> = listed.collect();
    wrapping::json(asked, &json!({"test_cases": listed}), &BARE)
}
