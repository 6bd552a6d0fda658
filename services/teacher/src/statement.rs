//! Statements: printed in three styles from a task, and parsed back into it.

mod atcoder;
mod codeforces;
mod layout;
mod leetcode;
mod limits;
mod parse;
mod story;

pub(crate) use parse::parse;

use crate::cases::{self, Kind, Mood};
use crate::dice::Dice;
use crate::ir::{Instance, Style, Task};
use crate::{input, truth};

/// A worked example as the statement shows it.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub instance: Instance,
    pub input: String,
    pub output: String,
}

#[cfg(test)]
pub(crate) fn print(task: &Task, style: Style, dice: &mut Dice) -> String {
    let samples = samples(task, style, dice);
    print_with(task, style, &samples, dice)
}

/// Prints a statement around the given samples, right or wrong.
pub(crate) fn print_with(task: &Task, style: Style, samples: &[Sample], dice: &mut Dice) -> String {
    match style {
        Style::Codeforces => codeforces::print(task, samples, dice),
        Style::Leetcode => leetcode::print(task, samples, dice),
        Style::Atcoder => atcoder::print(task, samples, dice),
    }
}

/// Two or three small inputs with their true outputs, as varied as a few draws can make them.
pub(crate) fn samples(task: &Task, style: Style, dice: &mut Dice) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let wanted = 2 + dice.below(2);
    for attempt in 0..12 {
        let mood = [Mood::Near, Mood::Mixed, Mood::Few][attempt % 3];
        let instance = cases::draw(task, Kind::Small, mood, dice);
        let output = truth::expected(task, style, &instance);
        let input = input::encode(task, style, &instance);
        let is_known = samples.iter().any(|sample| sample.input == input);
        let is_varied = attempt >= 6 || samples.iter().all(|sample| sample.output != output);
        if samples.len() < wanted && is_varied && !is_known {
            samples.push(Sample {
                instance,
                input,
                output,
            });
        }
    }
    samples
}

#[cfg(test)]
mod tests;
