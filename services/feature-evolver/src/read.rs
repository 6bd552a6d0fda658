//! Reads a tree of features from the JSON that a model answers with, and writes it for a prompt.

use serde_json::{Map, Value};
use synthsmith_corpus::{FeatureNode, FeatureTree};

use crate::tree::{MAX_DEPTH, TreeFault, clean_name};

/// Children that one node of one reply may have.
pub const MAX_CHILDREN: usize = 512;
/// Categories that say nothing about how a program works.
const IGNORED_CATEGORIES: [&str; 3] = ["programming_language", "programming language", "summary"];

/// The tree in a reply: an object of categories, each with a nested object, a list of strings or a
/// string below it.
///
/// `"name": []` below a category is a leaf; a category without anything below it is none at all.
/// Anything else, such as a number or a list in a list, makes the whole reply unreadable. A feature
/// that a reply names twice counts once.
pub fn tree(reply: &Value) -> Result<FeatureTree, TreeFault> {
    let categories = reply.as_object().ok_or(TreeFault::NotCategories)?;
    let mut roots = Vec::new();
    for (name, value) in categories {
        if IGNORED_CATEGORIES.contains(&name.trim()) {
            continue;
        }
        let mut category = FeatureNode::leaf(clean_name(name)?);
        category.children = children(&category.name, value, MAX_DEPTH - 1)?;
        if !category.children.is_empty() {
            add(&mut roots, category, "")?;
        }
    }
    Ok(FeatureTree { roots })
}

fn children(
    parent: &str,
    value: &Value,
    levels_left: usize,
) -> Result<Vec<FeatureNode>, TreeFault> {
    let mut nodes = Vec::new();
    match value {
        Value::Object(map) => from_object(&mut nodes, parent, map, levels_left)?,
        Value::Array(items) => {
            for item in items {
                from_item(&mut nodes, parent, item, levels_left)?;
            }
        }
        Value::String(name) if name.trim().is_empty() => {}
        Value::String(_) => from_item(&mut nodes, parent, value, levels_left)?,
        Value::Null | Value::Bool(_) | Value::Number(_) => return Err(no_feature(parent)),
    }
    Ok(nodes)
}

fn from_object(
    nodes: &mut Vec<FeatureNode>,
    parent: &str,
    map: &Map<String, Value>,
    levels_left: usize,
) -> Result<(), TreeFault> {
    for (name, value) in map {
        let below = levels_left.checked_sub(1).ok_or(TreeFault::TooDeep)?;
        let mut node = FeatureNode::leaf(clean_name(name)?);
        node.children = children(&node.name, value, below)?;
        add(nodes, node, parent)?;
    }
    Ok(())
}

fn from_item(
    nodes: &mut Vec<FeatureNode>,
    parent: &str,
    item: &Value,
    levels_left: usize,
) -> Result<(), TreeFault> {
    match item {
        Value::String(_) if levels_left == 0 => Err(TreeFault::TooDeep),
        Value::String(name) => add(nodes, FeatureNode::leaf(clean_name(name)?), parent),
        Value::Object(map) => from_object(nodes, parent, map, levels_left),
        _ => Err(no_feature(parent)),
    }
}

fn no_feature(parent: &str) -> TreeFault {
    TreeFault::NotAFeature {
        parent: parent.to_owned(),
    }
}

fn add(nodes: &mut Vec<FeatureNode>, node: FeatureNode, parent: &str) -> Result<(), TreeFault> {
    if let Some(same) = nodes.iter_mut().find(|known| known.name == node.name) {
        for child in node.children {
            add(&mut same.children, child, parent)?;
        }
        return Ok(());
    }
    if nodes.len() == MAX_CHILDREN {
        return Err(TreeFault::TooWide {
            parent: parent.to_owned(),
            limit: MAX_CHILDREN,
        });
    }
    nodes.push(node);
    Ok(())
}

/// The tree as the JSON of a prompt: a list of names where all children are leaves, else an object
/// in which a leaf is `"name": []`.
pub fn to_json(tree: &FeatureTree) -> Value {
    Value::Object(object(&tree.roots))
}

fn object(nodes: &[FeatureNode]) -> Map<String, Value> {
    let entry = |node: &FeatureNode| (node.name.clone(), below(&node.children));
    nodes.iter().map(entry).collect()
}

fn below(nodes: &[FeatureNode]) -> Value {
    if nodes.iter().all(|node| node.children.is_empty()) {
        nodes.iter().map(|node| node.name.as_str()).collect()
    } else {
        Value::Object(object(nodes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{to_json, tree};
    use crate::tree::{MAX_DEPTH, TreeFault};

    #[test]
    fn reads_objects_lists_and_strings() {
        let reply = json!({
            "programming_language": "python",
            "problem_type": "range queries",
            "algorithm": {"sorting": {"heap sort": [], "merge sort": ["top down", "bottom up"]}},
            "data_structures": ["heap", "heap", "array"],
            "optimization_techniques": [],
            "summary": "Sorts."
        });
        let read = tree(&reply).unwrap();
        let leaves = [
            "range queries",
            "heap sort",
            "top down",
            "bottom up",
            "heap",
            "array",
        ];
        assert_eq!(read.leaves(), leaves);
        assert!(read.roots.iter().all(|root| root.frequency == 1));
    }

    #[test]
    fn an_object_in_a_list_adds_its_keys() {
        let reply = json!({"algorithm": ["greedy", {"search": ["binary search"]}]});
        assert_eq!(tree(&reply).unwrap().leaves(), ["greedy", "binary search"]);
    }

    #[test]
    fn rejects_what_is_no_tree_of_features() {
        let deep = (0..MAX_DEPTH).fold(json!(["x"]), |below, _| json!({"x": below}));
        let wide: Vec<String> = (0..=512).map(|n| n.to_string()).collect();
        for reply in [
            json!([]),
            json!("algorithm"),
            json!({"algorithm": 3}),
            json!({"algorithm": null}),
            json!({"algorithm": [["nested"]]}),
            json!({"algorithm": [true]}),
            json!({"algorithm": ["x".repeat(81)]}),
            json!({"algorithm": {"": ["a"]}}),
            json!({"algorithm": ["a", "\u{0}"]}),
            json!({"algorithm": wide}),
            deep,
        ] {
            assert!(tree(&reply).is_err(), "{reply}");
        }
    }

    #[test]
    fn the_deepest_tree_allowed_is_read() {
        let deep = (1..MAX_DEPTH).fold(json!(["x"]), |below, _| json!({"x": below}));
        assert_eq!(tree(&deep).map(|tree| tree.leaf_count()), Ok(1));
        assert_eq!(tree(&json!({"x": deep})), Err(TreeFault::TooDeep));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        scalar.prop_recursive(10, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map("[a-z ]{0,6}", inner, 0..6).prop_map(Value::from_iter),
            ]
        })
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_writing_is_its_inverse(value in any_json()) {
            if let Ok(read) = tree(&value) {
                prop_assert_eq!(tree(&to_json(&read)), Ok(read));
            }
        }
    }
}
