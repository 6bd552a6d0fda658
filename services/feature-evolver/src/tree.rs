//! What shape a feature tree may have, and how trees merge.

use std::collections::HashMap;

use synthsmith_corpus::{FeatureNode, FeatureTree};

/// Levels of a tree.
pub const MAX_DEPTH: usize = 8;
/// Characters of a name.
pub const MAX_NAME_CHARS: usize = 80;
/// Nodes of a whole tree; about what a run over tens of thousands of programs grows.
pub const MAX_NODES: usize = 1_000_000;

/// What is wrong with a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeFault {
    #[error("the features are not an object of categories")]
    NotCategories,
    #[error("below {parent:?} stands something that is no feature")]
    NotAFeature { parent: String },
    #[error("a feature has no name")]
    Unnamed,
    #[error("the name {beginning:?} is longer than {MAX_NAME_CHARS} characters")]
    NameTooLong { beginning: String },
    #[error("the name {name:?} holds control characters or a closing tag")]
    NameUnclean { name: String },
    #[error("the tree is deeper than {MAX_DEPTH}")]
    TooDeep,
    #[error("{parent:?} has more than {limit} children")]
    TooWide { parent: String, limit: usize },
    #[error("the tree has more than {MAX_NODES} nodes")]
    TooLarge,
}

/// A name as it is compared and kept: without the white space around it.
pub fn clean_name(name: &str) -> Result<&str, TreeFault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(TreeFault::Unnamed);
    }
    if name.chars().nth(MAX_NAME_CHARS).is_some() {
        let beginning = name.chars().take(MAX_NAME_CHARS).collect();
        return Err(TreeFault::NameTooLong { beginning });
    }
    if name.chars().any(char::is_control) || name.contains("</") {
        let name = name.to_owned();
        return Err(TreeFault::NameUnclean { name });
    }
    Ok(name)
}

/// Whether a tree from outside keeps the bounds.
pub fn check(tree: &FeatureTree) -> Result<(), TreeFault> {
    let mut nodes_left = MAX_NODES;
    check_level(&tree.roots, MAX_DEPTH, &mut nodes_left)
}

fn check_level(
    nodes: &[FeatureNode],
    levels_left: usize,
    nodes_left: &mut usize,
) -> Result<(), TreeFault> {
    if levels_left == 0 && !nodes.is_empty() {
        return Err(TreeFault::TooDeep);
    }
    for node in nodes {
        *nodes_left = nodes_left.checked_sub(1).ok_or(TreeFault::TooLarge)?;
        clean_name(&node.name)?;
        check_level(&node.children, levels_left - 1, nodes_left)?;
    }
    Ok(())
}

/// All features of all trees, in first-seen order.
///
/// Two nodes are one feature if they stand below the same parents and have the same name but for
/// white space around it; their frequencies add up. A leaf that has children in a later tree keeps
/// its place and gets the children. No case folding and no synonyms: what a model calls by two
/// names stays two features.
pub fn merge<'a>(trees: impl IntoIterator<Item = &'a FeatureTree>) -> FeatureTree {
    let mut merged = Siblings::default();
    for tree in trees {
        merged.add(&tree.roots);
    }
    FeatureTree {
        roots: merged.into_nodes(),
    }
}

/// Nodes below one parent while they are merged.
#[derive(Default)]
struct Siblings {
    nodes: Vec<(String, i64, Siblings)>,
    positions: HashMap<String, usize>,
}

// === impl Siblings ===

impl Siblings {
    fn add(&mut self, nodes: &[FeatureNode]) {
        for node in nodes {
            let (_, frequency, children) = self.entry(node.name.trim());
            *frequency = frequency.saturating_add(node.frequency.max(1));
            children.add(&node.children);
        }
    }

    fn entry(&mut self, name: &str) -> &mut (String, i64, Self) {
        let position = self.positions.get(name).copied().unwrap_or_else(|| {
            self.nodes.push((name.to_owned(), 0, Self::default()));
            self.positions.insert(name.to_owned(), self.nodes.len() - 1);
            self.nodes.len() - 1
        });
        &mut self.nodes[position]
    }

