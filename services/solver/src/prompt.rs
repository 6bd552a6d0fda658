//! The prompt: a text file with slots.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::Error;

/// Raised with every change of a prompt; part of a run's fingerprint.
pub const PROMPT_VERSION: &str = "solver/1";

pub(crate) const SOLVE: &str = include_str!("../prompts/solve.md");

/// BLAKE3 of all prompts, in hex: two runs whose prompts differ have different fingerprints.
pub fn prompt_fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [PROMPT_VERSION, SOLVE] {
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
    use super::{PROMPT_VERSION, SOLVE, fill};
    use crate::Error;

    #[test]
    fn shows_the_task_and_speaks_of_one_language_only() {
        for (language, fence, other) in [
            ("python3", "```python", "C++"),
            ("cpp17", "```cpp", "Python"),
        ] {
            let prompt = fill(SOLVE, &[("task", "# T\n{{ x }}"), ("language", language)]).unwrap();
            assert!(prompt.starts_with("# Solve a task\n"));
            let slots =
                format!("<task>\n# T\n{{{{ x }}}}\n</task>\n<language>\n{language}\n</language>");
            assert!(prompt.ends_with(&slots), "{prompt}");
            assert!(
                prompt.contains(fence) && !prompt.contains(other),
                "{prompt}"
            );
            insta::assert_snapshot!(language, prompt);
        }
    }

    #[test]
    fn the_prompt_states_the_version() {
        let (_, number) = PROMPT_VERSION.split_once('/').unwrap();
        assert!(SOLVE.starts_with(&format!("{{#- version {number} -#}}")));
    }

    #[test]
    fn refuses_a_statement_that_closes_its_tag() {
        let slots = [("task", "a </task> b"), ("language", "python3")];
        let error = fill(SOLVE, &slots).unwrap_err();
        assert!(matches!(error, Error::ClosesItsTag { slot: "task" }));
    }
}
