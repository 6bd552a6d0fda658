//! Solutions: the text of a program for a task, in two languages, right or with a chosen fault.

mod cpp;
mod fault;
mod python;
mod surface;

pub(crate) use fault::{Fault, shared_faults, usable_faults};

use crate::dice::Dice;
use crate::ir::{Code, Reducer, Style, Task};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Cpp,
}

impl Language {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.trim() {
            "python3" | "python" => Some(Self::Python),
            "cpp17" | "cpp" => Some(Self::Cpp),
            _ => None,
        }
    }

    /// The word after the opening fence.
    pub(crate) fn fence(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Cpp => "cpp",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Naive,
    Efficient,
    Idiomatic,
}

impl Variant {
    fn of(self, code: &Code) -> &'static str {
        match self {
            Self::Naive => code.naive,
            Self::Efficient => code.efficient,
            Self::Idiomatic => code.idiomatic,
        }
    }
}

/// A program before it is written down.
#[derive(Debug)]
struct Sketch<'a> {
    task: &'a Task,
    style: Style,
    body: String,
    fault: Option<Fault>,
}

/// Writes the program; the dice only choose its surface.
pub(crate) fn write(
    task: &Task,
    style: Style,
    language: Language,
    variant: Variant,
    fault: Option<Fault>,
    dice: &mut Dice,
) -> String {
    let changed = fault.and_then(|fault| fault.changed(task));
    let task = changed.as_ref().unwrap_or(task);
    let code = code(task.reducer, language);
    let body = variant.of(code).trim_start_matches('\n');
    let body = fault.map_or(body.to_owned(), |fault| {
        fault.slipped(task.reducer, language, body)
    });
    let sketch = Sketch {
        task,
        style,
        body,
        fault,
    };
    let plain = match language {
        Language::Python => python::write(&sketch, dice),
        Language::Cpp => cpp::write(&sketch, dice),
    };
    let source = surface::renamed(&plain, language, dice);
    if fault == Some(Fault::Syntax) {
        surface::broken(&source, language)
    } else {
        source
    }
}

fn code(reducer: &Reducer, language: Language) -> &Code {
    match language {
        Language::Python => &reducer.python,
        Language::Cpp => &reducer.cpp,
    }
}

fn indented(lines: &str, depth: usize) -> String {
    let margin = " ".repeat(4 * depth);
    let indent = |line: &str| {
        if line.is_empty() {
            String::new()
        } else {
            format!("{margin}{line}")
        }
    };
    lines.lines().map(indent).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
pub(crate) mod drivers;
#[cfg(test)]
mod executed;
#[cfg(test)]
mod tests;
