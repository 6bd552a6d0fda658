//! Feature trees as JSON: objects are inner nodes, strings and keys with an empty list are leaves.

use serde_json::Value;

/// Trees that are deeper or larger than this are cut; a prompt could hold anything.
pub(super) const DEEPEST: usize = 12;
const MOST_LEAVES: usize = 2_000;

/// All leaf names in order, also those that stand as `{"feature": name, ...}`.
pub(crate) fn leaves(tree: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(tree, DEEPEST, &mut found);
    found
}

fn collect(node: &Value, depth: usize, found: &mut Vec<String>) {
    if depth == 0 || found.len() >= MOST_LEAVES {
        return;
    }
    match node {
        Value::String(name) => found.push(name.clone()),
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, depth - 1, found)),
        Value::Object(fields) => match fields.get("feature") {
            Some(Value::String(name)) => found.push(name.clone()),
            _ => {
                for (key, child) in fields {
                    if is_empty(child) {
                        found.push(key.clone());
                    } else {
                        collect(child, depth - 1, found);
                    }
                }
            }
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

pub(super) fn is_empty(node: &Value) -> bool {
    match node {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => {
            fields.is_empty() || fields.keys().all(|key| key == "potential_use")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::leaves;
    use serde_json::json;

    #[test]
    fn finds_leaves_of_every_form() {
        let tree = json!({
            "algorithm": {"sorting": ["merge sort", "quicksort"], "heap sort": []},
            "data_structures": "array",
            "chosen": {"gcd": {"feature": "greatest common divisor", "potential_use": "x"}},
            "kept": {"hash map": {"potential_use": "lookup"}},
        });
        let expected = [
            "merge sort",
            "quicksort",
            "heap sort",
            "array",
            "greatest common divisor",
            "hash map",
        ];
        assert_eq!(leaves(&tree), expected);
    }
}
