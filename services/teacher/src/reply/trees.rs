//! Answers about features, and the task that is made from them.

use super::wrapping::{self, BARE, TAGGED};
use super::{Asked, NO_TASK, NOT_READ, micro};
use crate::config::Profile;
use crate::dice::Dice;
use crate::features::{choose, evolve, extract, leaves};
use crate::ir::Style;
use crate::{compose, statement};
use serde_json::{Value, json};

pub(super) fn extracted(asked: &Asked<'_>, program: &str, language: &str) -> String {
    wrapping::json(asked, &extract::features(program, language), &TAGGED)
}

pub(super) fn evolved(asked: &Asked<'_>, features: &str) -> String {
    with_tree(features, |tree| {
        wrapping::json(
            asked,
            &evolve::grown(tree, &mut asked.dice("evolve")),
            &TAGGED,
        )
    })
}

pub(super) fn chosen(asked: &Asked<'_>, features: &str) -> String {
    with_tree(features, |tree| {
        let mut dice = asked.dice("choose");
        let selection = match asked.config.profile {
            Profile::Standard => choose::selection(tree, &mut dice),
            Profile::Micro => choose::some(tree, &crate::micro::chosen(&leaves(tree), &mut dice)),
        };
        wrapping::json(asked, &selection, &BARE)
    })
}

fn with_tree(features: &str, answer: impl FnOnce(&Value) -> String) -> String {
    serde_json::from_str(features).map_or_else(|_| NOT_READ.to_owned(), |tree| answer(&tree))
}

pub(super) fn written(asked: &Asked<'_>, features: &str, style: Style) -> String {
    with_tree(features, |tree| {
        if asked.config.profile == Profile::Micro {
            return micro::written(asked, &leaves(tree), style);
        }
        let mut dice = asked.dice("task");
        let Some(task) = compose::task(&leaves(tree), &mut dice) else {
            return NO_TASK.to_owned();
        };
        let mut samples = statement::samples(&task, style, &mut dice);
        if asked.dice("sample").chance(asked.mistakes().wrong_sample) {
            spoil(&mut samples, &mut dice);
        }
        let question = statement::print_with(&task, style, &samples, &mut dice);
        wrapping::json(asked, &json!({"question": question}), &BARE)
    })
}

fn spoil(samples: &mut [statement::Sample], dice: &mut Dice) {
    let at = dice.below(samples.len());
    let output = &mut samples[at].output;
    *output = match output.as_str() {
        "YES" => "NO".to_owned(),
        "NO" => "YES".to_owned(),
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        other => spoilt(other),
    };
}

/// The output with its last digit, or else its last letter, replaced by another one.
pub(super) fn spoilt(output: &str) -> String {
    let is_target = |letter: char| letter.is_ascii_digit();
    let found = output
        .rfind(is_target)
        .or_else(|| output.rfind(|letter: char| letter.is_ascii_lowercase()));
    let Some(at) = found else {
        return format!("{output}1");
    };
    let other = match &output[at..=at] {
        "9" => "8",
        "1" => "2",
        digit if digit.starts_with(is_target) => "1",
        "a" => "b",
        _ => "a",
    };
    format!("{}{other}{}", &output[..at], &output[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::spoilt;

    #[test]
    fn a_spoilt_output_differs_in_one_place() {
        for (output, wrong) in [
            ("12", "11"),
            ("9", "8"),
            ("[1,1]", "[1,2]"),
            ("\"a\"", "\"b\""),
            ("", "1"),
            ("a3b0", "a3b1"),
        ] {
            assert_eq!(spoilt(output), wrong);
        }
    }
}
