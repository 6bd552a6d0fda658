//! The ways in which a program of the teacher can be wrong.

use super::Language;
use crate::ir::{Answers, Arg, Reducer, Shape, Task};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A slip of the question, by its place in the entry.
    Slip(usize),
    SkipStep(usize),
    /// A step is done with the next greater number.
    BumpStep(usize),
    SwapSteps,
    /// The last element of longer inputs is lost.
    DropLast,
    /// One too many on longer inputs.
    PlusOne,
    /// The shortest inputs get a fixed answer.
    EdgeCase,
    /// Every strict comparison in a condition also accepts equality; Python only, where a stray index stays harmless.
    Loosen,
    Slow,
    Crash,
    Syntax,
}

/// Wrong-answer faults that mean the same in both languages, so that several candidates can share one.
pub(crate) fn shared_faults(task: &Task) -> Vec<Fault> {
    let mut faults: Vec<Fault> = (0..task.reducer.slips.len()).map(Fault::Slip).collect();
    let steps = (0..task.steps.len()).flat_map(|at| [Fault::SkipStep(at), Fault::BumpStep(at)]);
    faults.extend(
        steps
            .chain([Fault::SwapSteps])
            .filter(|fault| fault.changed(task).is_some()),
    );
    if can_drop(task) {
        faults.push(Fault::DropLast);
    }
    if task.reducer.answers == Answers::Number {
        faults.push(Fault::PlusOne);
    }
    faults.push(Fault::EdgeCase);
    faults
}

/// All wrong-answer faults that a single candidate may have.
pub(crate) fn usable_faults(task: &Task, language: Language) -> Vec<Fault> {
    let mut faults = shared_faults(task);
    if language == Language::Python {
        faults.push(Fault::Loosen);
    }
    faults
}

fn can_drop(task: &Task) -> bool {
    task.reducer.arg != Arg::UpToSize
        && !matches!(task.shape(), Shape::Queries | Shape::Tree | Shape::Grid)
}

impl Fault {
    /// The task as a program with this fault understands it; nothing if that is the same or out of range.
    pub(super) fn changed(self, task: &Task) -> Option<Task> {
        let mut wrong = task.clone();
        match self {
            Self::SkipStep(at) => {
                wrong.steps.remove(at);
            }
            Self::BumpStep(at) => {
                task.steps[at].transform.amounts?;
                wrong.steps[at].amount += 1;
            }
            Self::SwapSteps if task.steps.len() > 1 => wrong.steps.swap(0, 1),
            _ => return None,
        }
        wrong.is_sound().then_some(wrong)
    }

    /// The body of `solve` with this fault in it.
    pub(super) fn slipped(self, reducer: &Reducer, language: Language, body: &str) -> String {
        match self {
            Self::Slip(at) => {
                let slip = &reducer.slips[at];
                let (right, wrong) = if language == Language::Python {
                    slip.python
                } else {
                    slip.cpp
                };
                body.replacen(right, wrong, 1)
            }
            Self::Loosen => {
                let loosen = |line: &str| {
                    let is_condition = line.trim_start().starts_with("if ");
                    if is_condition {
                        line.replace(" < ", " <= ").replace(" > ", " >= ")
                    } else {
                        line.to_owned()
                    }
                };
                body.lines().map(loosen).collect::<Vec<_>>().join("\n")
            }
            _ => body.to_owned(),
        }
    }
}
