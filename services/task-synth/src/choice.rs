//! Reads which features the model chose from those it was given.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use synthsmith_corpus::{FeatureNode, FeatureTree};

/// Nested deeper than any tree of features that a model is shown.
const MAX_DEPTH: usize = 16;
const MAX_STRATEGY_BYTES: usize = 16 << 10;

/// What the model chose, and how the parts make one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The chosen leaves of the given tree, in its order and with its frequencies.
    pub features: FeatureTree,
    /// What the model wrote, each leaf with its use; shown to it again when it writes the task.
    pub selected: Value,
    pub strategy: String,
}

/// Why a reply is no choice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceFault {
    #[error("{strategy}")]
    NothingFits { strategy: String },
    #[error("the key {key:?} is missing or of another type")]
    Key { key: &'static str },
    #[error("the strategy is empty or longer than {MAX_STRATEGY_BYTES} bytes")]
    Strategy,
    #[error("the chosen tree holds something that is no feature")]
    NotAFeature,
    #[error("the chosen feature {name:?} was not given")]
    Unknown { name: String },
}

/// Reads a reply against the features that were given.
///
/// Every chosen leaf must be a leaf of the given tree, by its name without white space around it.
/// Where a name stands at several places of the given tree, all of them are chosen.
pub fn choice(reply: &Map<String, Value>, given: &FeatureTree) -> Result<Choice, ChoiceFault> {
    if !reply
        .get("feature_roles_tree")
        .is_some_and(Value::is_object)
    {
        return Err(ChoiceFault::Key {
            key: "feature_roles_tree",
        });
    }
    let strategy = strategy(reply)?;
    let selected = selected(reply)?;
    let mut names = BTreeSet::new();
    leaves_below(selected, MAX_DEPTH, &mut names)?;
    if names.is_empty() {
        return Err(ChoiceFault::NothingFits { strategy });
    }
    let known: BTreeSet<&str> = given.leaves().into_iter().map(str::trim).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(*name)) {
        let name = unknown.chars().take(80).collect();
        return Err(ChoiceFault::Unknown { name });
    }
    Ok(Choice {
        features: FeatureTree {
            roots: chosen_of(&given.roots, &names),
        },
        selected: selected.clone(),
        strategy,
    })
}

fn strategy(reply: &Map<String, Value>) -> Result<String, ChoiceFault> {
    let key = "integration_strategy";
    let strategy = reply
        .get(key)
        .and_then(Value::as_str)
        .ok_or(ChoiceFault::Key { key })?;
    let strategy = strategy.trim();
    if strategy.is_empty() || strategy.len() > MAX_STRATEGY_BYTES {
        return Err(ChoiceFault::Strategy);
    }
    Ok(strategy.to_owned())
}

fn selected(reply: &Map<String, Value>) -> Result<&Value, ChoiceFault> {
    let key = "selected_features_tree";
    let selected = reply.get(key).ok_or(ChoiceFault::Key { key })?;
    match selected {
        Value::Object(_) => Ok(selected),
        _ => Err(ChoiceFault::Key { key }),
    }
}

/// Collects the names of leaves: strings, `{"feature": …}` objects and keys of empty lists.
fn leaves_below<'a>(
    value: &'a Value,
    levels_left: usize,
    names: &mut BTreeSet<&'a str>,
) -> Result<(), ChoiceFault> {
    let below = levels_left.checked_sub(1).ok_or(ChoiceFault::NotAFeature)?;
    match value {
        Value::Object(map) if map.contains_key("feature") => leaf(map, names),
        Value::Object(map) => map.iter().try_for_each(|(name, value)| {
            if is_empty(value) {
                names.insert(name.trim());
                return Ok(());
            }
            leaves_below(value, below, names)
        }),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| leaves_below(item, below, names)),
        Value::String(name) => {
            names.insert(name.trim());
            Ok(())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Err(ChoiceFault::NotAFeature),
    }
}

