//! Names the features of a piece of code, which it reads as text only.

use super::patterns::{SIGNS, Sign, TYPES};
use serde_json::{Map, Value, json};

/// The part of a program that is read.
const LONGEST: usize = 64 * 1024;

pub(crate) fn features(program: &str, language: &str) -> Value {
    let code: String = program
        .lines()
        .map(without_remark)
        .collect::<Vec<_>>()
        .join("\n");
    let code: String = code.chars().take(LONGEST).collect();
    let mut tree = Map::new();
    let name = if language.is_empty() {
        guess(&code)
    } else {
        language
    };
    tree.insert("programming_language".to_owned(), json!([name]));
    let found: Vec<&Sign> = SIGNS
        .iter()
        .filter(|sign| sign.texts.iter().any(|text| code.contains(*text)))
        .collect();
    let names: Vec<&str> = found.iter().map(|sign| sign.feature).collect();
    for (kind, tellers) in TYPES {
        if tellers.iter().any(|name| names.contains(name)) {
            add(&mut tree, "problem_type", None, kind);
        }
    }
    for sign in found {
        add(&mut tree, sign.category, Some(sign.family), sign.feature);
    }
    let depth = loop_depth(&code);
    if depth > 1 {
        add(
            &mut tree,
            "implementation_logic",
            Some("iteration"),
            "nested loops",
        );
    }
    if is_recursive(&code) {
        add(
            &mut tree,
            "implementation_logic",
            Some("recursion"),
            "recursive function",
        );
    }
    add(
        &mut tree,
        "complexity_analysis",
        Some("time complexity"),
        running_time(depth, &names),
    );
    add(
        &mut tree,
        "complexity_analysis",
        Some("space complexity"),
        space(&names),
    );
    Value::Object(tree)
}

fn without_remark(line: &str) -> &str {
    let end = line
        .find("# ")
        .or_else(|| line.find("// "))
        .filter(|_| !line.starts_with("#include"));
    &line[..end.unwrap_or(line.len())]
}

fn guess(code: &str) -> &'static str {
    if code.contains("#include") {
        "cpp"
    } else {
        "python"
    }
}

fn add(tree: &mut Map<String, Value>, category: &str, family: Option<&str>, feature: &str) {
    let list = match family {
        None => tree.entry(category).or_insert_with(|| json!([])),
        Some(family) => {
            let node = tree.entry(category).or_insert_with(|| json!({}));
            let Value::Object(node) = node else { return };
            node.entry(family).or_insert_with(|| json!([]))
        }
    };
    if let Value::Array(names) = list {
        names.push(json!(feature));
    }
}

/// The greatest number of loops around one line, judged by indentation.
fn loop_depth(code: &str) -> usize {
    let mut open: Vec<usize> = Vec::new();
    let mut deepest = 0;
    for line in code.lines().filter(|line| !line.trim().is_empty()) {
        let margin = line.len() - line.trim_start().len();
        while open
            .last()
            .is_some_and(|loop_margin| *loop_margin >= margin)
        {
            open.pop();
        }
        let text = line.trim_start();
        if ["for ", "for(", "while ", "while("]
            .iter()
            .any(|word| text.starts_with(word))
        {
            open.push(margin);
            deepest = deepest.max(open.len());
        }
    }
    deepest
}

/// Whether some function's name is called again before the next function begins.
fn is_recursive(code: &str) -> bool {
    code.split("def ").skip(1).any(|function| {
        let name = function.split('(').next().unwrap_or("").trim();
        let calls = format!("{name}(");
        let body = function.get(calls.len()..).unwrap_or("");
        let inner = body
            .lines()
            .skip(1)
            .take_while(|line| line.is_empty() || line.starts_with([' ', '\t']));
        !name.is_empty() && inner.into_iter().any(|line| line.contains(&calls))
    })
}

fn running_time(depth: usize, names: &[&str]) -> &'static str {
    let has = |name: &str| names.contains(&name);
    match depth {
        0 if !has("sorting") => "constant time",
        0 | 1 if has("sorting") || has("binary search") || has("priority queue") => {
            "linearithmic time"
        }
        1 => "linear time",
        2 => "quadratic time",
        _ => "cubic time",
    }
}

fn space(names: &[&str]) -> &'static str {
    if names.contains(&"two-dimensional table") {
        "quadratic space"
    } else if names.contains(&"array") || names.contains(&"hash map") {
        "linear space"
    } else {
        "constant space"
    }
}

#[cfg(test)]
mod tests {
    use super::features;
    use crate::features::leaves;
    use serde_json::json;

    #[test]
    fn names_what_code_shows() {
        let python = "import heapq\n\ndef fact(n):\n    return n * fact(n - 1)\n\nfor i in range(3):\n    for j in range(3):\n        print(i % j)\n";
        let cases: [(&str, &str, &[&str]); 3] = [
            (
                python,
                "python",
                &[
                    "priority queue",
                    "nested loops",
                    "recursive function",
                    "modulo operation",
                    "quadratic time",
                ],
            ),
            (
                "#include <set>\nint main() {\n  set<int> s;\n  while (cin >> x) s.insert(x);\n}",
                "",
                &["cpp", "hash set", "while loop", "linear time"],
            ),
            ("print(1)", "python", &["python", "constant time"]),
        ];
        for (code, language, expected) in cases {
            let found = leaves(&features(code, language));
            for name in expected {
                assert!(
                    found.iter().any(|feature| feature == name),
                    "{name} in {found:?}"
                );
            }
        }
    }

    #[test]
    fn does_not_read_remarks() {
        let found = features("x = 1  # uses dijkstra\n", "python");
        assert_eq!(found["algorithm"], json!(null));
    }
}
