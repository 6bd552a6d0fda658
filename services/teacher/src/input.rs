//! Inputs as text: how a style writes one, how it is read back, and whether it keeps the promised limits.

pub(crate) use json::{arguments as argument_names, values as argument_values};

mod json;
mod plain;

use crate::ir::{Answers, Arg, Instance, Shape, Span, Style, Task};

pub(crate) fn encode(task: &Task, style: Style, instance: &Instance) -> String {
    match style {
        Style::Leetcode => json::encode(task, instance),
        Style::Codeforces | Style::Atcoder => plain::encode(task, instance),
    }
}

/// The input, if it has the form and the limits of the task.
pub(crate) fn decode(task: &Task, style: Style, text: &str) -> Option<Instance> {
    let instance = match style {
        Style::Leetcode => json::decode(task, text),
        Style::Codeforces | Style::Atcoder => plain::decode(task, text),
    }?;
    keeps_bounds(task, &instance).then_some(instance)
}

/// The sizes of an input, in the order in which the bounds of its shape have them.
pub(crate) fn sizes(shape: Shape, instance: &Instance) -> Vec<i64> {
    let rows = instance.rows.len() as i64;
    let lengths = instance.texts.iter().map(|text| text.len() as i64);
    match shape {
        Shape::List => vec![instance.numbers.len() as i64],
        Shape::Queries => vec![instance.numbers.len() as i64, rows],
        Shape::Text | Shape::Texts => lengths.collect(),
        Shape::Words => vec![instance.texts.len() as i64],
        Shape::Graph => vec![instance.places, rows],
        Shape::Tree => vec![instance.places],
        Shape::Grid => vec![rows, instance.rows.first().map_or(0, Vec::len) as i64],
        Shape::Intervals | Shape::Items => vec![rows],
    }
}

fn keeps_bounds(task: &Task, instance: &Instance) -> bool {
    let sizes = sizes(task.shape(), instance);
    let lies = |number: i64, span: Span| span.0 <= number && number <= span.1;
    let arg = match task.bounds.arg {
        Arg::None => true,
        Arg::UpToSize => lies(instance.k, (1, sizes[0])),
        Arg::Within(low, high) => lies(instance.k, (low, high)),
    };
    let is_word = |text: &String| {
        let fits = task.shape() != Shape::Words || lies(text.len() as i64, WORD_LENGTH);
        fits && text.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    arg && sizes.len() == task.bounds.sizes.len()
        && sizes
            .iter()
            .zip(&task.bounds.sizes)
            .all(|(size, span)| lies(*size, *span))
        && instance
            .numbers
            .iter()
            .all(|number| lies(*number, task.bounds.values))
        && instance.texts.iter().all(is_word)
        && rows_fit(task, instance)
}

/// Length of each word where the input has many.
pub(crate) const WORD_LENGTH: Span = (1, 8);

fn rows_fit(task: &Task, instance: &Instance) -> bool {
    let (low, high) = task.bounds.values;
    let fits = |number: &i64| low <= *number && *number <= high;
    let places = instance.places;
    let is_link = |row: &Vec<i64>| {
        (1..=places).contains(&row[0])
            && (1..=places).contains(&row[1])
            && row[0] != row[1]
            && fits(&row[2])
    };
    match task.shape() {
        Shape::Queries => {
            let length = instance.numbers.len() as i64;
            instance
                .rows
                .iter()
                .all(|row| 1 <= row[0] && row[0] <= row[1] && row[1] <= length)
        }
        Shape::Graph => instance.rows.iter().all(is_link),
        Shape::Tree => instance.rows.iter().all(is_link) && is_tree(instance),
        Shape::Intervals => instance
            .rows
            .iter()
            .all(|row| row.iter().all(fits) && row[0] <= row[1]),
        Shape::Items => instance.rows.iter().flatten().all(fits),
        Shape::Grid => {
            let width = instance.rows[0].len();
            instance
                .rows
                .iter()
                .all(|row| row.len() == width && row.iter().all(fits))
        }
        Shape::List | Shape::Text | Shape::Texts | Shape::Words => true,
    }
}

fn is_tree(instance: &Instance) -> bool {
    let mut near = vec![Vec::new(); instance.places as usize + 1];
    for row in &instance.rows {
        near[row[0] as usize].push(row[1] as usize);
        near[row[1] as usize].push(row[0] as usize);
    }
    let mut is_seen = vec![false; near.len()];
    let mut todo = vec![1];
    let mut count = 0;
    while let Some(place) = todo.pop() {
        if !std::mem::replace(&mut is_seen[place], true) {
            count += 1;
            todo.extend(&near[place]);
        }
    }
    count == instance.places && instance.rows.len() as i64 == count - 1
}

/// How a program prints answers of a kind, in words.
pub(crate) fn output_words(answers: Answers, style: Style) -> &'static str {
    match (answers, style == Style::Leetcode) {
        (Answers::Number, _) => "Print one whole number.",
        (Answers::Text, false) => "Print the text on one line.",
        (Answers::Text, true) => "Print the text as one JSON string in double quotes.",
        (Answers::List, false) => "Print the numbers on one line, separated by single spaces.",
        (Answers::List, true) => {
            "Print the numbers as one JSON list without spaces, such as [1,2,3]."
        }
        (Answers::YesNo, false) => "Print YES if this is so, and NO otherwise.",
        (Answers::YesNo, true) => "Print true if this is so, and false otherwise.",
    }
}
