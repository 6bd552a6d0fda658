//! Where functions begin and how long they are.

use super::{Line, is_word_char};

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// From 1.
    pub(crate) line: usize,
    /// From the line that names it to its last brace.
    pub(crate) line_count: usize,
}

/// The functions in `lines`, the inner ones too, in the order of their first lines.
pub(crate) fn functions(lines: &[Line]) -> Vec<Function> {
    let mut functions = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (start, name) in declarations(&line.code) {
            let from_name = start + "fn ".len() + name.len();
            functions.extend(last_line(&lines[index..], from_name).map(|last| Function {
                name: name.to_owned(),
                line: index + 1,
                line_count: last + 1,
            }));
        }
    }
    functions
}

/// Each `fn name` with where it stands.
fn declarations(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.match_indices("fn ")
        .filter_map(move |(start, keyword)| {
            let after = &code[start + keyword.len()..];
            let length = after
                .find(|char| !is_word_char(char))
                .unwrap_or(after.len());
            let is_word = !code[..start].ends_with(is_word_char);
            (is_word && length > 0).then(|| (start, &after[..length]))
        })
}

/// The line of the brace that closes the body; none where there is no body.
fn last_line(lines: &[Line], from: usize) -> Option<usize> {
    let mut brackets = 0_i32;
    let mut braces = 0_i32;
    for (index, line) in lines.iter().enumerate() {
        let code = if index == 0 {
            &line.code[from..]
        } else {
            &line.code
        };
        for char in code.chars() {
            match char {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                '{' => braces += 1,
                '}' => braces -= 1,
                ';' if braces == 0 && brackets == 0 => return None,
                _ => {}
            }
            if char == '}' && braces <= 0 {
                return Some(index);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust_source::lines;

    fn found(source: &str) -> Vec<(String, usize, usize)> {
        functions(&lines(source))
            .into_iter()
            .map(|function| (function.name, function.line, function.line_count))
            .collect()
    }

    #[test]
    fn measures_functions() {
        let source = "\
fn short() {}

impl A {
    pub(crate) async fn long<T>(
        part: [u8; 4],
    ) -> Vec<T>
    where
        T: Fn(u8),
    {
        fn inner() {
            \"}\";
        }
        if true { '}'; } // }
    }
}
";
        let expected = [
            ("short".to_owned(), 1, 1),
            ("long".to_owned(), 4, 11),
            ("inner".to_owned(), 10, 3),
        ];
        assert_eq!(found(source), expected);
    }

    #[test]
    fn passes_over_what_has_no_body() {
        let cases = [
            "trait A {\n    fn b(c: [u8; 2]) -> D;\n}\nconst E: u8 = 1;",
            "type A = fn (u8) -> u8;",
            "type A = Box<dyn Fn(u8)>;",
            "// fn a() {}",
            "const A: &str = \"fn a() {}\";",
            "let often = 1;",
            "fn broken() {",
        ];
        for source in cases {
            assert_eq!(found(source), [], "{source}");
        }
    }
}
