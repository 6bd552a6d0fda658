//! Parts Rust source into code and comments, line by line.

use std::mem;

use super::is_word_char;

/// A line of source.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Without comments; strings and characters are left as empty quotes.
    pub(crate) code: String,
    pub(crate) comment: String,
}

/// Parts `source` into lines.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let mut lexer = Lexer::default();
    let mut rest = source;
    while let Some(char) = rest.chars().next() {
        let length = lexer.step(char, rest);
        rest = &rest[length..];
    }
    if lexer.line != Line::default() {
        lexer.end_line();
    }
    lexer.lines
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Code,
    LineComment,
    /// How many are open.
    BlockComment(usize),
    Text,
    /// How many '#' close it.
    RawText(usize),
}

#[derive(Debug, Default)]
struct Lexer {
    state: State,
    line: Line,
    lines: Vec<Line>,
}

// === impl Lexer ===

impl Lexer {
    /// Takes in what `rest` begins with; tells how many bytes that was.
    fn step(&mut self, char: char, rest: &str) -> usize {
        if char == '\n' {
            self.end_line();
            return 1;
        }
        match self.state {
            State::Code => self.code(char, rest),
            State::LineComment => {
                self.line.comment.push(char);
                char.len_utf8()
            }
            State::BlockComment(depth) => self.block_comment(depth, char, rest),
            State::Text => self.text(char, rest),
            State::RawText(hashes) => self.raw_text(hashes, char, rest),
        }
    }

    fn end_line(&mut self) {
        self.lines.push(mem::take(&mut self.line));
        if self.state == State::LineComment {
            self.state = State::Code;
        }
    }

    fn code(&mut self, char: char, rest: &str) -> usize {
        if rest.starts_with("//") {
            self.state = State::LineComment;
            return 2;
        }
        if rest.starts_with("/*") {
            self.state = State::BlockComment(1);
            return 2;
        }
        self.line.code.push(char);
        match char {
            '"' => {
                self.state = text_state(&self.line.code);
                1
            }
            '\'' => self.quote(rest),
            _ => char.len_utf8(),
        }
    }

    /// A character in quotes, or the tick of a lifetime.
    fn quote(&mut self, rest: &str) -> usize {
        let after = rest[1..].split('\n').next().unwrap_or_default();
        let mut chars = after.chars();
        let end = match (chars.next(), chars.next()) {
            // The escaped character itself may be a quote.
            (Some('\\'), _) => after.get(2..).and_then(|it| it.find('\'')).map(|it| it + 2),
            (Some(char), Some('\'')) if char != '\'' => Some(char.len_utf8()),
            _ => None,
        };
        end.map_or(1, |end| {
            self.line.code.push('\'');
            end + 2
        })
    }

    fn block_comment(&mut self, depth: usize, char: char, rest: &str) -> usize {
        if rest.starts_with("*/") {
            self.state = match depth {
                1 => State::Code,
                _ => State::BlockComment(depth - 1),
            };
            return 2;
        }
        if rest.starts_with("/*") {
            self.state = State::BlockComment(depth + 1);
            return 2;
        }
        self.line.comment.push(char);
        char.len_utf8()
    }

    fn text(&mut self, char: char, rest: &str) -> usize {
        match char {
            '"' => {
                self.close_text();
                1
            }
            // A line may end in the middle of an escape.
            '\\' => match rest[1..].chars().next() {
                Some(escaped) if escaped != '\n' => 1 + escaped.len_utf8(),
                _ => 1,
            },
            _ => char.len_utf8(),
        }
    }

    fn raw_text(&mut self, hashes: usize, char: char, rest: &str) -> usize {
        let after_quote = rest.strip_prefix('"').unwrap_or("");
        let found = after_quote.bytes().take_while(|byte| *byte == b'#').count();
        if char == '"' && found >= hashes {
            self.close_text();
            return 1 + hashes;
        }
        char.len_utf8()
    }

    fn close_text(&mut self) {
        self.line.code.push('"');
        self.state = State::Code;
    }
}

/// Which kind of string the quote at the end of `code` opens.
fn text_state(code: &str) -> State {
    let before_quote = &code[..code.len() - 1];
    let before_hashes = before_quote.trim_end_matches('#');
    let hashes = before_quote.len() - before_hashes.len();
    let is_raw = before_hashes
        .strip_suffix('r')
        .map(|prefix| prefix.strip_suffix(['b', 'c']).unwrap_or(prefix))
        .is_some_and(|prefix| !prefix.ends_with(is_word_char));
    if is_raw {
        State::RawText(hashes)
    } else {
        State::Text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(code: &str, comment: &str) -> Line {
        Line {
            code: code.to_owned(),
            comment: comment.to_owned(),
        }
    }

    #[test]
    fn parts_code_from_comments_and_strings() {
        let cases = [
            ("a(); // b \"c\"", vec![line("a(); ", " b \"c\"")]),
            ("a(/* b /* c */ d */ e)", vec![line("a( e)", " b  c  d ")]),
            ("/* a\nb */ c", vec![line("", " a"), line(" c", "b ")]),
            (r#"a("b // c") // d"#, vec![line(r#"a("") "#, " d")]),
            (r#"a("b \" // c", d)"#, vec![line(r#"a("", d)"#, "")]),
            (r#"a("b \\") // c"#, vec![line(r#"a("") "#, " c")]),
            (
                "a(\"b\nc\") // d",
                vec![line("a(\"", ""), line("\") ", " d")],
            ),
            (
                "a(\"b\\\n  c\") // d",
                vec![line("a(\"", ""), line("\") ", " d")],
            ),
            ("r#\"a \" // b\"# + c // d", vec![line("r#\"\" + c ", " d")]),
            ("br##\"a \"# b\"## // c", vec![line("br##\"\" ", " c")]),
            ("number\"a\\\"b\" // c", vec![line("number\"\" ", " c")]),
            ("'\"' // a", vec![line("'' ", " a")]),
            (r"'\'' // a", vec![line("'' ", " a")]),
            (r"'\\' // a", vec![line("'' ", " a")]),
            (r"'\u{1f600}' // a", vec![line("'' ", " a")]),
            ("'ä' // a", vec![line("'' ", " a")]),
            (
                "fn a<'a>(b: &'a str) // c",
                vec![line("fn a<'a>(b: &'a str) ", " c")],
            ),
            ("", vec![]),
            ("\n\na", vec![line("", ""), line("", ""), line("a", "")]),
        ];
        for (source, expected) in cases {
            assert_eq!(lines(source), expected, "{source}");
        }
    }

    proptest! {
        #[test]
        fn keeps_the_number_of_lines(source in "[ab'\"#r/*\\\\\n{}ä]{0,60}") {
            let parted = lines(&source);
            prop_assert!(parted.len() <= source.lines().count());
            prop_assert!(parted.len() + 1 >= source.lines().count());
        }
    }
}
