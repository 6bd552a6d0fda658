//! Trees for the unit tests.

use proptest::prelude::*;
use synthsmith_corpus::{FeatureNode, FeatureTree};

pub(crate) fn tree<const N: usize>(roots: [FeatureNode; N]) -> FeatureTree {
    FeatureTree {
        roots: roots.into(),
    }
}

pub(crate) fn branch<const N: usize>(
    name: &str,
    frequency: i64,
    children: [FeatureNode; N],
) -> FeatureNode {
    FeatureNode {
        name: name.to_owned(),
        frequency,
        children: children.into(),
    }
}

pub(crate) fn leaf(name: &str, frequency: i64) -> FeatureNode {
    branch(name, frequency, [])
}

/// A tree with `width` children at each of `depth` levels and a distinct name for each node.
pub(crate) fn even_tree(width: usize, depth: usize) -> FeatureTree {
    FeatureTree {
        roots: even_level("n", width, depth),
    }
}

fn even_level(prefix: &str, width: usize, depth: usize) -> Vec<FeatureNode> {
    if depth == 0 {
        return Vec::new();
    }
    let node = |position| {
        let name = format!("{prefix}{position}");
        let children = even_level(&format!("{name}."), width, depth - 1);
        FeatureNode {
            name,
            frequency: 1 + position as i64,
            children,
        }
    };
    (0..width).map(node).collect()
}

/// Few names, so that merges meet.
pub(crate) fn any_tree() -> impl Strategy<Value = FeatureTree> {
    let leaf = ("[a-d]", 1..9_i64).prop_map(|(name, frequency)| self::leaf(&name, frequency));
    let node = leaf.prop_recursive(4, 32, 4, |inner| {
        ("[a-d]", 1..9_i64, prop::collection::vec(inner, 0..4)).prop_map(
            |(name, frequency, children)| FeatureNode {
                name,
                frequency,
                children,
            },
        )
    });
    prop::collection::vec(node, 0..4).prop_map(|roots| FeatureTree { roots })
}
