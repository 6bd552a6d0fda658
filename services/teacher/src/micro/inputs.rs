//! Inputs: drawn, written, read back, and by a program that writes them.

use super::task::{LENGTH, VALUES};
use crate::cases::{Mood, numbers};
use crate::dice::Dice;
use crate::ir::{Style, joined};

const MOODS: [Mood; 6] = [
    Mood::Mixed,
    Mood::Few,
    Mood::Near,
    Mood::Rising,
    Mood::Falling,
    Mood::Extreme,
];

/// `count` inputs with what each of them is: every fifth a large one, and one with a single number.
pub(crate) fn suite(style: Style, count: usize, dice: &mut Dice) -> Vec<(String, String)> {
    let case = |at: usize| {
        let (kind, low, high) = match at % 5 {
            0 if at == 0 => ("one number", LENGTH.0, LENGTH.0),
            4 => ("many numbers", 21, LENGTH.1),
            3 => ("some numbers", 8, 20),
            _ => ("a few numbers", 2, 7),
        };
        let mood = MOODS[at % MOODS.len()];
        let list = numbers(dice.within(low, high), VALUES, mood, dice);
        (format!("{kind}, {}", mood.words()), encode(style, &list))
    };
    (0..count).map(case).collect()
}

/// A short input for an example.
pub(super) fn short(dice: &mut Dice) -> Vec<i64> {
    let mood = *dice.pick(&[Mood::Mixed, Mood::Near]);
    let length = dice.within(3, 5);
    numbers(length, VALUES, mood, dice)
}

/// An input with numbers above the limit, or with a line too many.
pub(crate) fn invalid(style: Style, dice: &mut Dice) -> String {
    if dice.chance(0.5) {
        return encode(
            style,
            &numbers(3, (VALUES.1 + 1, VALUES.1 + 40), Mood::Mixed, dice),
        );
    }
    encode(style, &short(dice)) + "7 7\n"
}

pub(super) fn encode(style: Style, numbers: &[i64]) -> String {
    match style {
        Style::Leetcode => format!("[{}]\n", joined(numbers, ",")),
        Style::Codeforces | Style::Atcoder => joined(numbers, " ") + "\n",
    }
}

/// The numbers of an input that keeps form and limits.
pub(super) fn decode(style: Style, input: &str) -> Option<Vec<i64>> {
    let mut lines = input.trim_end().lines();
    let (line, rest) = (lines.next()?, lines.next());
    let numbers: Vec<i64> = match style {
        Style::Leetcode => serde_json::from_str(line).ok()?,
        Style::Codeforces | Style::Atcoder => line
            .split_whitespace()
            .map(|word| word.parse().ok())
            .collect::<Option<_>>()?,
    };
    let length = numbers.len() as i64;
    let keeps_limits = (LENGTH.0..=LENGTH.1).contains(&length)
        && numbers
            .iter()
            .all(|number| (VALUES.0..=VALUES.1).contains(number));
    (rest.is_none() && keeps_limits).then_some(numbers)
}

const GENERATOR: &str = "\
import json
import random

KINDS = [('one number', 1, 1), ('a few numbers', 2, 7), ('some numbers', 8, 20), ('many numbers', 21, 30)]


def make(low, high, mood):
    length = random.randint(low, high)
    top = random.choice([3, 9, 20])
    a = [random.randint(0, top) for _ in range(length)]
    if mood == 'equal':
        a = a[:1] * length
    if mood == 'sorted':
        a.sort(reverse=random.random() < 0.5)
    if mood == 'extreme':
        a = [random.choice([0, 20]) for _ in a]
    return LINE + '\\n'


seed, count = map(int, input().split())
random.seed(seed)
made = []
for at in range(count):
    kind, low, high = KINDS[at % 4]
    mood = random.choice(['mixed', 'mixed', 'equal', 'sorted', 'extreme'])
    made.append({'description': kind + ', ' + mood, 'input_string': make(low, high, mood)})
print(json.dumps(made))
";

/// The generator program, which suits all tasks of a style.
pub(crate) fn generator(style: Style) -> String {
    let line = match style {
        Style::Leetcode => "json.dumps(a, separators=(',', ':'))",
        Style::Codeforces | Style::Atcoder => "' '.join(map(str, a))",
    };
    GENERATOR.replace("LINE", line)
}