    fn into_nodes(self) -> Vec<FeatureNode> {
        let nodes = self.nodes.into_iter();
        nodes
            .map(|(name, frequency, children)| FeatureNode {
                name,
                frequency,
                children: children.into_nodes(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use synthsmith_corpus::{FeatureNode, FeatureTree};

    use super::{MAX_DEPTH, TreeFault, check, clean_name, merge};
    use crate::testing::{any_tree, branch, leaf, tree};

    #[test]
    fn adds_frequencies_and_keeps_first_seen_order() {
        let first = tree([branch("algorithm", 2, [leaf("b", 1), leaf("a", 3)])]);
        let second = tree([
            leaf("extra", 1),
            branch("algorithm", 1, [leaf(" a ", 4), leaf("c", 1)]),
        ]);
        let expected = tree([
            branch("algorithm", 3, [leaf("b", 1), leaf("a", 7), leaf("c", 1)]),
            leaf("extra", 1),
        ]);
        assert_eq!(merge([&first, &second]), expected);
    }

    #[test]
    fn a_leaf_gets_the_children_of_a_later_version_and_keeps_them() {
        let shallow = tree([branch("sorting", 1, [leaf("heap sort", 1)])]);
        let deep = tree([branch(
            "sorting",
            1,
            [branch("heap sort", 1, [leaf("sift down", 1)])],
        )]);
        for order in [[&shallow, &deep], [&deep, &shallow]] {
            assert_eq!(merge(order).leaves(), ["sift down"]);
        }
    }

    #[test]
    fn names_differ_by_case() {
        let merged = merge([&tree([leaf("DFS", 1)]), &tree([leaf("dfs", 1)])]);
        assert_eq!(merged.leaf_count(), 2);
    }

    #[test]
    fn refuses_names_that_are_none() {
        assert_eq!(clean_name("  "), Err(TreeFault::Unnamed));
        assert!(matches!(
            clean_name(&"x".repeat(81)),
            Err(TreeFault::NameTooLong { .. })
        ));
        for name in ["a\u{7}b", "two\nlines", "</features>"] {
            assert!(matches!(
                clean_name(name),
                Err(TreeFault::NameUnclean { .. })
            ));
        }
        assert_eq!(clean_name(" vector<int> "), Ok("vector<int>"));
    }

    #[test]
    fn refuses_a_tree_that_is_too_deep() {
        let mut node = FeatureNode::leaf("x");
        for _ in 1..MAX_DEPTH {
            node = FeatureNode::branch("x", vec![node]);
        }
        assert_eq!(check(&tree([node.clone()])), Ok(()));
        let deeper = tree([FeatureNode::branch("x", vec![node])]);
        assert_eq!(check(&deeper), Err(TreeFault::TooDeep));
    }

    fn names_only(nodes: &[FeatureNode]) -> Vec<FeatureNode> {
        let without =
            |node: &FeatureNode| FeatureNode::branch(&*node.name, names_only(&node.children));
        nodes.iter().map(without).collect()
    }

    proptest! {
        #[test]
        fn merging_is_associative(a in any_tree(), b in any_tree(), c in any_tree()) {
            let left = merge([&merge([&a, &b]), &c]);
            let right = merge([&a, &merge([&b, &c])]);
            prop_assert_eq!(&left, &right);
            prop_assert_eq!(left, merge([&a, &b, &c]));
        }

        #[test]
        fn merging_with_itself_changes_no_name(a in any_tree()) {
            let once = merge([&a]);
            prop_assert_eq!(names_only(&merge([&once, &once]).roots), names_only(&once.roots));
        }

        #[test]
        fn nothing_is_an_identity(a in any_tree()) {
            let nothing = FeatureTree::default();
            let once = merge([&a]);
            prop_assert_eq!(&merge([&nothing, &once]), &once);
            prop_assert_eq!(&merge([&once, &nothing]), &once);
        }
    }
}
