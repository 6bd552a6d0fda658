//! C++17 programs.

mod headers;
mod reading;

use super::python::{container, parameters};
use super::{Fault, Sketch, indented};
use crate::dice::Dice;
use crate::ir::{Answers, Effect, Shape, Step, Style, Task};
use headers::includes;
use reading::{json_reading, line_readers, plain_reading};

pub(super) fn write(sketch: &Sketch<'_>, dice: &mut Dice) -> String {
    let task = sketch.task;
    let steps: Vec<String> = task
        .steps
        .iter()
        .map(|step| step_code(step, task.shape()))
        .collect();
    let (own, inner) = placed(&steps.join("\n"), task.shape(), dice);
    let mut parts = vec![inner, prologue(sketch), sketch.body.clone()];
    parts.retain(|part| !part.is_empty());
    let solve = format!(
        "{} solve({}) {{\n{}\n}}\n",
        result_type(task.reducer.answers),
        typed_parameters(task),
        indented(&parts.join("\n"), 1)
    );
    let reader = if sketch.style == Style::Leetcode {
        line_readers(task.shape())
    } else {
        ""
    };
    let main = format!(
        "int main() {{\n{}\n    return 0;\n}}\n",
        indented(&main_lines(sketch, dice), 1)
    );
    let code: Vec<&str> = [reader, &own, &solve, &main]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let code = code.join("\n");
    let text = format!(
        "{}\nusing namespace std;\n\nusing ll = long long;\n\n{code}",
        includes(&code)
    );
    if dice.chance(0.3) {
        text.replace("using ll = long long;\n\n", "typedef long long ll;\n\n")
    } else {
        text
    }
}

fn placed(steps: &str, shape: Shape, dice: &mut Dice) -> (String, String) {
    let name = container(shape);
    if steps.is_empty() || shape == Shape::Texts || dice.chance(0.6) {
        return (String::new(), steps.to_owned());
    }
    let function = format!(
        "void prepare({}& {name}) {{\n{}\n}}\n",
        container_type(shape),
        indented(steps, 1)
    );
    (function, format!("prepare({name});"))
}

fn container_type(shape: Shape) -> &'static str {
    match shape {
        Shape::List | Shape::Queries => "vector<ll>",
        Shape::Text | Shape::Texts => "string",
        Shape::Words => "vector<string>",
        Shape::Graph | Shape::Tree => "vector<array<ll, 3>>",
        Shape::Grid => "vector<vector<ll>>",
        Shape::Intervals | Shape::Items => "vector<array<ll, 2>>",
    }
}

fn typed_parameters(task: &Task) -> String {
    let own = format!(
        "{} {}",
        container_type(task.shape()),
        container(task.shape())
    );
    let named = match task.shape() {
        Shape::Queries => format!("{own}, vector<array<ll, 2>> p"),
        Shape::Texts => format!("{own}, string t"),
        Shape::Graph | Shape::Tree => format!("ll n, {own}"),
        _ => own,
    };
    if task.takes_k() {
        format!("{named}, ll k")
    } else {
        named
    }
}

fn result_type(answers: Answers) -> &'static str {
    match answers {
        Answers::Number => "ll",
        Answers::Text => "string",
        Answers::List => "vector<ll>",
        Answers::YesNo => "bool",
    }
}

fn step_code(step: &Step, shape: Shape) -> String {
    let number = step.amount.to_string();
    match step.transform.effect {
        Effect::Each { cpp, .. } => {
            let change = cpp.replace("@c", &number);
            match shape {
                Shape::Grid => format!("for (auto& row : g)\n    for (ll& x : row) x = {change};"),
                Shape::Intervals => {
                    format!("for (auto& pair : p)\n    for (ll& x : pair) x = {change};")
                }
                Shape::Items => {
                    format!("for (auto& item : p) {{\n    ll& x = item[1];\n    x = {change};\n}}")
                }
                Shape::Graph | Shape::Tree => {
                    format!(
                        "for (auto& link : edges) {{\n    ll& x = link[2];\n    x = {change};\n}}"
                    )
                }
                _ => format!("for (ll& x : a) x = {change};"),
            }
        }
        Effect::Whole { cpp, .. } => cpp.replace("@c", &number),
        Effect::Letters { cpp, .. } => {
            let change = |name: &str| cpp.replace("@c", &number).replace("@s", name);
            match shape {
                Shape::Texts => format!("{}\n{}", change("s"), change("t")),
                Shape::Words => format!("for (auto& word : w) {{\n    {}\n}}", change("word")),
                _ => change("s"),
            }
        }
    }
}

