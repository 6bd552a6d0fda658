//! How a finished JSON value or program is put into words, with the usual accidents.

use super::Asked;
use crate::dice::Dice;
use serde_json::Value;

/// Text in front of the JSON and behind it.
pub(super) struct Marks {
    pub(super) begin: &'static str,
    pub(super) end: &'static str,
}

pub(super) const TAGGED: Marks = Marks {
    begin: "<begin>\n",
    end: "\n<end>",
};
pub(super) const BARE: Marks = Marks { begin: "", end: "" };

pub(super) fn json(asked: &Asked<'_>, value: &Value, marks: &Marks) -> String {
    let mut dice = asked.dice("json");
    let text = if dice.chance(0.5) {
        format!("{value:#}")
    } else {
        value.to_string()
    };
    if dice.chance(asked.mistakes().truncated_json) {
        return format!("{}{}", marks.begin, cut(&text, &mut dice));
    }
    let whole = format!("{}{text}{}", marks.begin, marks.end);
    if dice.chance(asked.mistakes().json_in_prose) {
        in_prose(&whole, &mut dice)
    } else {
        whole
    }
}

/// The text up to some place in its second half.
fn cut<'a>(text: &'a str, dice: &mut Dice) -> &'a str {
    let length = text.len() as i64;
    let end = dice.within(length / 2, length * 9 / 10) as usize;
    &text[..text.floor_char_boundary(end)]
}

fn in_prose(whole: &str, dice: &mut Dice) -> String {
    let before = [
        "Here is what I came up with:",
        "Sure. This is the JSON you asked for:",
        "I went through it step by step. The result:",
    ];
    let after = [
        "Tell me if you would like any changes.",
        "I hope this is what you need.",
        "Every part of it follows your instructions.",
    ];
    let fenced = if dice.chance(0.5) {
        format!("```json\n{whole}\n```")
    } else {
        whole.to_owned()
    };
    format!(
        "{}\n\n{fenced}\n\n{}",
        dice.pick(&before),
        dice.pick(&after)
    )
}

/// A fenced program, or one of the ways to spoil it.
pub(super) fn block(asked: &Asked<'_>, fence: &str, source: &str) -> String {
    let mut dice = asked.dice("block");
    if dice.chance(asked.mistakes().no_code) {
        return "I have the whole approach in mind, and the code follows directly from it; I leave writing it down as an exercise.".to_owned();
    }
    let fenced = format!("```{fence}\n{source}```\n");
    if dice.chance(asked.mistakes().two_blocks) {
        return format!(
            "A first version:\n\n{fenced}\nOn second thoughts, with the same idea:\n\n{fenced}"
        );
    }
    fenced
}
