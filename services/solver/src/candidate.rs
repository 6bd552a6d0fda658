//! Which replies hold a candidate that is worth running.

use synthsmith_corpus::{CandidateRejection, Program, Solution};
use synthsmith_models::{ChatReply, FinishReason};
use synthsmith_reply::Reply;

use crate::Language;

/// About how many bytes a token has, where nobody counted.
const BYTES_PER_TOKEN: usize = 4;

/// The candidate in a reply: reasoning that came to its end, then one program in the language that
/// was asked for, both within `max_tokens` of four bytes each.
pub fn candidate(
    index: u32,
    language: Language,
    reply: &ChatReply,
    max_tokens: usize,
) -> Result<Solution, CandidateRejection> {
    if reply.finish_reason == FinishReason::ContentFilter {
        return Err(CandidateRejection::ModelRefused);
    }
    if reply.content.len() + reply.reasoning.len() > max_tokens.saturating_mul(BYTES_PER_TOKEN) {
        return Err(CandidateRejection::TooLarge);
    }
    if reply.finish_reason == FinishReason::Length {
        return Err(CandidateRejection::Truncated);
    }
    let reply = Reply::read(&reply.content, &reply.reasoning);
    let source = reply
        .code_block(language.in_reply())
        .map_err(|error| rejection(&error))?;
    Ok(Solution {
        index,
        program: Program {
            language: language.as_str().to_owned(),
            source,
        },
        reasoning: reasoning(&reply).to_owned(),
    })
}

fn rejection(error: &synthsmith_reply::Error) -> CandidateRejection {
    use synthsmith_reply::Error;
    match error {
        Error::Refused => CandidateRejection::ModelRefused,
        Error::Truncated(_) => CandidateRejection::Truncated,
        Error::SeveralBlocks { .. } => CandidateRejection::SeveralCodeBlocks,
        Error::WrongLanguage { .. } => CandidateRejection::WrongLanguage,
        Error::TooLarge { .. } => CandidateRejection::TooLarge,
        Error::NoAnswer
        | Error::NoCode
        // The others speak of JSON, which nobody looked for.
        | Error::NoObject
        | Error::SeveralObjects
        | Error::InsideArray
        | Error::TooDeep { .. }
        | Error::Malformed(_) => CandidateRejection::NoCode,
    }
}

/// The marked reasoning, or else what the answer says before its program.
fn reasoning(reply: &Reply) -> &str {
    if !reply.reasoning().is_empty() {
        return reply.reasoning();
    }
    let answer = reply.answer();
    let mut before = 0;
    for line in answer.split_inclusive('\n') {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            break;
        }
        before += line.len();
    }
    answer[..before].trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use synthsmith_corpus::CandidateRejection;
    use synthsmith_models::{ChatReply, FinishReason};

    use super::candidate;
    use crate::Language;

    fn reply(content: &str) -> ChatReply {
        ChatReply {
            key: String::new(),
            content: content.to_owned(),
            reasoning: String::new(),
            finish_reason: FinishReason::Stop,
            prompt_tokens: 1,
            completion_tokens: 1,
            from_store: false,
            model: String::new(),
        }
    }

    #[test]
    fn takes_reasoning_and_program() {
        let marked = "<think>\nAdd them.\n</think>\nHere:\n```python\nprint(6)\n```";
        let plain = "Add them.\n\n```python\nprint(6)\n```";
        for content in [marked, plain] {
            let solution = candidate(3, Language::Python3, &reply(content), 1_000).unwrap();
            assert_eq!(solution.index, 3);
            assert_eq!(solution.program.language, "python3");
            assert_eq!(solution.program.source.trim_end(), "print(6)");
            assert_eq!(solution.reasoning, "Add them.");
        }
        let cpp = reply("x\n```cpp\nint main() {}\n```");
        let solution = candidate(0, Language::Cpp17, &cpp, 1_000).unwrap();
        assert_eq!(solution.program.language, "cpp17");
    }

    #[test]
    fn filters_what_is_not_worth_running() {
        let large = format!("```python\n{}\n```", "x = 1\n".repeat(1_000));
        let table = [
            ("print(6)", CandidateRejection::NoCode),
            ("", CandidateRejection::NoCode),
            (
                "```python\n1\n```\nor\n```python\n2\n```",
                CandidateRejection::SeveralCodeBlocks,
            ),
            ("```python\nprint(", CandidateRejection::Truncated),
            ("<think>\nso the", CandidateRejection::Truncated),
            (
                "```cpp\nint main() {}\n```",
                CandidateRejection::WrongLanguage,
            ),
            (
                "I'm sorry, but I can't help with that.",
                CandidateRejection::ModelRefused,
            ),
            (&large, CandidateRejection::TooLarge),
        ];
        for (content, rejection) in table {
            let result = candidate(0, Language::Python3, &reply(content), 1_000);
            assert_eq!(result, Err(rejection), "{content}");
        }
    }

    #[test]
    fn believes_the_endpoint_about_the_end() {
        let whole = reply("```python\nprint(6)\n```");
        for (finish_reason, rejection) in [
            (FinishReason::Length, CandidateRejection::Truncated),
            (
                FinishReason::ContentFilter,
                CandidateRejection::ModelRefused,
            ),
        ] {
            let cut = ChatReply {
                finish_reason,
                ..whole.clone()
            };
            assert_eq!(candidate(0, Language::Python3, &cut, 1_000), Err(rejection));
        }
    }

    proptest! {
        #[test]
        fn never_panics(content in "(```|~~~|python|cpp|<think>|</think>|print| |\n|ä){0,40}") {
            let _ = candidate(0, Language::Python3, &reply(&content), 100);
        }
    }
}