fn prologue(sketch: &Sketch<'_>) -> String {
    let shape = sketch.task.shape();
    let name = container(shape);
    let length = match shape {
        Shape::Grid => "g.size() * g[0].size()".to_owned(),
        _ => format!("{name}.size()"),
    };
    let most = sketch.task.slow_above();
    let mut lines = Vec::new();
    match sketch.fault {
        Some(Fault::DropLast) => lines.push(format!("if ({length} > 2) {name}.pop_back();")),
        Some(Fault::EdgeCase) => lines.push(format!("if ({length} < 3) return {};", fallback(sketch.task.reducer.answers))),
        Some(Fault::Crash) => lines.push(format!("vector<ll> spare(4, 0);\nspare.at({length})++;")),
        Some(Fault::Slow) => lines.push(format!(
            "if ({length} > {most}) {{\n    volatile unsigned long long check = 1;\n    for (ll turn = 0; turn < 9000000000LL; turn++) check = (check * 31 + turn) % 1000003;\n}}"
        )),
        _ => {}
    }
    lines.extend(match shape {
        Shape::Grid => Some("int h = (int)g.size(), w = (int)g[0].size();".to_owned()),
        Shape::Texts => Some("int n = (int)s.size(), m = (int)t.size();".to_owned()),
        Shape::Graph | Shape::Tree => None,
        _ => uses_n(&sketch.body).then(|| format!("int n = (int){name}.size();")),
    });
    lines.join("\n")
}

fn uses_n(body: &str) -> bool {
    body.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|word| word == "n")
}

fn fallback(answers: Answers) -> &'static str {
    match answers {
        Answers::Number => "0",
        Answers::Text => "\"\"",
        Answers::List => "{}",
        Answers::YesNo => "false",
    }
}

fn main_lines(sketch: &Sketch<'_>, dice: &mut Dice) -> String {
    let task = sketch.task;
    let mut lines = Vec::new();
    if dice.chance(0.6) {
        lines.push("ios::sync_with_stdio(false);\ncin.tie(nullptr);".to_owned());
    }
    match sketch.style {
        Style::Leetcode => lines.push(json_reading(task)),
        Style::Codeforces | Style::Atcoder => lines.push(plain_reading(task)),
    }
    lines.push(format!(
        "{} result = solve({});",
        result_type(task.reducer.answers),
        parameters(task)
    ));
    if sketch.fault == Some(Fault::PlusOne) {
        lines.push(format!(
            "if ({}.size() > 3) result++;",
            container(task.shape())
        ));
    }
    lines.push(printing(task.reducer.answers, sketch.style).to_owned());
    lines.join("\n")
}

fn printing(answers: Answers, style: Style) -> &'static str {
    match (answers, style == Style::Leetcode) {
        (Answers::Number, _) | (Answers::Text, false) => "cout << result << '\\n';",
        (Answers::Text, true) => "cout << '\"' << result << '\"' << '\\n';",
        (Answers::List, false) => {
            "for (size_t at = 0; at < result.size(); at++) cout << (at ? \" \" : \"\") << result[at];\ncout << '\\n';"
        }
        (Answers::List, true) => {
            "cout << '[';\nfor (size_t at = 0; at < result.size(); at++) cout << (at ? \",\" : \"\") << result[at];\ncout << \"]\\n\";"
        }
        (Answers::YesNo, false) => "cout << (result ? \"YES\" : \"NO\") << '\\n';",
        (Answers::YesNo, true) => "cout << (result ? \"true\" : \"false\") << '\\n';",
    }
}
