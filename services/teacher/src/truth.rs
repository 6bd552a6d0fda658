//! The truth: what a right program prints, computed from the statement alone.

use crate::ir::{Answer, Instance, Style, Task};
use crate::{input, micro, statement, transforms};

/// The expected output for `input`, or nothing if the statement is none of ours or the input breaks its rules.
pub fn truth(statement: &str, input: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(input).ok()?;
    if let Some((task, style)) = micro::parse(statement) {
        return micro::truth(&task, style, text);
    }
    let (task, style) = statement::parse(statement)?;
    let instance = input::decode(&task, style, text)?;
    Some(answer(&task, &instance).printed(style))
}

pub(crate) fn answer(task: &Task, instance: &Instance) -> Answer {
    (task.reducer.solve)(&transforms::prepared(&task.steps, task.shape(), instance))
}

pub(crate) fn expected(task: &Task, style: Style, instance: &Instance) -> String {
    answer(task, instance).printed(style)
}