fn leaf<'a>(map: &'a Map<String, Value>, names: &mut BTreeSet<&'a str>) -> Result<(), ChoiceFault> {
    let only_known_keys = map
        .keys()
        .all(|key| key == "feature" || key == "potential_use");
    let name = map
        .get("feature")
        .and_then(Value::as_str)
        .filter(|_| only_known_keys);
    names.insert(name.ok_or(ChoiceFault::NotAFeature)?.trim());
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn chosen_of(nodes: &[FeatureNode], names: &BTreeSet<&str>) -> Vec<FeatureNode> {
    let mut chosen = Vec::new();
    for node in nodes {
        let children = chosen_of(&node.children, names);
        let is_leaf = node.children.is_empty();
        if !children.is_empty() || (is_leaf && names.contains(node.name.trim())) {
            let (name, frequency) = (node.name.clone(), node.frequency);
            chosen.push(FeatureNode {
                name,
                frequency,
                children,
            });
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use synthsmith_corpus::{FeatureNode, FeatureTree};

    use super::{Choice, ChoiceFault, choice};

    fn given() -> FeatureTree {
        let leaf = |name: &str| FeatureNode::leaf(name);
        let search = FeatureNode::branch("search", vec![leaf("binary search"), leaf("bisection")]);
        FeatureTree {
            roots: vec![
                FeatureNode::branch("algorithm", vec![search, leaf("heap sort")]),
                FeatureNode::branch("data_structures", vec![leaf("bitset")]),
            ],
        }
    }

    fn read(selected: &Value) -> Result<Choice, ChoiceFault> {
        let reply = json!({
            "feature_roles_tree": {},
            "selected_features_tree": selected,
            "integration_strategy": "they meet"
        });
        choice(reply.as_object().unwrap(), &given())
    }

    #[test]
    fn takes_leaves_in_every_form() {
        let selected = json!({
            "algorithm": {
                "search": [{"feature": " bisection ", "potential_use": "find it"}],
                "heap sort": []
            },
            "data_structures": "bitset"
        });
        let choice = read(&selected).unwrap();
        assert_eq!(
            choice.features.leaves(),
            ["bisection", "heap sort", "bitset"]
        );
        assert_eq!(choice.selected, selected);
        assert_eq!(choice.strategy, "they meet");
    }

    #[test]
    fn an_empty_choice_tells_why() {
        let strategy = "they meet".to_owned();
        assert_eq!(read(&json!({})), Err(ChoiceFault::NothingFits { strategy }));
    }

    #[test]
    fn rejects_what_was_not_given() {
        for name in ["quick sort", "search", "Bitset", ""] {
            let fault = ChoiceFault::Unknown {
                name: name.to_owned(),
            };
            assert_eq!(read(&json!({"algorithm": ["bitset", name]})), Err(fault));
        }
        let fault = ChoiceFault::Unknown {
            name: "algorithm".to_owned(),
        };
        assert_eq!(read(&json!({"algorithm": []})), Err(fault));
    }

    #[test]
    fn rejects_what_is_no_choice() {
        for selected in [
            json!([]),
            json!("bitset"),
            json!({"a": 1}),
            json!({"a": [null]}),
            Value::Null,
        ] {
            assert!(read(&selected).is_err(), "{selected}");
        }
        let odd_leaf = json!({"a": {"feature": "bitset", "role": "x"}});
        assert_eq!(read(&odd_leaf), Err(ChoiceFault::NotAFeature));
        let whole = json!({
            "feature_roles_tree": {}, "selected_features_tree": {"a": "bitset"}, "integration_strategy": "x"
        });
        for missing in [
            "feature_roles_tree",
            "selected_features_tree",
            "integration_strategy",
        ] {
            let mut reply = whole.as_object().unwrap().clone();
            reply.remove(missing);
            assert_eq!(
                choice(&reply, &given()),
                Err(ChoiceFault::Key { key: missing })
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_chosen_was_given(names in prop::collection::vec("[a-c]{1,2}|bitset|bisection", 0..5)) {
            if let Ok(choice) = read(&json!({"x": names})) {
                prop_assert!(choice.features.leaves().iter().all(|leaf| given().leaves().contains(leaf)));
                prop_assert!(!choice.features.is_empty());
            }
        }
    }
}
