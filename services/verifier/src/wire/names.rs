//! Which names a function that is called may have: it becomes part of the source.

use synthsmith_sandbox::{CallHarness, Language};

const MAX_BYTES: usize = 64;
/// It would be the program's own beginning.
const MAIN: &str = "main";

const PYTHON: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Those of C++20, with what C++17 does not yet have of them.
#[rustfmt::skip]
const CPP: [&str; 92] = [
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
    "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
    "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or",
    "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "return", "short", "signed",
    "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw",
    "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile",
    "wchar_t", "while", "xor", "xor_eq",
];

/// Why a function of this name cannot be called in any language.
pub(super) fn flaw(name: &str) -> Option<&'static str> {
    if !is_name(name) {
        return Some("must be a letter or '_' and then up to 63 letters, digits or '_'");
    }
    (name == MAIN).then_some("must not be main")
}

pub(super) fn is_keyword(name: &str, language: &Language) -> bool {
    let Some(harness) = &language.call else {
        return false;
    };
    let own = [
        (CallHarness::python(), PYTHON.as_slice()),
        (CallHarness::cpp(), CPP.as_slice()),
    ];
    own.iter()
        .any(|(own, keywords)| own == harness && keywords.contains(&name))
}

fn is_name(text: &str) -> bool {
    let starts_well = text.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    let is_part = |character: char| character == '_' || character.is_ascii_alphanumeric();
    starts_well && text.len() <= MAX_BYTES && text.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_a_plain_name() {
        let longest = "x".repeat(64);
        for name in ["f", "_", "two_sum", "twoSum2", "domain", &longest] {
            assert_eq!(flaw(name), None, "{name}");
        }
        let too_long = "x".repeat(65);
        for text in [
            "", "2f", "f()", "a b", "a.b", "a\n", "é", "a;b", "main", &too_long,
        ] {
            assert!(flaw(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_keyword_is_one_in_its_own_language() {
        let table = [
            ("class", true, true),
            ("None", true, false),
            ("lambda", true, false),
            ("delete", false, true),
            ("co_await", false, true),
            ("match", false, false),
            ("twoSum", false, false),
        ];
        let table_of_languages = Language::table();
        for (name, in_python, in_cpp) in table {
            for (language, is_one) in [
                ("python3", in_python),
                ("pypy3", in_python),
                ("cpp17", in_cpp),
                ("cpp20", in_cpp),
                ("c17", false),
            ] {
                let language = &table_of_languages[language];
                assert_eq!(is_keyword(name, language), is_one, "{name}");
            }
        }
    }

    #[test]
    fn the_keywords_are_in_order_and_names() {
        for keywords in [PYTHON.as_slice(), CPP.as_slice()] {
            assert!(keywords.is_sorted());
            assert!(keywords.iter().all(|keyword| is_name(keyword)));
        }
    }
}
