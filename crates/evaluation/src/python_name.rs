//! Names in Python sources: which can be a function's, and whether a source has one.

const MAX_BYTES: usize = 64;

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Whether the verifier would call a function of this name: it becomes part of a source.
pub(crate) fn is_function_name(text: &str) -> bool {
    let starts_well = text.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    starts_well
        && text.len() <= MAX_BYTES
        && text.bytes().all(is_part)
        && text != "main"
        && !KEYWORDS.contains(&text)
}

/// The names in a source, in order, those in comments and texts too.
pub(crate) fn names(source: &str) -> impl Iterator<Item = &str> {
    source
        .split(|character: char| !(character == '_' || character.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// Whether `name` stands in a source at all.
pub(crate) fn mentions(source: &str, name: &str) -> bool {
    names(source).any(|word| word == name)
}

/// The functions that a source defines outside any class or function, in order.
pub(crate) fn defined_functions(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let signature = line.strip_prefix("def ")?;
        names(signature).next()
    })
}

fn is_part(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_a_plain_name_that_is_no_keyword() {
        let longest = "x".repeat(64);
        for name in ["f", "_", "two_sum", "twoSum2", "match", &longest] {
            assert!(is_function_name(name), "{name}");
        }
        let too_long = "x".repeat(65);
        for text in [
            "", "2f", "f()", "a b", "a.b", "a\n", "é", "main", "class", "None", &too_long,
        ] {
            assert!(!is_function_name(text), "{text}");
        }
    }

    #[test]
    fn a_name_is_found_as_a_whole_word_only() {
        let source = "class Solution:\n    def twoSum(self, a):\n        return a.sum2";
        for (name, is_there) in [
            ("twoSum", true),
            ("two", false),
            ("Sum", false),
            ("sum2", true),
            ("sum", false),
        ] {
            assert_eq!(mentions(source, name), is_there, "{name}");
        }
    }

    #[test]
    fn functions_are_those_at_the_left_margin() {
        let source = "def one():\n    def inner(): pass\nasync def two(x): pass\ndefault = 3\nclass A:\n    def m(self): pass\n";
        assert_eq!(
            defined_functions(source).collect::<Vec<_>>(),
            ["one", "two"]
        );
    }
}
