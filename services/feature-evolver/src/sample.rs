//! Which parts of a tree are evolved, and which features are tried together in one task.

mod feature_set;
mod subtree;

use synthsmith_corpus::FeatureNode;

use crate::draw::{Dice, Urn};

pub use feature_set::{FeatureSetRules, FeatureSets};
pub use subtree::Subtrees;

/// A level of a tree, ready to draw from many times.
#[derive(Debug)]
struct Level<'a> {
    nodes: Vec<(&'a FeatureNode, Level<'a>)>,
    urn: Urn,
}

// === impl Level ===

impl<'a> Level<'a> {
    fn new(
        nodes: &'a [FeatureNode],
        weights: fn(&[FeatureNode], u32) -> Vec<u64>,
        knob: u32,
    ) -> Self {
        Self {
            urn: Urn::new(weights(nodes, knob)),
            nodes: nodes
                .iter()
                .map(|node| (node, Self::new(&node.children, weights, knob)))
                .collect(),
        }
    }

    fn has_only_leaves(&self) -> bool {
        self.nodes.iter().all(|(node, _)| node.children.is_empty())
    }

    /// Draws `count` nodes and, for each, what `below` picks of its children.
    fn draw(
        &self,
        count: usize,
        dice: &mut Dice,
        below: &dyn Fn(&Self, &mut Dice) -> Vec<FeatureNode>,
    ) -> Vec<FeatureNode> {
        let mut picked = Vec::new();
        for position in self.urn.draw(count, dice) {
            let (node, children) = &self.nodes[position];
            picked.push(FeatureNode {
                name: node.name.clone(),
                frequency: node.frequency,
                children: below(children, dice),
            });
        }
        picked
    }
}
