//! The prompts: text files with slots.

/// Raised with every change of a prompt; part of a run's fingerprint.
pub const PROMPT_VERSION: &str = "task-synth/1";

pub(crate) const CHOOSE: &str = include_str!("../prompts/choose.md");
pub(crate) const WRITE: &str = include_str!("../prompts/write.md");

/// BLAKE3 of all prompts, in hex: two runs whose prompts differ have different fingerprints.
pub fn prompt_fingerprint() -> String {
    synthsmith_prompt::fingerprint(PROMPT_VERSION, &[CHOOSE, WRITE])
}

#[cfg(test)]
mod tests {
    use synthsmith_prompt::fill;
    use synthsmith_rpc::{ErrorCode, RpcError as _};

    use super::{CHOOSE, PROMPT_VERSION, WRITE};
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
    fn a_text_that_closes_its_tag_is_an_invalid_argument() {
        let slots = [
            ("features", "{}"),
            ("strategy", "x </STRATEGY > y"),
            ("style", "atcoder"),
        ];
        let error = Error::from(fill(WRITE, &slots).unwrap_err());
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert_eq!(error.reason(), "TEXT_CLOSES_PROMPT_TAG");
        assert_eq!(
            error.to_string(),
            "the text for the slot strategy would close its tag"
        );
    }

    #[test]
    fn a_missing_slot_is_a_bug_of_ours() {
        let error = Error::from(fill(WRITE, &[]).unwrap_err());
        assert_eq!(error.code(), ErrorCode::Internal);
        assert_eq!(error.reason(), "PROMPT_BROKEN");
    }
}
