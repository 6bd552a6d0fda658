//! Problems by what they have in common.

use super::Attempts;

/// The words of the benchmarks for difficulties, from easy to hard; others come after them, by the alphabet.
const DIFFICULTIES: [&str; 11] = [
    "introductory",
    "easy",
    "medium",
    "interview",
    "medium_hard",
    "hard",
    "competition",
    "very_hard",
    "unknown_difficulty",
    "unknown",
    "",
];

/// A name and the problems that have it.
pub(crate) type Group<'a> = (String, Vec<&'a Attempts>);

/// From easy to hard.
pub fn by_difficulty<'a>(attempts: &[&'a Attempts]) -> Vec<Group<'a>> {
    let mut groups = grouped(attempts, |it| &it.difficulty);
    // The sort is stable, so the others keep the order of the alphabet.
    groups.sort_by_key(|(name, _)| {
        let name = name.to_ascii_lowercase();
        DIFFICULTIES
            .iter()
            .position(|it| *it == name)
            .unwrap_or(DIFFICULTIES.len())
    });
    groups
}

/// By the alphabet.
pub fn by_platform<'a>(attempts: &[&'a Attempts]) -> Vec<Group<'a>> {
    grouped(attempts, |it| &it.platform)
}

fn grouped<'a>(attempts: &[&'a Attempts], name: impl Fn(&Attempts) -> &String) -> Vec<Group<'a>> {
    let mut groups: std::collections::BTreeMap<String, Vec<&Attempts>> =
        std::collections::BTreeMap::new();
    for &problem in attempts {
        groups
            .entry(name(problem).clone())
            .or_default()
            .push(problem);
    }
    groups.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::attempts;

    #[test]
    fn difficulties_go_from_easy_to_hard_and_every_problem_is_in_one() {
        let problems: Vec<Attempts> = ["hard", "800", "MEDIUM", "easy", "", "hard", "1200"]
            .map(|difficulty| attempts(difficulty, "P"))
            .to_vec();
        let problems: Vec<&Attempts> = problems.iter().collect();
        let groups = by_difficulty(&problems);
        let counts: Vec<(&str, usize)> = groups
            .iter()
            .map(|(name, group)| (name.as_str(), group.len()))
            .collect();
        let expected = [
            ("easy", 1),
            ("MEDIUM", 1),
            ("hard", 2),
            ("", 1),
            ("1200", 1),
            ("800", 1),
        ];
        assert_eq!(counts, expected);
        assert_eq!(by_platform(&problems).len(), 1);
    }
}
