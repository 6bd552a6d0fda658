//! The input generator as a Python program: reads `SEED COUNT`, prints one JSON array of inputs.

use crate::input::WORD_LENGTH;
use crate::ir::{Arg, Shape, Span, Style, Task};

const HEAD: &str = "\
import json
import random
import sys

KINDS = ['smallest', 'small', 'small', 'medium', 'large']
MOODS = ['mixed', 'equal', 'rising', 'falling', 'few', 'extreme', 'near']


def size(low, high, kind, grid):
    # Four scales between the limits; large inputs stay below a few hundred kilobytes.
    if kind == 'smallest':
        return low
    if kind == 'small':
        return random.randint(low, min(high, low + 6))
    if kind == 'medium':
        top = max(low, min(high // 8, 8 if grid else 120))
        return random.randint(max(low, top // 2), top)
    return random.randint(max(low, high * 3 // 4), high)


def near(low, high):
    low = max(low, min(high, -6))
    return low, min(high, low + 12)


def numbers(count, low, high, mood):
    if mood == 'near':
        low, high = near(low, high)
    few = [random.randint(low, high) for _ in range(3)]
    if mood == 'equal':
        return few[:1] * count
    if mood == 'few':
        return [random.choice(few) for _ in range(count)]
    if mood == 'extreme':
        return [random.choice([low, high]) for _ in range(count)]
    made = [random.randint(low, high) for _ in range(count)]
    if mood == 'rising':
        made.sort()
    if mood == 'falling':
        made.sort(reverse=True)
    return made


def word(length, mood):
    last = {'equal': 0, 'few': 2, 'extreme': 1, 'near': 2}.get(mood, 25)
    return ''.join(chr(97 + x) for x in numbers(length, 0, last, mood if mood in ('rising', 'falling') else 'mixed'))


def pairs(count, low, high, mood):
    return [sorted(numbers(2, low, high, mood)) for _ in range(count)]


def links(places, count, low, high, mood, joined):
    made = []
    for at, weight in enumerate(numbers(count, low, high, mood)):
        if joined and at + 2 <= places:
            u, v = random.randint(at + 1 if mood == 'rising' else 1, at + 1), at + 2
        else:
            u, v = random.sample(range(1, places + 1), 2)
        made.append([u, v, weight] if random.random() < 0.5 else [v, u, weight])
    return made


def listed(row):
    return ' '.join(map(str, row))


def dumped(value):
    return json.dumps(value, separators=(',', ':'))


";

const TAIL: &str = "\
def main():
    seed, count = map(int, sys.stdin.read().split())
    random.seed(seed)
    made = []
    for at in range(count):
        kind = KINDS[at % len(KINDS)]
        mood = random.choice(MOODS)
        made.append({'description': kind + ' input, ' + mood + ' values', 'input_string': make(kind, mood)})
    print(json.dumps(made))


main()
";

pub(crate) fn write(task: &Task, style: Style) -> String {
    let (values, joins) = (values(task), joins(task, style));
    format!("{HEAD}def make(kind, mood):\n{values}{joins}\n\n\n{TAIL}")
}

fn values(task: &Task) -> String {
    let (low, high) = task.bounds.values;
    let is_grid = if task.shape() == Shape::Grid {
        "True"
    } else {
        "False"
    };
    let size = |span: Span| format!("size({}, {}, kind, {is_grid})", span.0, span.1);
    let sizes = &task.bounds.sizes;
    let mut lines = vec![format!("n = {}", size(sizes[0]))];
    if let Some(second) = sizes.get(1) {
        lines.push(format!("m = {}", size(*second)));
    }
    lines.push(match task.shape() {
        Shape::List => format!("a = numbers(n, {low}, {high}, mood)"),
        Shape::Queries => {
            format!("a = numbers(n, {low}, {high}, mood)\n    rows = pairs(m, 1, n, 'mixed')")
        }
        Shape::Text => "s = word(n, mood)".to_owned(),
        Shape::Texts => "s, t = word(n, mood), word(m, mood)".to_owned(),
        Shape::Words => words_lines(),
        Shape::Graph => format!("rows = links(n, m, {low}, {high}, mood, random.random() < 0.6)"),
        Shape::Tree => format!("rows = links(n, n - 1, {low}, {high}, mood, True)"),
        Shape::Grid => format!("rows = [numbers(m, {low}, {high}, mood) for _ in range(n)]"),
        Shape::Intervals => format!("rows = pairs(n, {low}, {high}, mood)"),
        Shape::Items => format!("rows = [numbers(2, {low}, {high}, mood) for _ in range(n)]"),
    });
    match task.bounds.arg {
        Arg::None => {}
        Arg::UpToSize => lines.push("k = random.choice([1, n]) if mood == 'extreme' else random.randint(1, n)".to_owned()),
        Arg::Within(low, high) => lines.push(format!(
            "k = random.choice([{low}, {high}]) if mood == 'extreme' else random.randint(*(near({low}, {high}) if mood == 'near' else ({low}, {high})))"
        )),
    }
    let indented: Vec<String> = lines.iter().map(|line| format!("    {line}\n")).collect();
    indented.concat()
}

fn words_lines() -> String {
    let (low, high) = WORD_LENGTH;
    format!(
        "w = []\n    for at in range(n):\n        letters = list(w[-1] if at % 3 == 2 else word(random.randint({low}, {high}), mood))\n        random.shuffle(letters)\n        w.append(''.join(letters))"
    )
}

/// The line that joins the parts into one input.
fn joins(task: &Task, style: Style) -> String {
    let parts = if style == Style::Leetcode {
        json_parts(task)
    } else {
        plain_parts(task)
    };
    format!("    lines = {parts}\n    return '\\n'.join(lines) + '\\n'")
}

fn json_parts(task: &Task) -> String {
    let parts = match task.shape() {
        Shape::List => "dumped(a)",
        Shape::Queries => "dumped(a), dumped(rows)",
        Shape::Text => "dumped(s)",
        Shape::Texts => "dumped(s), dumped(t)",
        Shape::Words => "dumped(w)",
        Shape::Graph | Shape::Tree => "str(n), dumped(rows)",
        Shape::Grid | Shape::Intervals | Shape::Items => "dumped(rows)",
    };
    if task.takes_k() {
        format!("[{parts}, str(k)]")
    } else {
        format!("[{parts}]")
    }
}

fn plain_parts(task: &Task) -> String {
    let sizes = match task.shape() {
        Shape::Text | Shape::Texts => "",
        Shape::Queries | Shape::Graph | Shape::Grid => "n, m",
        _ => "n",
    };
    let header = match (sizes, task.takes_k()) {
        ("", true) => "[str(k)] + ".to_owned(),
        ("", false) => String::new(),
        (sizes, true) => format!("[listed([{sizes}, k])] + "),
        (sizes, false) => format!("[listed([{sizes}])] + "),
    };
    let body = match task.shape() {
        Shape::List => "[listed(a)]",
        Shape::Queries => "[listed(a)] + [listed(row) for row in rows]",
        Shape::Text => "[s]",
        Shape::Texts => "[s, t]",
        Shape::Words => "w",
        _ => "[listed(row) for row in rows]",
    };
    format!("{header}{body}")
}
