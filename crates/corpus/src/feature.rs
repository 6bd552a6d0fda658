//! Features: what programs are made of, from the general to the particular.

use serde::{Deserialize, Serialize};

/// A forest of features; names are unique among siblings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureTree {
    pub roots: Vec<FeatureNode>,
}

/// One feature with its finer-grained children; a node without children is a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureNode {
    pub name: String,
    /// How often the feature was seen or, for an evolved one, is expected; at least 1.
    pub frequency: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<FeatureNode>,
}

// === impl FeatureTree ===

impl FeatureTree {
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    pub fn leaf_count(&self) -> usize {
        self.roots.iter().map(FeatureNode::leaf_count).sum()
    }

    pub fn node_count(&self) -> usize {
        self.roots.iter().map(FeatureNode::node_count).sum()
    }

    /// The names of all leaves, in tree order; a name may stand under several parents.
    pub fn leaves(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for root in &self.roots {
            root.collect_leaves(&mut names);
        }
        names
    }
}

// === impl FeatureNode ===

impl FeatureNode {
    pub fn leaf(name: impl Into<String>) -> Self {
        Self::branch(name, Vec::new())
    }

    pub fn branch(name: impl Into<String>, children: Vec<FeatureNode>) -> Self {
        Self {
            name: name.into(),
            frequency: 1,
            children,
        }
    }

    pub fn leaf_count(&self) -> usize {
        if self.children.is_empty() {
            return 1;
        }
        self.children.iter().map(Self::leaf_count).sum()
    }

    fn node_count(&self) -> usize {
        1 + self.children.iter().map(Self::node_count).sum::<usize>()
    }

    fn collect_leaves<'a>(&'a self, names: &mut Vec<&'a str>) {
        if self.children.is_empty() {
            names.push(&self.name);
        }
        for child in &self.children {
            child.collect_leaves(names);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_names_leaves_in_tree_order() {
        let tree = FeatureTree {
            roots: vec![
                FeatureNode::branch(
                    "algorithm",
                    vec![FeatureNode::leaf("b"), FeatureNode::leaf("a")],
                ),
                FeatureNode::leaf("c"),
            ],
        };
        assert_eq!(tree.leaf_count(), 3);
        assert_eq!(tree.node_count(), 4);
        assert_eq!(tree.leaves(), ["b", "a", "c"]);
    }
}
