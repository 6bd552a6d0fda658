//! Reads a statement of this profile back into its task; whatever departs from the grammar is none of ours.

use super::{AFTER, BUT_FIRST, THEN, clause, frame, lowered};
use crate::ir::Style;
use crate::micro::operations::{self, Operation};
use crate::micro::questions::{self, Question};
use crate::micro::task::{Step, Task};

/// No task of ours has more.
const MOST_STEPS: usize = 2;

pub(crate) fn parse(statement: &str) -> Option<(Task, Style)> {
    let text = statement.trim().strip_prefix(frame::TITLE)?;
    let question = text.lines().next()?;
    let rest = &text[question.len()..];
    let style = [Style::Codeforces, Style::Leetcode, Style::Atcoder]
        .into_iter()
        .find(|style| rest.starts_with(frame::rules(*style)))?;
    let ends = rest.ends_with(frame::ending(style).trim_end());
    task(question)
        .filter(|task| ends && task.is_sound())
        .map(|task| (task, style))
}

fn task(text: &str) -> Option<Task> {
    let text = text.strip_suffix('.')?;
    let (asked, clauses) = if let Some(rest) = text.strip_prefix("Print ") {
        let (asked, clauses) = rest.split_once(AFTER)?;
        (question(asked)?, clauses)
    } else {
        let (clauses, asked) = text.split_once(". Print ")?;
        (question(asked)?, clauses)
    };
    Some(Task {
        steps: steps(&lowered(clauses))?,
        question: asked,
    })
}

fn question(asked: &str) -> Option<&'static Question> {
    let is_asked = |question: &&Question| question.phrases.contains(&asked);
    questions::all().iter().find(is_asked)
}

fn steps(clauses: &str) -> Option<Vec<Step>> {
    let is_backwards = clauses.contains(BUT_FIRST);
    let separator = if is_backwards { BUT_FIRST } else { THEN };
    let mut steps: Vec<Step> = clauses
        .split(separator)
        .take(MOST_STEPS + 1)
        .map(step)
        .collect::<Option<_>>()?;
    if is_backwards {
        steps.reverse();
    }
    (steps.len() <= MOST_STEPS).then_some(steps)
}

fn step(text: &str) -> Option<Step> {
    operations::all().iter().find_map(|operation| {
        let step = Step::new(operation, amount(operation, text)?)?;
        (0..operation.phrases.len())
            .any(|wording| clause(&step, wording) == text)
            .then_some(step)
    })
}

/// The first number of a clause, or 0 for an operation that takes none.
fn amount(operation: &Operation, text: &str) -> Option<i64> {
    if operation.amounts.is_none() {
        return Some(0);
    }
    text.split_whitespace().find_map(|word| word.parse().ok())
}
