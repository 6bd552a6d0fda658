//! Values of every mood, and the parts of inputs that are made from them.

use super::Mood;
use crate::dice::Dice;
use crate::input::WORD_LENGTH;
use crate::ir::{Instance, Shape, Span};

pub(crate) fn numbers(count: i64, span: Span, mood: Mood, dice: &mut Dice) -> Vec<i64> {
    let (low, high) = if mood == Mood::Near { near(span) } else { span };
    let few = [
        dice.within(low, high),
        dice.within(low, high),
        dice.within(low, high),
    ];
    let value = |_| match mood {
        Mood::Mixed | Mood::Rising | Mood::Falling | Mood::Near => dice.within(low, high),
        Mood::Equal => few[0],
        Mood::Few => *dice.pick(&few),
        Mood::Extreme => *dice.pick(&[low, high]),
    };
    let mut numbers: Vec<i64> = (0..count).map(value).collect();
    match mood {
        Mood::Rising => numbers.sort_unstable(),
        Mood::Falling => numbers.sort_unstable_by(|one, other| other.cmp(one)),
        _ => {}
    }
    numbers
}

/// A dozen neighbouring values out of a span, around zero if it has negative ones.
pub(super) fn near(span: Span) -> Span {
    let low = span.0.max(span.1.min(-6));
    (low, span.1.min(low + 12))
}

/// Pairs whose first number is not above the second.
pub(super) fn pairs(count: i64, span: Span, mood: Mood, dice: &mut Dice) -> Vec<Vec<i64>> {
    let pair = |_| {
        let mut pair = numbers(2, span, mood, dice);
        pair.sort_unstable();
        pair
    };
    (0..count).map(pair).collect()
}

pub(super) fn word(length: i64, mood: Mood, dice: &mut Dice) -> String {
    let last = match mood {
        Mood::Equal => 0,
        Mood::Few | Mood::Extreme | Mood::Near => 2,
        _ => 25,
    };
    let mut letters: Vec<i64> = (0..length).map(|_| dice.within(0, last)).collect();
    match mood {
        Mood::Rising => letters.sort_unstable(),
        Mood::Falling => letters.sort_unstable_by(|one, other| other.cmp(one)),
        _ => {}
    }
    letters
        .into_iter()
        .map(|letter| char::from(b'a' + letter as u8))
        .collect()
}

pub(super) fn words(count: i64, mood: Mood, dice: &mut Dice) -> Vec<String> {
    let mut pool: Vec<String> = Vec::new();
    for at in 0..count {
        let mut letters: Vec<char> = match pool.last() {
            Some(before) if at % 3 == 2 => before.chars().collect(),
            _ => word(dice.within(WORD_LENGTH.0, WORD_LENGTH.1), mood, dice)
                .chars()
                .collect(),
        };
        dice.shuffle(&mut letters);
        pool.push(letters.into_iter().collect());
    }
    pool
}

/// Links of a tree, or of a map whose places are joined into one whole in about half of all cases.
pub(super) fn links(
    instance: &Instance,
    shape: Shape,
    count: i64,
    values: Span,
    mood: Mood,
    dice: &mut Dice,
) -> Vec<Vec<i64>> {
    let weights = numbers(count, values, mood, dice);
    let is_joined = shape == Shape::Tree || dice.chance(0.6);
    let link = |(at, weight): (usize, i64)| {
        let place = at as i64 + 2;
        let (from, to) = if is_joined && place <= instance.places {
            let nearest = if mood == Mood::Rising { place - 1 } else { 1 };
            (dice.within(nearest, place - 1), place)
        } else {
            let from = dice.within(1, instance.places - 1);
            (from, dice.within(from + 1, instance.places))
        };
        if dice.chance(0.5) {
            vec![from, to, weight]
        } else {
            vec![to, from, weight]
        }
    };
    weights.into_iter().enumerate().map(link).collect()
}
