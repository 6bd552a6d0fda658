//! Small parts of a tree for the model to grow.

use synthsmith_corpus::{FeatureNode, FeatureTree, seed};

use super::Level;
use crate::draw::Dice;

/// Children kept at each level; large branches are drawn more often, so that they grow more.
const BRANCHING: [usize; 4] = [2, 1, 2, 1];
/// Children kept below that; whole levels, but for this bound on the size of a prompt.
const DEEPER_BRANCHING: usize = 4;

/// A tree to draw parts from.
#[derive(Debug)]
pub struct Subtrees<'a> {
    roots: Level<'a>,
}

// === impl Subtrees ===

impl<'a> Subtrees<'a> {
    pub fn new(tree: &'a FeatureTree) -> Self {
        Self {
            roots: Level::new(&tree.roots, by_size, 0),
        }
    }

    /// Part `index`, which depends on the seed and the index alone.
    pub fn draw(&self, seed: i64, index: u64) -> FeatureTree {
        let mut dice = Dice::new(seed::derive(seed, "feature-evolver subtree", index));
        FeatureTree {
            roots: draw_level(&self.roots, 0, &mut dice),
        }
    }
}

fn draw_level(level: &Level<'_>, depth: usize, dice: &mut Dice) -> Vec<FeatureNode> {
    let count = BRANCHING.get(depth).copied().unwrap_or(DEEPER_BRANCHING);
    level.draw(count, dice, &|below, dice| {
        draw_level(below, depth + 1, dice)
    })
}

fn by_size(nodes: &[FeatureNode], _: u32) -> Vec<u64> {
    nodes.iter().map(size).collect()
}

fn size(node: &FeatureNode) -> u64 {
    1 + node.children.iter().map(size).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Subtrees;
    use crate::testing::{any_tree, branch, even_tree, leaf, tree};
    use crate::tree::merge;

    #[test]
    fn keeps_two_one_two_one_children() {
        let tree = even_tree(3, 5);
        let part = Subtrees::new(&tree).draw(1, 0);
        let mut level = &part.roots;
        for expected in [2, 1, 2, 1, 3] {
            assert_eq!(level.len(), expected);
            level = &level[0].children;
        }
    }

    #[test]
    fn large_branches_are_drawn_more_often() {
        let tree = tree([
            leaf("small", 100),
            leaf("tiny", 100),
            branch(
                "large",
                1,
                [leaf("a", 1), leaf("b", 1), leaf("c", 1), leaf("d", 1)],
            ),
        ]);
        let parts = Subtrees::new(&tree);
        let has_large = |index| {
            parts
                .draw(5, index)
                .roots
                .iter()
                .any(|root| root.name == "large")
        };
        assert!((0..1_000).filter(|&index| has_large(index)).count() > 850);
    }

    proptest! {
        #[test]
        fn a_part_holds_nothing_new_and_repeats(tree in any_tree(), seed: i64, index in 0..50_u64) {
            let tree = merge([&tree]);
            let part = Subtrees::new(&tree).draw(seed, index);
            prop_assert_eq!(merge([&tree, &part]).leaf_count(), tree.leaf_count());
            prop_assert_eq!(part, Subtrees::new(&tree).draw(seed, index));
        }
    }
}
