//! Test inputs, of which a few may break the rules of the statement.

use super::wrapping::{self, BARE};
use super::{Asked, NOT_KNOWN};
use crate::cases::{self, Kind, Mood};
use crate::dice::Dice;
use crate::ir::{Domain, Style, Task};
use crate::{input, statement};
use serde_json::{Value, json};

pub(super) fn text(asked: &Asked<'_>, text: &str, count: usize) -> String {
    let Some((task, style)) = statement::parse(text) else {
        return NOT_KNOWN.to_owned();
    };
    let mut dice = asked.dice("inputs");
    let is_careless = dice.chance(asked.mistakes().invalid_inputs);
    let cases = cases::suite(&task, count, &mut dice);
    let mut listed = Vec::new();
    for (at, case) in cases.into_iter().enumerate() {
        let is_broken = is_careless && at % 4 == 1;
        let input = if is_broken {
            broken(&task, style, &mut dice)
        } else {
            input::encode(&task, style, &case.instance)
        };
        listed.push(listed_case(at + 1, &case.description, &input));
    }
    wrapping::json(asked, &json!({"test_cases": listed}), &BARE)
}

fn listed_case(idx: usize, description: &str, input: &str) -> Value {
    json!({"idx": idx, "description": description, "input_string": input})
}

/// An input with values above the limit, or with something left over at its end.
fn broken(task: &Task, style: Style, dice: &mut Dice) -> String {
    let mut wild = task.clone();
    let has_values = task.shape().domain() != Domain::Letters;
    if has_values && dice.chance(0.5) {
        let high = task.bounds.values.1;
        wild.bounds.values = (high + 1, high + 40);
        return input::encode(
            task,
            style,
            &cases::draw(&wild, Kind::Small, Mood::Mixed, dice),
        );
    }
    format!(
        "{}7 7\n",
        input::encode(
            task,
            style,
            &cases::draw(task, Kind::Small, Mood::Mixed, dice)
        )
    )
}
