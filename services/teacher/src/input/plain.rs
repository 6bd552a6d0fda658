//! Inputs as lines of words, for the styles that read them so.

use crate::ir::{Instance, Shape, Task};

pub(super) fn encode(task: &Task, instance: &Instance) -> String {
    let shape = task.shape();
    let mut header = match shape {
        Shape::Text | Shape::Texts => Vec::new(),
        _ => super::sizes(shape, instance),
    };
    if task.takes_k() {
        header.push(instance.k);
    }
    let mut lines = Vec::new();
    if !header.is_empty() {
        lines.push(spaced(&header));
    }
    if !instance.numbers.is_empty() {
        lines.push(spaced(&instance.numbers));
    }
    lines.extend(instance.texts.iter().cloned());
    lines.extend(instance.rows.iter().map(|row| spaced(row)));
    lines.join("\n") + "\n"
}

fn spaced(numbers: &[i64]) -> String {
    crate::ir::joined(numbers, " ")
}

/// Words read one after another; every reader refuses more than is there.
struct Words<'a>(std::str::SplitWhitespace<'a>);

impl<'a> Words<'a> {
    fn word(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    fn number(&mut self) -> Option<i64> {
        self.word()?.parse().ok()
    }

    fn count(&mut self, longest: i64) -> Option<usize> {
        self.number()
            .filter(|count| (0..=longest).contains(count))
            .map(|count| count as usize)
    }

    fn numbers(&mut self, count: usize) -> Option<Vec<i64>> {
        (0..count).map(|_| self.number()).collect()
    }

    fn rows(&mut self, count: usize, width: usize) -> Option<Vec<Vec<i64>>> {
        (0..count).map(|_| self.numbers(width)).collect()
    }

    fn texts(&mut self, count: usize) -> Option<Vec<String>> {
        (0..count).map(|_| self.word().map(str::to_owned)).collect()
    }
}

pub(super) fn decode(task: &Task, text: &str) -> Option<Instance> {
    let mut words = Words(text.split_whitespace());
    let shape = task.shape();
    let spans = &task.bounds.sizes;
    let counts = match shape {
        Shape::Text | Shape::Texts => vec![spans.len()],
        _ => spans
            .iter()
            .map(|span| words.count(span.1))
            .collect::<Option<_>>()?,
    };
    let mut instance = Instance::default();
    if task.takes_k() {
        instance.k = words.number()?;
    }
    let last = *counts.last()?;
    match shape {
        Shape::Text | Shape::Texts | Shape::Words => instance.texts = words.texts(last)?,
        Shape::List => instance.numbers = words.numbers(last)?,
        Shape::Queries => {
            instance.numbers = words.numbers(counts[0])?;
            instance.rows = words.rows(last, 2)?;
        }
        Shape::Grid => instance.rows = words.rows(counts[0], last)?,
        Shape::Graph | Shape::Tree => {
            instance.places = counts[0] as i64;
            let links = if shape == Shape::Tree {
                last.checked_sub(1)?
            } else {
                last
            };
            instance.rows = words.rows(links, 3)?;
        }
        Shape::Intervals | Shape::Items => instance.rows = words.rows(last, 2)?,
    }
    words.word().is_none().then_some(instance)
}
