//! The prompts: text files with slots.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::Error;

/// Raised with every change of a prompt; part of a run's fingerprint.
pub const PROMPT_VERSION: &str = "test-gen/1";

pub(crate) const INPUTS: &str = include_str!("../prompts/inputs.md");
pub(crate) const GENERATOR: &str = include_str!("../prompts/generator.md");

/// BLAKE3 of all prompts, in hex: two runs whose prompts differ have different fingerprints.
pub fn prompt_fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [PROMPT_VERSION, INPUTS, GENERATOR] {
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

fn closes(slot: &str, value: &str) -> bool {
    value.to_ascii_lowercase().contains(&format!("</{slot}"))
}

#[cfg(test)]
mod tests {
    use super::{GENERATOR, INPUTS, PROMPT_VERSION, fill};
    use crate::Error;

    #[test]
    fn prompts_begin_with_their_heading_and_hold_their_slots() {
        let inputs = fill(INPUTS, &[("task", "# T"), ("count", "15")]).unwrap();
        assert!(inputs.starts_with("# Write test inputs\n"));
        assert!(inputs.ends_with("<task>\n# T\n</task>\n<count>\n15\n</count>"));
        let generator = fill(GENERATOR, &[("task", "# T")]).unwrap();
        assert!(generator.starts_with("# Write an input generator\n"));
        assert!(generator.ends_with("<task>\n# T\n</task>"));
    }

    #[test]
    fn every_prompt_states_the_version() {
        let (_, number) = PROMPT_VERSION.split_once('/').unwrap();
        for prompt in [INPUTS, GENERATOR] {
            assert!(prompt.starts_with(&format!("{{#- version {number} -#}}")));
        }
    }

    #[test]
    fn refuses_a_statement_that_closes_its_tag() {
        let error = fill(GENERATOR, &[("task", "a </task> b")]).unwrap_err();
        assert!(matches!(error, Error::ClosesItsTag { slot: "task" }));
    }
}
