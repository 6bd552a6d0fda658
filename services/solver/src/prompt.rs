//! The prompts: a text file with slots, and the bare question of a task.

use serde::{Deserialize, Serialize};
use synthsmith_models::Message;
use synthsmith_prompt::{fill, question};

use crate::Language;

/// Raised with every change of a prompt; part of a run's fingerprint.
pub const PROMPT_VERSION: &str = "solver/1";

const SOLVE: &str = include_str!("../prompts/solve.md");
const SYSTEM: &str = "You are an expert in competitive programming. You answer in exactly the form \
                      you are asked for.";

/// In which words a task is put before the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// With all that a model has to be told that never saw such a task.
    #[default]
    Instructions,
    /// In the words of the chats that `synthsmith export` makes, for a model that learnt from them.
    Question,
}

impl Prompt {
    pub(crate) fn messages(
        self,
        statement: &str,
        language: Language,
    ) -> Result<Vec<Message>, synthsmith_prompt::Error> {
        Ok(match self {
            Self::Instructions => {
                let slots = [("task", statement), ("language", language.as_str())];
                vec![Message::system(SYSTEM), Message::user(fill(SOLVE, &slots)?)]
            }
            Self::Question => vec![Message::user(question(statement, language.for_people()))],
        })
    }
}

/// BLAKE3 of all prompts, in hex: two runs whose prompts differ have different fingerprints.
pub fn prompt_fingerprint() -> String {
    synthsmith_prompt::fingerprint(PROMPT_VERSION, &[SOLVE, &question("", "")])
}

#[cfg(test)]
mod tests {
    use synthsmith_rpc::{ErrorCode, RpcError as _};

    use super::*;
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
    fn a_model_that_learnt_from_tasks_is_asked_in_their_words() {
        let messages = Prompt::Question.messages("# T\n</task>", Language::Cpp17);
        let [message] = messages.unwrap().try_into().unwrap();
        assert_eq!(message, Message::user(question("# T\n</task>", "C++17")));
    }

    #[test]
    fn the_prompt_states_the_version() {
        let (_, number) = PROMPT_VERSION.split_once('/').unwrap();
        assert!(SOLVE.starts_with(&format!("{{#- version {number} -#}}")));
    }

    #[test]
    fn a_text_that_closes_its_tag_is_an_invalid_argument() {
        let slots = [("task", "a </task> b"), ("language", "python3")];
        let error = Error::from(fill(SOLVE, &slots).unwrap_err());
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert_eq!(error.reason(), "TEXT_CLOSES_PROMPT_TAG");
        assert_eq!(
            error.to_string(),
            "the text for the slot task would close its tag"
        );
    }

    #[test]
    fn a_missing_slot_is_a_bug_of_ours() {
        let error = Error::from(fill(SOLVE, &[]).unwrap_err());
        assert_eq!(error.code(), ErrorCode::Internal);
        assert_eq!(error.reason(), "PROMPT_BROKEN");
    }
}
