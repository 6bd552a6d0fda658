//! Python programs.

use super::{Fault, Sketch, indented};
use crate::dice::Dice;
use crate::ir::{Answers, Effect, Shape, Step, Style, Task};

pub(super) fn write(sketch: &Sketch<'_>, dice: &mut Dice) -> String {
    let parameters = parameters(sketch.task);
    let steps: Vec<String> = sketch
        .task
        .steps
        .iter()
        .map(|step| step_code(step, sketch.task.shape()))
        .collect();
    let (own, inner) = placed(&steps.join("\n"), sketch.task.shape(), dice);
    let body = join(&[&inner, &prologue(sketch), &sketch.body]);
    let solve = format!("def solve({parameters}):\n{}", indented(&body, 1));
    let ending = ending(sketch, dice);
    let text = join(&[&own, &solve, "", "", &ending]) + "\n";
    format!("{}\n\n{text}", imports(&text))
}

fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        if part.is_empty() && (at == 0 || parts[at - 1].is_empty() || at < 2) {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
    text
}

/// The steps as a function of their own in front, and what calls it; or the steps in place.
fn placed(steps: &str, shape: Shape, dice: &mut Dice) -> (String, String) {
    let name = container(shape);
    if steps.is_empty() || shape == Shape::Texts || dice.chance(0.6) {
        return (String::new(), steps.to_owned());
    }
    let function = format!(
        "def prepare({name}):\n{}\n    return {name}\n\n",
        indented(steps, 1)
    );
    (function, format!("{name} = prepare({name})"))
}

/// The name under which a program knows the thing that steps change.
pub(super) fn container(shape: Shape) -> &'static str {
    match shape {
        Shape::List | Shape::Queries => "a",
        Shape::Text | Shape::Texts => "s",
        Shape::Words => "w",
        Shape::Graph | Shape::Tree => "edges",
        Shape::Grid => "g",
        Shape::Intervals | Shape::Items => "p",
    }
}

pub(super) fn parameters(task: &Task) -> String {
    let names = match task.shape() {
        Shape::Queries => "a, p",
        Shape::Texts => "s, t",
        Shape::Graph | Shape::Tree => "n, edges",
        shape => container(shape),
    };
    if task.takes_k() {
        format!("{names}, k")
    } else {
        names.to_owned()
    }
}

fn step_code(step: &Step, shape: Shape) -> String {
    let number = step.amount.to_string();
    match step.transform.effect {
        Effect::Each { python, .. } => {
            let change = python.replace("@c", &number);
            match shape {
                Shape::Grid => format!("g = [[{change} for x in row] for row in g]"),
                Shape::Intervals => format!("p = [tuple({change} for x in pair) for pair in p]"),
                Shape::Items => format!("p = [(weight, {change}) for weight, x in p]"),
                Shape::Graph | Shape::Tree => {
                    format!("edges = [(u, v, {change}) for u, v, x in edges]")
                }
                _ => format!("a = [{change} for x in a]"),
            }
        }
        Effect::Whole { python, .. } => python.replace("@c", &number),
        Effect::Letters { python, .. } => {
            let change = |name: &str| python.replace("@c", &number).replace("@s", name);
            match shape {
                Shape::Texts => format!("s = {}\nt = {}", change("s"), change("t")),
                Shape::Words => format!("w = [{} for word in w]", change("word")),
                _ => format!("s = {}", change("s")),
            }
        }
    }
}

/// Lines between the steps and the body: sizes, and the fault that works on them.
fn prologue(sketch: &Sketch<'_>) -> String {
    let shape = sketch.task.shape();
    let name = container(shape);
    let length = match shape {
        Shape::Grid => "len(g) * len(g[0])".to_owned(),
        _ => format!("len({name})"),
    };
    let mut lines = Vec::new();
    let most = sketch.task.slow_above();
    match sketch.fault {
        Some(Fault::DropLast) => lines.push(format!("{name} = {name}[:-1] if {length} > 2 else {name}")),
        Some(Fault::EdgeCase) => lines.push(format!("if {length} < 3:\n    return {}", fallback(sketch.task.reducer.answers))),
        Some(Fault::Crash) => lines.push(format!("spare = [0] * 4\nspare[{length}] += 1")),
        Some(Fault::Slow) => lines.push(format!(
            "if {length} > {most}:\n    check = 1\n    for turn in range(400000000):\n        check = (check * 31 + turn) % 1000003"
        )),
        _ => {}
    }
    match shape {
        Shape::Grid => lines.push("h, w = len(g), len(g[0])".to_owned()),
        Shape::Texts => lines.push("n, m = len(s), len(t)".to_owned()),
        Shape::Graph | Shape::Tree => {}
        _ => lines.push(format!("n = len({name})")),
    }
    lines.join("\n")
}

