//! Inputs as one JSON value per line, in the order of the arguments.

use crate::ir::{Instance, Shape, Task, joined};
use serde::de::DeserializeOwned;

/// The arguments of a shape, by the names the statement uses.
pub(crate) fn arguments(task: &Task) -> Vec<&'static str> {
    let mut names = match task.shape() {
        Shape::List => vec!["nums"],
        Shape::Queries => vec!["nums", "queries"],
        Shape::Text => vec!["s"],
        Shape::Texts => vec!["s", "t"],
        Shape::Words => vec!["words"],
        Shape::Graph | Shape::Tree => vec!["n", "edges"],
        Shape::Grid => vec!["grid"],
        Shape::Intervals => vec!["intervals"],
        Shape::Items => vec!["items"],
    };
    if task.takes_k() {
        names.push("k");
    }
    names
}

/// The JSON values, one for each argument.
pub(crate) fn values(task: &Task, instance: &Instance) -> Vec<String> {
    let texts = || instance.texts.iter().map(|text| format!("\"{text}\""));
    let rows = || {
        let rows: Vec<String> = instance.rows.iter().map(|row| list(row)).collect();
        format!("[{}]", rows.join(","))
    };
    let mut values = match task.shape() {
        Shape::List => vec![list(&instance.numbers)],
        Shape::Queries => vec![list(&instance.numbers), rows()],
        Shape::Text | Shape::Texts => texts().collect(),
        Shape::Words => vec![format!("[{}]", texts().collect::<Vec<_>>().join(","))],
        Shape::Graph | Shape::Tree => vec![instance.places.to_string(), rows()],
        Shape::Grid | Shape::Intervals | Shape::Items => vec![rows()],
    };
    if task.takes_k() {
        values.push(instance.k.to_string());
    }
    values
}

fn list(numbers: &[i64]) -> String {
    format!("[{}]", joined(numbers, ","))
}

pub(super) fn encode(task: &Task, instance: &Instance) -> String {
    values(task, instance).join("\n") + "\n"
}

struct Lines<'a>(std::str::Lines<'a>);

impl Lines<'_> {
    fn value<T: DeserializeOwned>(&mut self) -> Option<T> {
        serde_json::from_str(self.0.next()?).ok()
    }

    fn rows(&mut self, width: usize) -> Option<Vec<Vec<i64>>> {
        let rows: Vec<Vec<i64>> = self.value()?;
        (width == 0 || rows.iter().all(|row| row.len() == width)).then_some(rows)
    }
}

pub(super) fn decode(task: &Task, text: &str) -> Option<Instance> {
    let mut lines = Lines(text.trim_end().lines());
    let shape = task.shape();
    let mut instance = Instance::default();
    match shape {
        Shape::List => instance.numbers = lines.value()?,
        Shape::Queries => {
            instance.numbers = lines.value()?;
            instance.rows = lines.rows(shape.width())?;
        }
        Shape::Text => instance.texts = vec![lines.value()?],
        Shape::Texts => instance.texts = vec![lines.value()?, lines.value()?],
        Shape::Words => instance.texts = lines.value()?,
        Shape::Graph | Shape::Tree => {
            instance.places = lines.value()?;
            instance.rows = lines.rows(shape.width())?;
        }
        Shape::Grid | Shape::Intervals | Shape::Items => {
            instance.rows = lines.rows(shape.width())?;
        }
    }
    if task.takes_k() {
        instance.k = lines.value()?;
    }
    lines.0.next().is_none().then_some(instance)
}
