//! What makes two programs with the same idea look different, and what breaks the grammar of one.

use super::Language;
use crate::dice::Dice;

/// Names in the entries, with others that a person might have chosen.
const NAMES: &[(&str, &[&str])] = &[
    ("a", &["arr", "xs", "seq", "items_in"]),
    ("best", &["ans", "record", "top_value"]),
    ("total", &["acc", "running", "sum_so_far"]),
    ("count", &["cnt", "hits", "tally"]),
    ("seen", &["known", "visited", "met"]),
    ("result", &["res", "answer", "output_value"]),
    ("todo", &["pending", "frontier", "work"]),
    ("near", &["adj", "neighbours", "links_of"]),
    ("far", &["dist", "distance_to", "reach_cost"]),
    ("cost", &["table", "dp", "price"]),
    ("sums", &["prefix", "partial_sums", "totals_up_to"]),
    ("order", &["ordered", "arranged"]),
    ("lines", &["rows_read", "text_lines"]),
    ("solve", &["solution", "compute", "answer_for"]),
];

/// Replaces some names throughout; the meaning stays.
pub(super) fn renamed(source: &str, language: Language, dice: &mut Dice) -> String {
    let mut text = source.to_owned();
    for (name, others) in NAMES {
        let other = *dice.pick(others);
        let is_wanted = dice.chance(0.5);
        if is_wanted && !words(&text).any(|word| word == other) {
            text = replaced(&text, name, other);
        }
    }
    if dice.chance(0.3) {
        let mark = if language == Language::Python {
            "#"
        } else {
            "//"
        };
        let remarks = [
            "Reads the input, works out the answer, prints it.",
            "One pass over what is given.",
            "Straight from the statement.",
        ];
        return format!("{mark} {}\n{text}", dice.pick(&remarks));
    }
    text
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_word(letter))
        .filter(|word| !word.is_empty())
}

/// Replaces whole words that are neither members, calls of a library (`count(x.begin()`), nor quoted letters.
fn replaced(text: &str, name: &str, other: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(at) = text[from..].find(name).map(|at| at + from) {
        let before = text[..at].chars().next_back();
        let after = &text[at + name.len()..];
        let is_whole = !before.is_some_and(is_word) && !after.chars().next().is_some_and(is_word);
        let is_other_thing =
            matches!(before, Some('.' | '\'' | '>' | '"')) || after.starts_with("(line.begin()");
        out.push_str(&text[from..at]);
        out.push_str(if is_whole && !is_other_thing {
            other
        } else {
            name
        });
        from = at + name.len();
    }
    out.push_str(&text[from..]);
    out
}

/// The source without one character that the grammar needs.
pub(super) fn broken(source: &str, language: Language) -> String {
    match language {
        Language::Python => source.replacen("):\n", ")\n", 1),
        Language::Cpp => source.replacen(";\n    return 0;\n}", "\n    return 0;\n", 1),
    }
}
