//! The one program of an answer.

use std::fmt;

use crate::fence::{self, Block};
use crate::{Error, Part};

/// No program of a contest is longer.
pub const MAX_CODE_BYTES: usize = 256 << 10;

/// A language a program can be asked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    Cpp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Language(Language),
    Absent,
    NoProgram,
    Other,
}

/// See [`crate::Reply::code_block`] for the rule.
pub(crate) fn block(answer: &str, expected: Language) -> Result<String, Error> {
    let blocks = fence::blocks(answer);
    if blocks.iter().any(|block| !block.is_closed) {
        return Err(Error::Truncated(Part::CodeBlock));
    }
    let Some(first) = blocks.first() else {
        return Err(Error::NoCode);
    };
    let programs: Vec<&Block<'_>> = blocks
        .iter()
        .filter(|block| tag(block) != Tag::NoProgram)
        .collect();
    match programs[..] {
        [] => Err(wrong_language(expected, first)),
        [program] => match tag(program) {
            Tag::Language(language) if language == expected => checked(program),
            Tag::Absent if blocks.len() == 1 => checked(program),
            Tag::Absent => Err(Error::SeveralBlocks {
                count: blocks.len(),
            }),
            _ => Err(wrong_language(expected, program)),
        },
        _ => Err(Error::SeveralBlocks {
            count: programs.len(),
        }),
    }
}

/// See [`crate::Reply::last_code_block`] for the rule.
pub(crate) fn last_block(answer: &str, expected: Language) -> Result<String, Error> {
    let blocks = fence::blocks(answer);
    if blocks.last().is_some_and(|block| !block.is_closed) {
        return Err(Error::Truncated(Part::CodeBlock));
    }
    let Some(last) = blocks.last() else {
        return Err(Error::NoCode);
    };
    let is_program = |block: &&Block<'_>| {
        matches!(tag(block), Tag::Absent) || tag(block) == Tag::Language(expected)
    };
    match blocks.iter().rfind(is_program) {
        Some(program) => checked(program),
        None => Err(wrong_language(expected, last)),
    }
}

fn checked(block: &Block<'_>) -> Result<String, Error> {
    let bytes = block.body.len();
    if bytes > MAX_CODE_BYTES {
        return Err(Error::TooLarge {
            part: Part::CodeBlock,
            bytes,
            limit: MAX_CODE_BYTES,
        });
    }
    if block.body.trim().is_empty() {
        return Err(Error::NoCode);
    }
    Ok(block.body.clone())
}

fn wrong_language(expected: Language, block: &Block<'_>) -> Error {
    let found = tag_word(block.tag).chars().take(32).collect();
    Error::WrongLanguage { expected, found }
}

fn tag(block: &Block<'_>) -> Tag {
    match tag_word(block.tag).to_ascii_lowercase().as_str() {
        "" => Tag::Absent,
        "py" | "py3" | "python" | "python3" | "pypy" | "pypy3" => Tag::Language(Language::Python),
        "c++" | "c++11" | "c++14" | "c++17" | "c++20" | "c++23" | "cc" | "cpp" | "cpp11"
        | "cpp14" | "cpp17" | "cpp20" | "cpp23" | "cxx" => Tag::Language(Language::Cpp),
        "bash" | "console" | "diff" | "input" | "json" | "latex" | "log" | "markdown" | "math"
        | "md" | "mermaid" | "none" | "output" | "plain" | "plaintext" | "sh" | "shell"
        | "stdin" | "stdout" | "tex" | "text" | "txt" | "zsh" => Tag::NoProgram,
        _ => Tag::Other,
    }
}

/// The language in a tag such as `python title="a"`, `{.python .numberLines}` or `cpp:main.cpp`.
fn tag_word(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['{', '.', ' ']);
    let end = tag.find(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#' | '-' | '_'));
    &tag[..end.unwrap_or(tag.len())]
}

// === impl Language ===

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Python => "python",
            Self::Cpp => "cpp",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fenced(tag: &str) -> String {
        format!("```{tag}\nx\n```\n")
    }

    #[test]
    fn knows_a_language_by_every_way_to_tag_it() {
        for tag in [
            "py",
            "Python",
            "python3",
            "python title=\"a.py\"",
            "{.python .numberLines}",
            "python:main.py",
            " python",
            "python{1,3}",
            "",
        ] {
            assert_eq!(
                block(&fenced(tag), Language::Python).unwrap(),
                "x\n",
                "{tag:?}"
            );
        }
        for tag in ["cpp", "c++", "C++17", "cpp17", "cc", "cxx", "C++ (GCC 13)"] {
            assert_eq!(
                block(&fenced(tag), Language::Cpp).unwrap(),
                "x\n",
                "{tag:?}"
            );
        }
        for tag in ["cpp", "c", "python2", "java", "text", "pythonic"] {
            let error = block(&fenced(tag), Language::Python).unwrap_err();
            assert_eq!(error.name(), "wrong_language", "{tag:?}");
        }
    }

    #[test]
    fn takes_one_program_among_blocks_that_are_none() {
        let table = [
            (vec!["python", "text", "bash"], "ok"),
            (vec!["text", "python"], "ok"),
            (vec!["python", ""], "several_blocks"),
            (vec!["", "text"], "several_blocks"),
            (vec!["", ""], "several_blocks"),
            (vec!["python", "python"], "several_blocks"),
            (vec!["python", "cpp"], "several_blocks"),
            (vec!["text", "text"], "wrong_language"),
            (vec![], "no_code"),
        ];
        for (tags, want) in table {
            let answer: String = tags.iter().map(|tag| fenced(tag)).collect();
            let got = block(&answer, Language::Python);
            assert_eq!(
                got.as_ref().map_or_else(Error::name, |_| "ok"),
                want,
                "{tags:?}"
            );
        }
    }

    #[test]
    fn the_last_program_is_taken_where_several_may_be() {
        let numbered = |tags: &[&str]| -> String {
            let block = |(number, tag): (usize, &&str)| format!("```{tag}\n{number}\n```\n");
            tags.iter().enumerate().map(block).collect()
        };
        for (tags, want) in [
            (vec!["python", "python"], Ok("1\n")),
            (vec!["python", ""], Ok("1\n")),
            (vec!["", "text"], Ok("0\n")),
            (vec!["python", "cpp"], Ok("0\n")),
            (vec!["cpp", "text"], Err("wrong_language")),
            (vec![], Err("no_code")),
        ] {
            let got = last_block(&numbered(&tags), Language::Python);
            let got = got.as_deref().map_err(Error::name);
            assert_eq!(got, want, "{tags:?}");
        }
        let cut = numbered(&["python"]) + "```python\nx";
        let error = last_block(&cut, Language::Python).unwrap_err();
        assert_eq!(error.name(), "truncated");
    }

    #[test]
    fn bounds_the_program() {
        let answer = |bytes: usize| format!("```py\n{}\n```", "x".repeat(bytes - 1));
        assert!(block(&answer(MAX_CODE_BYTES), Language::Python).is_ok());
        let error = block(&answer(MAX_CODE_BYTES + 1), Language::Python).unwrap_err();
        assert_eq!(error.name(), "too_large");
    }
}
