//! The prompts: text files with slots.

/// Raised with every change of a prompt; part of a run's fingerprint.
pub const PROMPT_VERSION: &str = "test-gen/1";

pub(crate) const INPUTS: &str = include_str!("../prompts/inputs.md");
pub(crate) const GENERATOR: &str = include_str!("../prompts/generator.md");

/// BLAKE3 of all prompts, in hex: two runs whose prompts differ have different fingerprints.
pub fn prompt_fingerprint() -> String {
    synthsmith_prompt::fingerprint(PROMPT_VERSION, &[INPUTS, GENERATOR])
}

#[cfg(test)]
mod tests {
    use synthsmith_prompt::fill;
    use synthsmith_rpc::{ErrorCode, RpcError as _};

    use super::{GENERATOR, INPUTS, PROMPT_VERSION};
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
    fn a_text_that_closes_its_tag_is_an_invalid_argument() {
        let error = Error::from(fill(GENERATOR, &[("task", "a </task> b")]).unwrap_err());
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert_eq!(error.reason(), "TEXT_CLOSES_PROMPT_TAG");
        assert_eq!(
            error.to_string(),
            "the text for the slot task would close its tag"
        );
    }

    #[test]
    fn a_missing_slot_is_a_bug_of_ours() {
        let error = Error::from(fill(GENERATOR, &[]).unwrap_err());
        assert_eq!(error.code(), ErrorCode::Internal);
        assert_eq!(error.reason(), "PROMPT_BROKEN");
    }
}