fn fallback(answers: Answers) -> &'static str {
    match answers {
        Answers::Number => "0",
        Answers::Text => "''",
        Answers::List => "[]",
        Answers::YesNo => "False",
    }
}

fn imports(text: &str) -> String {
    let mut lines = Vec::new();
    let names = |of: &[&'static str]| -> Vec<&'static str> {
        of.iter()
            .filter(|name| text.contains(&format!("{name}(")))
            .copied()
            .collect()
    };
    for module in ["heapq", "json"] {
        if text.contains(&format!("{module}.")) {
            lines.push(format!("import {module}"));
        }
    }
    lines.push("import sys".to_owned());
    for (module, offers) in [
        ("bisect", &["bisect_left", "bisect_right"][..]),
        ("collections", &["Counter", "defaultdict", "deque"]),
        ("itertools", &["accumulate", "groupby"]),
        ("math", &["gcd"]),
    ] {
        let used = names(offers);
        if !used.is_empty() {
            lines.push(format!("from {module} import {}", used.join(", ")));
        }
    }
    lines.join("\n")
}

fn ending(sketch: &Sketch<'_>, dice: &mut Dice) -> String {
    let task = sketch.task;
    let reading = if sketch.style == Style::Leetcode {
        json_reading(task)
    } else {
        plain_reading(task, dice)
    };
    let mut lines = reading;
    lines.push(format!("result = solve({})", parameters(task)));
    if sketch.fault == Some(Fault::PlusOne) {
        let name = container(task.shape());
        lines.push(format!("if len({name}) > 3:\n    result += 1"));
    }
    lines.push(printing(task.reducer.answers, sketch.style).to_owned());
    let text = lines.join("\n");
    match dice.below(3) {
        0 => text,
        1 => format!("def main():\n{}\n\n\nmain()", indented(&text, 1)),
        _ => format!(
            "def main():\n{}\n\n\nif __name__ == '__main__':\n    main()",
            indented(&text, 1)
        ),
    }
}

fn printing(answers: Answers, style: Style) -> &'static str {
    match (answers, style == Style::Leetcode) {
        (Answers::Number, _) | (Answers::Text, false) => "print(result)",
        (Answers::Text, true) => "print(json.dumps(result))",
        (Answers::List, false) => "print(*result)",
        (Answers::List, true) => "print(json.dumps(result, separators=(',', ':')))",
        (Answers::YesNo, false) => "print('YES' if result else 'NO')",
        (Answers::YesNo, true) => "print('true' if result else 'false')",
    }
}

fn json_reading(task: &Task) -> Vec<String> {
    let names = parameters(task);
    vec![
        "lines = sys.stdin.read().split('\\n')".to_owned(),
        format!(
            "{names}{} = [json.loads(line) for line in lines if line.strip()]",
            if names.contains(',') { "" } else { "," }
        ),
    ]
}

fn plain_reading(task: &Task, dice: &mut Dice) -> Vec<String> {
    let k = if task.takes_k() { ", k" } else { "" };
    let bare = if task.takes_k() { "" } else { "," };
    let header = |names: &str, bare: &str| format!("{names}{k}{bare} = map(int, lines[0].split())");
    let rows = |name: &str, from: usize| {
        format!("{name} = [tuple(map(int, line.split())) for line in lines[{from}:]]")
    };
    let mut lines = match dice.below(2) {
        0 => vec!["lines = sys.stdin.read().strip().split('\\n')".to_owned()],
        _ => vec!["lines = [line.rstrip() for line in sys.stdin if line.strip()]".to_owned()],
    };
    let more = match task.shape() {
        Shape::List => vec![
            header("size", bare),
            "a = list(map(int, lines[1].split()))".to_owned(),
        ],
        Shape::Queries => vec![
            "a = list(map(int, lines[1].split()))".to_owned(),
            rows("p", 2),
        ],
        Shape::Text if task.takes_k() => vec![
            "k = int(lines[0])".to_owned(),
            "s = lines[1].strip()".to_owned(),
        ],
        Shape::Text => vec!["s = lines[0].strip()".to_owned()],
        Shape::Texts => vec![
            "s = lines[0].strip()".to_owned(),
            "t = lines[1].strip()".to_owned(),
        ],
        Shape::Words => vec!["w = [line.strip() for line in lines[1:]]".to_owned()],
        Shape::Graph => vec![header("n, m", ""), rows("edges", 1)],
        Shape::Tree => vec!["n = int(lines[0])".to_owned(), rows("edges", 1)],
        Shape::Grid => vec![
            header("h, w", ""),
            "g = [list(map(int, line.split())) for line in lines[1:]]".to_owned(),
        ],
        Shape::Intervals | Shape::Items => vec![header("size", bare), rows("p", 1)],
    };
    lines.extend(more);
    lines
}
