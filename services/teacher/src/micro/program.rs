//! Programs of this profile: one right text for each task and language, or that text with a fault.

use super::questions;
use super::task::{Step, Task};
use crate::ir::Style;
use crate::program::Language;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// The program does another task.
    Misread(Task),
    /// The last number is not read.
    DropLast,
    Slow,
    Crash,
    Syntax,
}

/// Wrong ways to answer the task, each of which shows on many inputs.
pub(crate) fn mistakes(task: &Task) -> Vec<Fault> {
    let mut mistakes: Vec<Fault> = misread(task)
        .into_iter()
        .filter(|other| other.is_sound() && task.differs(|numbers| other.answer(numbers)))
        .map(Fault::Misread)
        .collect();
    if task.differs(|numbers| task.answer(&numbers[..numbers.len() - 1])) {
        mistakes.push(Fault::DropLast);
    }
    mistakes
}

/// The task with a step left out, with a number one greater, with its steps in another order, with another question.
fn misread(task: &Task) -> Vec<Task> {
    let with = |steps: Vec<Step>| Task {
        steps,
        question: task.question,
    };
    let mut others = Vec::new();
    for (at, step) in task.steps.iter().enumerate() {
        let mut fewer = task.steps.clone();
        fewer.remove(at);
        others.push(with(fewer));
        if let Some(bumped) = Step::new(step.operation, step.amount + 1) {
            let mut steps = task.steps.clone();
            steps[at] = bumped;
            others.push(with(steps));
        }
    }
    others.push(with(task.steps.iter().rev().copied().collect()));
    others.extend(questions::all().iter().map(|question| Task {
        steps: task.steps.clone(),
        question,
    }));
    others
}

pub(crate) fn write(
    task: &Task,
    style: Style,
    language: Language,
    fault: Option<&Fault>,
) -> String {
    let task = match fault {
        Some(Fault::Misread(other)) => other,
        _ => task,
    };
    match language {
        Language::Python => python(task, style, fault),
        Language::Cpp => cpp(task, style, fault),
    }
}

fn with_amount(template: &str, step: &Step) -> String {
    template.replace("@c", &step.amount.to_string())
}

fn python(task: &Task, style: Style, fault: Option<&Fault>) -> String {
    let mut lines = match style {
        Style::Leetcode => vec!["import json", "a = json.loads(input())"],
        Style::Codeforces | Style::Atcoder => vec!["a = list(map(int, input().split()))"],
    };
    match fault {
        Some(Fault::DropLast) => lines.push("a = a[:-1]"),
        Some(Fault::Slow) => {
            lines.push("for turn in range(400000000 if len(a) > 20 else 0):\n    pass");
        }
        Some(Fault::Crash) => lines.push("spare = [0] * 4\nspare[len(a)] += 1"),
        _ => {}
    }
    let expression = task.steps.iter().fold("a".to_owned(), |inner, step| {
        with_amount(step.operation.python, step).replace("@a", &inner)
    });
    let answer = task.question.python.replace("@a", &expression);
    let end = if fault == Some(&Fault::Syntax) {
        ""
    } else {
        ")"
    };
    format!("{}\nprint({answer}{end}\n", lines.join("\n"))
}

fn cpp(task: &Task, style: Style, fault: Option<&Fault>) -> String {
    let mut lines = vec!["string line;", "getline(cin, line);"];
    if style == Style::Leetcode {
        lines.push("for (char& c : line) if (!isdigit(c)) c = ' ';");
    }
    lines.push(
        "istringstream in(line);\n    vector<ll> a;\n    for (ll x; in >> x;) a.push_back(x);",
    );
    match fault {
        Some(Fault::DropLast) => lines.push("a.pop_back();"),
        Some(Fault::Slow) => lines.push(
            "volatile ll check = 1;\n    if (a.size() > 20) for (ll turn = 0; turn < 9000000000LL; turn++) check = check + turn;",
        ),
        Some(Fault::Crash) => lines.push("vector<ll> spare(4, 0);\n    spare.at(a.size())++;"),
        _ => {}
    }
    let steps: Vec<String> = task
        .steps
        .iter()
        .map(|step| with_amount(step.operation.cpp, step))
        .collect();
    lines.extend(steps.iter().map(String::as_str));
    let answer = task.question.cpp.replace("@a", "a");
    let end = if fault == Some(&Fault::Syntax) {
        ""
    } else {
        ";"
    };
    format!(
        "{CPP_HEAD}    {}\n    cout << {answer} << \"\\n\"{end}\n}}\n",
        lines.join("\n    ")
    )
}

const CPP_HEAD: &str = "\
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>
using namespace std;
typedef long long ll;

int main() {
";
