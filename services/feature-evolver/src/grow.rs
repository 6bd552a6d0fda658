//! What an evolution step adds to the part of the tree it was given.

use synthsmith_corpus::{FeatureNode, FeatureTree};

use crate::tree::merge;

/// The part together with what the model grew on it; `None` if it grew nothing.
///
/// What was there keeps its frequency. What is new is expected as often as its siblings in the part
/// are on average, or once where it has none; new categories are expected once.
pub fn grown(part: &FeatureTree, reply: &FeatureTree) -> Option<FeatureTree> {
    let mut grown = merge([part, reply]);
    for root in &mut grown.roots {
        match part.roots.iter().find(|known| known.name == root.name) {
            Some(known) => keep(root, known),
            None => expect_once(root),
        }
    }
    (count(&grown.roots) > count(&part.roots)).then_some(grown)
}

fn keep(node: &mut FeatureNode, known: &FeatureNode) {
    node.frequency = known.frequency;
    let expected = mean_frequency(&known.children);
    for child in &mut node.children {
        if let Some(other) = known.children.iter().find(|other| other.name == child.name) {
            keep(child, other);
        } else {
            expect_once(child);
            child.frequency = expected;
        }
    }
}

fn expect_once(node: &mut FeatureNode) {
    node.frequency = 1;
    node.children.iter_mut().for_each(expect_once);
}

fn mean_frequency(nodes: &[FeatureNode]) -> i64 {
    let sum: i128 = nodes.iter().map(|node| i128::from(node.frequency)).sum();
    let mean = sum / (nodes.len() as i128).max(1);
    i64::try_from(mean).unwrap_or(i64::MAX).max(1)
}

fn count(nodes: &[FeatureNode]) -> usize {
    nodes.iter().map(|node| 1 + count(&node.children)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::grown;
    use crate::testing::{any_tree, branch, leaf, tree};
    use crate::tree::merge;

    #[test]
    fn new_siblings_are_expected_as_often_as_the_old_ones() {
        let part = tree([branch("sorting", 9, [leaf("quick", 7), leaf("heap", 4)])]);
        let reply = tree([
            branch(
                "sorting",
                1,
                [branch("quick", 1, [leaf("pivot", 1)]), leaf("bubble", 1)],
            ),
            branch("strings", 1, [leaf("matching", 1)]),
        ]);
        let expected = tree([
            branch(
                "sorting",
                9,
                [
                    branch("quick", 7, [leaf("pivot", 1)]),
                    leaf("heap", 4),
                    leaf("bubble", 5),
                ],
            ),
            branch("strings", 1, [leaf("matching", 1)]),
        ]);
        assert_eq!(grown(&part, &reply), Some(expected));
    }

    #[test]
    fn a_reply_that_adds_nothing_is_none() {
        let part = tree([branch("sorting", 9, [leaf("quick", 7)])]);
        assert_eq!(grown(&part, &part), None);
    }

    proptest! {
        #[test]
        fn nothing_of_the_part_is_lost(part in any_tree(), reply in any_tree()) {
            let part = merge([&part]);
            if let Some(grown) = grown(&part, &reply) {
                prop_assert_eq!(&merge([&grown, &part]).leaf_count(), &grown.leaf_count());
                prop_assert_eq!(merge([&part, &reply]).leaf_count(), grown.leaf_count());
            }
        }
    }
}
