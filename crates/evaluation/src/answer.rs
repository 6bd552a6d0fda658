//! The code in a reply.

use synthsmith_reply::{Error, Language, Part, Reply};

use crate::grade::Failure;

/// The last code block of the answer that is Python or says nothing of its language.
///
/// `reasoning` is what the endpoint gave apart from the content; blocks in reasoning do not count, and where it breaks
/// off there is no answer. Replies may hold several blocks, as `lcb_runner` takes the last one as well.
pub fn code(content: &str, reasoning: &str) -> Result<String, Failure> {
    Reply::read(content, reasoning)
        .last_code_block(Language::Python)
        .map_err(|error| failure(&error))
}

fn failure(error: &Error) -> Failure {
    match error {
        Error::Truncated(Part::CodeBlock) => Failure::IncompleteBlock,
        Error::Truncated(Part::Reasoning | Part::Answer | Part::JsonObject)
        | Error::NoAnswer
        | Error::Refused
        | Error::NoCode
        | Error::WrongLanguage { .. }
        | Error::TooLarge { .. }
        | Error::SeveralBlocks { .. }
        // The others speak of JSON, which nobody looked for.
        | Error::NoObject
        | Error::SeveralObjects
        | Error::InsideArray
        | Error::TooDeep { .. }
        | Error::Malformed(_) => Failure::NoCodeBlock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_last_block_of_the_answer() {
        for (content, expected) in [
            ("```python\na\n```", "a\n"),
            (
                "First\n```python\na\n```\nbetter:\n```python\nb\n```\nDone.",
                "b\n",
            ),
            ("```python\na\n```\nIt prints\n```text\n5\n```", "a\n"),
            ("<think>\n```python\na\n```\n</think>\n```\nb\n```", "b\n"),
            ("<answer>\n```python\na\n```\n", "a\n"),
        ] {
            assert_eq!(code(content, "").as_deref(), Ok(expected), "{content}");
        }
    }

    #[test]
    fn says_why_there_is_none() {
        for (content, expected) in [
            ("", Failure::NoCodeBlock),
            ("The answer is 5.", Failure::NoCodeBlock),
            ("<think>\nSo\n```python\na\n```\n", Failure::NoCodeBlock),
            ("```cpp\nint main() {}\n```", Failure::NoCodeBlock),
            ("```python\n\n```", Failure::NoCodeBlock),
            ("```python\nfor i in ra", Failure::IncompleteBlock),
            (
                "```python\na\n```\nor\n```python\nb",
                Failure::IncompleteBlock,
            ),
        ] {
            assert_eq!(code(content, ""), Err(expected), "{content}");
        }
        assert_eq!(code("", "```python\na\n```"), Err(Failure::NoCodeBlock));
    }
}
