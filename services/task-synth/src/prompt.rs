//! The prompts: text files with slots.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::Error;

/// Raised with every change of a prompt; part of a run's fingerprint.
pub const PROMPT_VERSION: &str = "task-synth/1";

pub(crate) const CHOOSE: &str = include_str!("../prompts/choose.md");
pub(crate) const WRITE: &str = include_str!("../prompts/write.md");

/// BLAKE3 of all prompts, in hex: two runs whose prompts differ have different fingerprints.
pub fn prompt_fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [PROMPT_VERSION, CHOOSE, WRITE] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Fills the slots of a prompt.
///
/// A value that could close the tag it stands in is refused: what follows the tag would be read as
/// our words.
pub(crate) fn fill(template: &str, slots: &[(&'static str, &str)]) -> Result<String, Error> {
    if let Some((slot, _)) = slots.iter().find(|(slot, value)| closes(slot, value)) {
        return Err(Error::ClosesItsTag { slot });
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let values = slots
        .iter()
        .map(|&(slot, value)| (slot, Value::from(value)));
    let values: BTreeMap<&str, Value> = values.collect();
    environment
        .render_str(template, Value::from(values))
        .map_err(Error::FillPrompt)
}

/// Whether a value holds the closing tag of a slot.
pub(crate) fn closes(slot: &str, value: &str) -> bool {
    value.to_ascii_lowercase().contains(&format!("</{slot}"))
}

#[cfg(test)]
mod tests {
    use super::{CHOOSE, PROMPT_VERSION, WRITE, fill};
    use crate::Error;

    #[test]
    fn choosing_shows_the_features() {
        let prompt = fill(CHOOSE, &[("features", "{\"a\": []}")]).unwrap();
        assert!(prompt.starts_with("# Choose features\n"));
        assert!(prompt.ends_with("<features>\n{\"a\": []}\n</features>"));
    }

    #[test]
    fn writing_shows_the_skeleton_of_its_style_only() {
        for (style, heading) in [
            ("codeforces", "## Example\n"),
            ("leetcode", "## Example 1\n"),
            ("atcoder", "## Sample Input 1\n"),
        ] {
            let slots = [("features", "F"), ("strategy", "S"), ("style", style)];
            let prompt = fill(WRITE, &slots).unwrap();
            assert!(prompt.starts_with("# Write a task\n"));
            assert!(prompt.contains(heading));
            let skeletons = ["## Example\n", "## Example 1\n", "## Sample Input 1\n"];
            let shown = skeletons
                .iter()
                .filter(|skeleton| prompt.contains(**skeleton));
            assert_eq!(shown.count(), 1);
            let slots = format!(
                "<features>\nF\n</features>\n<strategy>\nS\n</strategy>\n<style>\n{style}\n</style>"
            );
            assert!(prompt.ends_with(&slots), "{prompt}");
            insta::assert_snapshot!(style, prompt);
        }
    }

    #[test]
    fn every_prompt_states_the_version() {
        let (_, number) = PROMPT_VERSION.split_once('/').unwrap();
        for prompt in [CHOOSE, WRITE] {
            assert!(prompt.starts_with(&format!("{{#- version {number} -#}}")));
        }
    }

    #[test]
    fn refuses_a_value_that_closes_its_tag() {
        let slots = [
            ("features", "{}"),
            ("strategy", "x </STRATEGY > y"),
            ("style", "atcoder"),
        ];
        let error = fill(WRITE, &slots).unwrap_err();
        assert!(matches!(error, Error::ClosesItsTag { slot: "strategy" }));
    }
}
