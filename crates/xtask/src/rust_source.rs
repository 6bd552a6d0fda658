//! Rust source, parted into code and comments, so that no rule trips over the text of a string.

mod functions;
mod lexer;

pub(crate) use functions::functions;
pub(crate) use lexer::{Line, lines};

/// How many lines stand before the unit tests.
pub(crate) fn production_line_count(lines: &[Line]) -> usize {
    let starts_tests = |pair: &[Line]| {
        pair[0].code.trim() == "#[cfg(test)]" && pair[1].code.trim_end().ends_with('{')
    };
    let start = lines.windows(2).position(starts_tests);
    start.unwrap_or(lines.len())
}

/// Whether `code` names `word`, not as a part of a longer word.
pub(crate) fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        !before.is_some_and(is_word_char) && !after.is_some_and(is_word_char)
    })
}

pub(crate) fn is_word_char(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_before_the_unit_tests() {
        let cases = [
            ("fn a() {}\n", 1),
            (
                "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n",
                2,
            ),
            ("#[cfg(test)]\nmod testing;\n\nfn a() {}\n", 4),
            ("const A: &str = \"\n#[cfg(test)]\nmod a {\";\n", 3),
        ];
        for (source, expected) in cases {
            assert_eq!(production_line_count(&lines(source)), expected, "{source}");
        }
    }

    #[test]
    fn finds_whole_words_only() {
        let cases = [
            ("use tonic::Status;", true),
            ("tonic", true),
            ("tonic_health::server()", false),
            ("isotonic::x", false),
            ("x_tonic tonic", true),
            ("", false),
        ];
        for (code, expected) in cases {
            assert_eq!(names(code, "tonic"), expected, "{code}");
        }
    }
}
