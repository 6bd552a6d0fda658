//! The names the teacher knows: families of techniques, and typed modifiers that make them more specific.

use crate::{primitives, transforms};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of category, family and its techniques; families of the grammar's own entries are added to these.
const FAMILIES: &str = include_str!("vocabulary.txt");

/// Endings that make a name more specific, by category.
fn modifiers(category: &str) -> &'static [&'static str] {
    match category {
        "problem_type" => &[
            "with many queries",
            "on a circular input",
            "with a length limit",
            "with ties",
            "on transformed values",
        ],
        "algorithm" => &[
            "over a circular array",
            "with duplicates",
            "under a modulus",
            "with negative values",
            "on a rotated sequence",
            "with path reconstruction",
            "in reverse order",
            "with early exit",
        ],
        "data_structures" => &[
            "with lazy deletion",
            "with index lookup",
            "of fixed capacity",
            "with counts",
            "keyed by value",
        ],
        "implementation_logic" => &[
            "with boundary checks",
            "in a single pass",
            "in reverse",
            "with two indices",
            "with a flag variable",
        ],
        "complexity_analysis" => &[
            "in the number of elements",
            "in the size of values",
            "per query",
            "after preprocessing",
        ],
        _ => &[
            "with a rolling buffer",
            "applied twice",
            "over remainders",
            "on sorted input",
        ],
    }
}

#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Category, then family, then techniques.
    pub(super) families: BTreeMap<&'static str, BTreeMap<&'static str, BTreeSet<&'static str>>>,
}

impl Vocabulary {
    pub(super) fn new() -> Self {
        let mut families: BTreeMap<_, BTreeMap<_, BTreeSet<_>>> = BTreeMap::new();
        let mut add = |category, family, names: &[&'static str]| {
            let family: &mut BTreeSet<_> = families
                .entry(category)
                .or_default()
                .entry(family)
                .or_default();
            family.extend(names);
        };
        for line in FAMILIES.lines() {
            let mut parts = line.splitn(3, " | ");
            if let (Some(category), Some(family), Some(names)) =
                (parts.next(), parts.next(), parts.next())
            {
                add(category, family, &names.split(", ").collect::<Vec<_>>());
            }
        }
        for reducer in primitives::all() {
            add("algorithm", reducer.family, reducer.features);
        }
        for transform in transforms::all() {
            add(
                "implementation_logic",
                "preparing the input",
                transform.features,
            );
        }
        Self { families }
    }

    /// Names that stand beside `name`: of its own family if it has one, else of all families of the category.
    pub(super) fn siblings(&self, category: &str, name: &str) -> Vec<&'static str> {
        let Some(families) = self.families.get(category) else {
            return self
                .families
                .values()
                .flat_map(BTreeMap::values)
                .flatten()
                .copied()
                .collect();
        };
        let own = families
            .iter()
            .find(|(family, names)| **family == name || names.contains(name));
        match own {
            Some((_, names)) => names.iter().copied().collect(),
            None => families.values().flatten().copied().collect(),
        }
    }

    /// Names one level below `name`.
    pub(super) fn children(category: &str, name: &str) -> Vec<String> {
        modifiers(category)
            .iter()
            .map(|modifier| format!("{name} {modifier}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn knows_more_than_four_hundred_names_and_thousands_with_modifiers() {
        let vocabulary = Vocabulary::new();
        let mut plain = std::collections::BTreeSet::new();
        let mut all = std::collections::BTreeSet::new();
        for (category, families) in &vocabulary.families {
            for name in families.values().flatten() {
                plain.insert(*name);
                all.extend(Vocabulary::children(category, name));
            }
        }
        assert!(plain.len() >= 250, "{}", plain.len());
        assert!(plain.len() + all.len() >= 1_500, "{}", all.len());
    }

    #[test]
    fn no_name_differs_from_another_only_in_case() {
        for names in Vocabulary::new()
            .families
            .values()
            .flat_map(|families| families.values())
        {
            for name in names {
                assert_eq!(name.to_lowercase(), *name);
            }
        }
    }
}
