//! Chooses the features that one of the teacher's questions can serve, and says how they go together.

use super::tree::{DEEPEST, is_empty, leaves};
use crate::compose::fit;
use crate::dice::Dice;
use crate::ir::Reducer;
use crate::{primitives, transforms};
use serde_json::{Map, Value, json};

/// A task that answers to more names than this would be about nothing.
const MOST_CHOSEN: usize = 10;

pub(crate) fn selection(tree: &Value, dice: &mut Dice) -> Value {
    match best(&leaves(tree), dice) {
        Some(reducer) => selected(tree, &|name| serves(reducer, name)),
        None => selected(tree, &|_| false),
    }
}

/// The selection of the features with these names.
pub(crate) fn some(tree: &Value, names: &[String]) -> Value {
    selected(tree, &|name| names.iter().any(|known| known == name))
}

fn selected(tree: &Value, is_wanted: &dyn Fn(&str) -> bool) -> Value {
    let roles = mapped(tree, DEEPEST, &mut |name| {
        Some(json!({"potential_use": role(name)}))
    });
    let mut chosen = Vec::new();
    let selected = mapped(tree, DEEPEST, &mut |name| {
        let is_new = chosen.len() < MOST_CHOSEN && !chosen.iter().any(|known| known == name);
        (is_new && is_wanted(name)).then(|| {
            chosen.push(name.to_owned());
            json!({"feature": name, "potential_use": role(name)})
        })
    });
    if chosen.is_empty() {
        return json!({
            "feature_roles_tree": roles.unwrap_or_else(|| json!({})),
            "selected_features_tree": {},
            "integration_strategy": "None of these features can carry a problem that I am able to set, so nothing is selected.",
        });
    }
    json!({
        "feature_roles_tree": roles.unwrap_or_else(|| json!({})),
        "selected_features_tree": selected.unwrap_or_else(|| json!({})),
        "integration_strategy": strategy(&chosen),
    })
}

/// One of the questions, the likelier the more of the features it serves.
fn best(names: &[String], dice: &mut Dice) -> Option<&'static Reducer> {
    let mut weighted = Vec::new();
    for reducer in primitives::all() {
        let score = fit(reducer.features, names);
        weighted.extend(std::iter::repeat_n(*reducer, score.min(8)));
    }
    if weighted.is_empty() {
        None
    } else {
        Some(*dice.pick(&weighted))
    }
}

fn serves(reducer: &Reducer, name: &str) -> bool {
    let wanted = [name.to_owned()];
    let step = |features| fit(features, &wanted) > 0;
    let mut steps = transforms::all().filter(|transform| transform.suits(reducer));
    step(reducer.features) || steps.any(|transform| step(transform.features))
}

fn role(name: &str) -> String {
    format!("could decide how a solver uses {name} within the limits of the input")
}

fn strategy(chosen: &[String]) -> String {
    format!(
        "The input is first prepared and then asked one question. A correct and fast enough answer needs {}, and none of these can be left out without missing the limits.",
        chosen.join(", ")
    )
}

/// The tree with each leaf replaced, without the leaves that are not kept and the nodes this leaves empty.
fn mapped(
    node: &Value,
    depth: usize,
    keep: &mut dyn FnMut(&str) -> Option<Value>,
) -> Option<Value> {
    if depth == 0 {
        return None;
    }
    match node {
        Value::String(name) => keep(name),
        Value::Array(items) => {
            let mut kept = Map::new();
            for item in items {
                if let (Value::String(name), Some(leaf)) = (item, mapped(item, depth - 1, keep)) {
                    kept.insert(name.clone(), leaf);
                }
            }
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (key, child) in fields {
                let child = if is_empty(child) {
                    keep(key)
                } else {
                    mapped(child, depth - 1, keep)
                };
                kept.extend(child.map(|child| (key.clone(), child)));
            }
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::selection;
    use crate::dice::Dice;
    use crate::features::leaves;
    use serde_json::json;

    #[test]
    fn keeps_the_shape_and_drops_what_no_question_serves() {
        let tree = json!({
            "algorithm": {"number theory": ["greatest common divisor", "quantum annealing"], "sorting": {"heap sort": []}},
            "data_structures": ["blockchain"],
        });
        let answer = selection(&tree, &mut Dice::new(&["choose"]));
        let selected = &answer["selected_features_tree"];
        assert_eq!(
            selected["algorithm"]["number theory"]["greatest common divisor"]["feature"],
            "greatest common divisor"
        );
        let chosen = leaves(selected);
        assert!(
            !chosen
                .iter()
                .any(|name| name == "blockchain" || name == "quantum annealing"),
            "{chosen:?}"
        );
        assert_eq!(leaves(&answer["feature_roles_tree"]).len(), 4);
    }

    #[test]
    fn says_so_when_nothing_fits() {
        let answer = selection(&json!({"a": ["blockchain"]}), &mut Dice::new(&["choose"]));
        assert_eq!(answer["selected_features_tree"], json!({}));
        assert!(
            answer["integration_strategy"]
                .as_str()
                .unwrap()
                .contains("nothing is selected")
        );
    }
}
