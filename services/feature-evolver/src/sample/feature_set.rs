//! The features that are offered for one task.

use serde::{Deserialize, Serialize};
use synthsmith_corpus::{FeatureNode, FeatureTree, seed};

use super::Level;
use crate::draw::Dice;

/// How many children of a root, an inner node and a list of leaves are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    root: usize,
    inner: usize,
    leaf: usize,
}

/// The shapes that sets are drawn in, each as likely as the others.
const SHAPES: [Shape; 3] = [
    Shape::new(3, 3, 1),
    Shape::new(3, 3, 2),
    Shape::new(4, 3, 2),
];

/// How feature sets are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeatureSetRules {
    /// Flattens frequencies: p becomes p^(1/temperature), so that rare features come up too.
    pub temperature: u32,
    /// Sets with fewer leaves are drawn again.
    pub min_leaves: usize,
    /// Sets with more leaves are drawn again.
    pub max_leaves: usize,
    /// Draws before the largest set that is not too large is taken as it is.
    pub attempts: u32,
}

/// A tree to draw feature sets from.
#[derive(Debug)]
pub struct FeatureSets<'a> {
    roots: Level<'a>,
    rules: FeatureSetRules,
}

// === impl Shape ===

impl Shape {
    const fn new(root: usize, inner: usize, leaf: usize) -> Self {
        Self { root, inner, leaf }
    }
}

// === impl FeatureSetRules ===

impl Default for FeatureSetRules {
    fn default() -> Self {
        Self {
            temperature: 10,
            min_leaves: 8,
            max_leaves: 60,
            attempts: 32,
        }
    }
}

// === impl FeatureSets ===

impl<'a> FeatureSets<'a> {
    pub fn new(tree: &'a FeatureTree, rules: FeatureSetRules) -> Self {
        Self {
            roots: Level::new(&tree.roots, by_frequency, rules.temperature),
            rules,
        }
    }

    /// The set of item `index`, which depends on the seed and the index alone.
    ///
    /// Of at most `attempts` draws the first within the bounds is taken; if none is, the one with
    /// the most leaves that is not too large, or else the smallest, and of equals the earliest.
    pub fn draw(&self, seed: i64, index: u64) -> FeatureTree {
        let mut dice = Dice::new(seed::derive(seed, "feature-evolver set", index));
        let mut best = self.draw_once(&mut dice);
        for _ in 1..self.rules.attempts {
            if self.distance(&best) == 0 {
                break;
            }
            let another = self.draw_once(&mut dice);
            if self.distance(&another) < self.distance(&best) {
                best = another;
            }
        }
        best
    }

    /// How far a set is from the bounds; one that is too large is worse than any that is too small.
    fn distance(&self, set: &FeatureTree) -> usize {
        let leaves = set.leaf_count();
        match leaves.checked_sub(self.rules.max_leaves) {
            Some(excess) if excess > 0 => self.rules.min_leaves + excess,
            _ => self.rules.min_leaves.saturating_sub(leaves),
        }
    }

    fn draw_once(&self, dice: &mut Dice) -> FeatureTree {
        let shape = SHAPES[dice.below(SHAPES.len() as u64) as usize];
        FeatureTree {
            roots: self.roots.draw(shape.root, dice, &|below, dice| {
                draw_level(below, shape, dice)
            }),
        }
    }
}

fn draw_level(level: &Level<'_>, shape: Shape, dice: &mut Dice) -> Vec<FeatureNode> {
    let count = if level.has_only_leaves() {
        shape.leaf
    } else {
        shape.inner
    };
    level.draw(count, dice, &|below, dice| draw_level(below, shape, dice))
}

// === weights ===

/// Weights for frequencies: the part of each in the sum, to the power of 1/temperature.
fn by_frequency(nodes: &[FeatureNode], temperature: u32) -> Vec<u64> {
    let sum: f64 = nodes.iter().map(|node| node.frequency as f64).sum();
    let weight = |node: &FeatureNode| {
        let part = node.frequency as f64 / sum + 1e-9;
        (root(part, temperature) * f64::from(1 << 20)) as u64
    };
    nodes.iter().map(weight).collect()
}

/// `base` to the power of 1/`degree`, by square roots only.
///
/// IEEE 754 fixes the result of a square root and a product to the last bit, but not that of `powf`.
fn root(base: f64, degree: u32) -> f64 {
    let mut exponent = 1.0 / f64::from(degree.max(1));
    let mut power = base;
    let mut result = 1.0;
    for _ in 0..30 {
        power = power.sqrt();
        exponent *= 2.0;
        if exponent >= 1.0 {
            exponent -= 1.0;
            result *= power;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FeatureSetRules, FeatureSets, by_frequency, root};
    use crate::testing::{any_tree, even_tree, leaf};
    use crate::tree::merge;

    #[test]
    fn takes_the_shape_of_the_draw() {
        let tree = even_tree(6, 3);
        let rules = FeatureSetRules {
            min_leaves: 0,
            ..FeatureSetRules::default()
        };
        let sets = FeatureSets::new(&tree, rules);
        for index in 0..50 {
            let set = sets.draw(1, index);
            let roots = set.roots.len();
            let leaves = set.leaf_count();
            assert!([(3, 9), (3, 18), (4, 24)].contains(&(roots, leaves)));
        }
    }

    #[test]
    fn a_tree_that_cannot_give_enough_leaves_gives_its_largest_set() {
        let tree = even_tree(2, 2);
        let rules = FeatureSetRules {
            min_leaves: 100,
            ..FeatureSetRules::default()
        };
        assert_eq!(FeatureSets::new(&tree, rules).draw(1, 0).leaf_count(), 4);
    }

    #[test]
    fn respects_both_bounds_where_the_tree_allows() {
        let tree = even_tree(6, 3);
        let rules = FeatureSetRules {
            min_leaves: 10,
            max_leaves: 20,
            ..FeatureSetRules::default()
        };
        let sets = FeatureSets::new(&tree, rules);
        assert!((0..50).all(|index| sets.draw(3, index).leaf_count() == 18));
    }

    #[test]
    fn temperature_flattens_frequencies() {
        let nodes = [leaf("rare", 1), leaf("common", 1_023)];
        let ratio = |temperature| {
            let weights = by_frequency(&nodes, temperature);
            weights[1] as f64 / weights[0] as f64
        };
        assert!((ratio(10) - 2.0).abs() < 0.01, "{}", ratio(10));
        assert!((ratio(1) - 1_023.0).abs() < 5.0, "{}", ratio(1));
        assert!(ratio(1_000) < 1.01);
    }

    #[test]
    fn takes_roots_as_a_pocket_calculator_does() {
        for (base, degree) in [(0.5, 2), (0.3, 10), (1e-9, 10), (0.9, 3), (0.25, 1)] {
            let expected = f64::powf(base, 1.0 / f64::from(degree));
            assert!((root(base, degree) - expected).abs() < 1e-6);
        }
    }

    proptest! {
        #[test]
        fn a_set_does_not_depend_on_its_neighbours(tree in any_tree(), seed: i64, first in 0..20_u64) {
            let tree = merge([&tree]);
            let sets = FeatureSets::new(&tree, FeatureSetRules::default());
            let run: Vec<_> = (0..30).map(|index| sets.draw(seed, index)).collect();
            let alone = FeatureSets::new(&tree, FeatureSetRules::default()).draw(seed, first);
            prop_assert_eq!(&alone, &run[first as usize]);
            prop_assert_eq!(merge([&tree, &alone]).leaf_count(), tree.leaf_count());
        }
    }
}
