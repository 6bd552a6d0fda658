use proptest::prelude::*;

use super::equal;
use super::outline::MAX_DEPTH;

fn are_equal(output: &str, expected: &str) -> bool {
    equal(output.as_bytes(), expected.as_bytes())
}

#[test]
fn tells_values_apart() {
    // Output, expected, and whether they are the same value.
    let table = [
        ("[]", "[ ]", true),
        ("[]", "{}", false),
        ("{}", "[]", false),
        ("[1]", "1", false),
        ("1", "[1]", false),
        ("[1,[2,3]]", "[1,2,3]", false),
        ("[1,2]", "[1,2,3]", false),
        ("[1,2,3]", "[1,2]", false),
        ("[[],[[]]]", " [ [ ] , [ [ ] ] ] ", true),
        (r#"{"a":1,"b":[2]}"#, r#"{"b":[2],"a":1}"#, true),
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, false),
        (r#"{"a":1,"b":2}"#, r#"{"a":1}"#, false),
        (r#"{"a":1}"#, r#"{"b":1}"#, false),
        (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#, false),
        (r#"{"a":1,"a":1}"#, r#"{"a":1}"#, false),
        (r#"{"a":1}"#, r#"{"a":1,"a":1}"#, false),
        (r#"{"a":1,"a":1}"#, r#"{"a":1,"a":1}"#, false),
        (r#"{"\u0061":1}"#, r#"{"a":1}"#, true),
        (
            r#"[{"a":{"x":1,"y":2},"b":3},4]"#,
            r#"[{"b":3,"a":{"y":2,"x":1}},4]"#,
            true,
        ),
        (
            r#"[{"a":{"x":1,"y":2},"b":3},4]"#,
            r#"[{"b":3,"a":{"y":2,"x":1}},5]"#,
            false,
        ),
        ("true", "false", false),
        ("null", "null ", true),
        ("null", "0", false),
        ("10000000000000000001", "10000000000000000000", false),
        ("-0", "0", true),
        ("-1", "1", false),
        ("1.0", "1", false),
        ("1e2", "100", false),
        ("1e2", "100.0", true),
        ("0.1", "0.10000000000000000001", true),
        ("0.1", "0.1000001", false),
        ("1e400", "1e400", true),
        ("1e400", "1e401", false),
        ("[1e400,1]", "[1e400, 1]", true),
    ];
    for (output, expected, is_equal) in table {
        assert_eq!(
            are_equal(output, expected),
            is_equal,
            "{output} for {expected}"
        );
    }
}

#[test]
fn strings_are_equal_by_their_characters() {
    let table = [
        (r#""a""#, r#""a""#, true),
        (r#""a""#, r#""A""#, false),
        (r#""a""#, r#""ab""#, false),
        (r#""ab""#, r#""a""#, false),
        (r#""\u00e9""#, r#""é""#, true),
        (r#""\u00E9""#, r#""\u00e9""#, true),
        (r#""\ud83d\ude00""#, r#""😀""#, true),
        (r#""\ud83d""#, r#""\ud83d""#, true),
        (r#""\ud83d""#, r#""\ud83e""#, false),
        (r#""\ud83d\ud83d\ude00""#, r#""\ud83d😀""#, true),
        (r#""\ude00\ud83d""#, r#""😀""#, false),
        (r#""\ud83dA""#, r#""\ud83d\u0041""#, true),
        (
            r#""\/\b\f\n\r\t""#,
            r#""/\u0008\u000c\u000a\u000d\u0009""#,
            true,
        ),
        (r#""\\u0061""#, r#""a""#, false),
        (r#""\\""#, r#""\u005c""#, true),
        (r#""\"""#, r#""\u0022""#, true),
        (r#""\u0000""#, r#""\u0000""#, true),
        (r#""\u0000""#, r#""""#, false),
        // One character, and a letter with an accent of its own.
        (r#""\u00e9""#, r#""e\u0301""#, false),
    ];
    for (output, expected, is_equal) in table {
        assert_eq!(
            are_equal(output, expected),
            is_equal,
            "{output} for {expected}"
        );
    }
}

#[test]
fn what_is_no_json_equals_nothing() {
    let texts: &[&[u8]] = &[
        b"",
        b" ",
        b"\xef\xbb\xbf1",
        b"[1",
        b"1]",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"[1}",
        b"{\"a\":1,}",
        b"{\"a\"}",
        b"{\"a\" 1}",
        b"{a:1}",
        b"{1:1}",
        b"1 2",
        b"truefalse",
        b"True",
        b"nan",
        b"Infinity",
        b"+1",
        b"01",
        b"-",
        b"-.5",
        b"-01",
        b".5",
        b"5.",
        b"1e",
        b"0x10",
        b"1_000",
        b"'a'",
        b"\"a",
        b"\"\\x\"",
        b"\"\\u12g4\"",
        b"\"\\u+123\"",
        b"\"\\u12",
        b"\"\\",
        b"\"\n\"",
        b"\"\0\"",
        b"\"\xff\"",
        b"// no\n1",
        b"1\0",
        b"[1]\x0c",
    ];
    for text in texts {
        assert!(!equal(text, text), "{}", text.escape_ascii());
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize, open: &str, close: &str| {
        format!("{}1{}", open.repeat(depth), close.repeat(depth))
    };
    let deepest = MAX_DEPTH as usize;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let bounded = nested(deepest, open, close);
        assert!(are_equal(&bounded, &bounded));
        for depth in [deepest + 1, 1_000_000] {
            let deeper = nested(depth, open, close);
            assert!(!are_equal(&deeper, &deeper));
            assert!(!are_equal(&deeper, &bounded));
            assert!(!are_equal(&bounded, &deeper));
        }
    }
    assert!(!are_equal(&"[".repeat(1_000_000), "[]"));
}

/// A value apart from how it is written.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Null,
    Integer(i128),
    Text(Vec<char>),
    Array(Vec<Value>),
    /// With different names, in order.
    Object(Vec<(String, Value)>),
}

fn any_value() -> impl Strategy<Value = Value> {
    let character = prop_oneof![
        Just('"'),
        Just('\\'),
        Just('\n'),
        Just('😀'),
        prop::char::range('a', 'c')
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        prop_oneof![-1..=1_i128, any::<i128>()].prop_map(Value::Integer),
        prop::collection::vec(character, 0..3).prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |value| {
        let members = prop::collection::btree_map("[ab\\\\]{1,2}", value.clone(), 0..4);
        prop_oneof![
            prop::collection::vec(value, 0..4).prop_map(Value::Array),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// One of the ways to write the value, by the numbers that the choices give.
fn written(value: &Value, choices: &mut impl Iterator<Item = u8>) -> String {
    let space = [" ", "", "\n", "\t\r"][usize::from(next(choices) % 4)];
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::Integer(integer) => integer.to_string(),
        Value::Text(text) => quoted(text, choices),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| written(item, choices)).collect();
            format!("[{space}{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| {
                    let name = quoted(&name.chars().collect::<Vec<_>>(), choices);
                    let place = next(choices);
                    (place, format!("{name}{space}:{}", written(value, choices)))
                })
                .collect();
            members.sort();
            let members: Vec<_> = members.into_iter().map(|(_, member)| member).collect();
            format!("{{{space}{}}}", members.join(","))
        }
    };
    format!("{space}{text}{space}")
}

fn quoted(text: &[char], choices: &mut impl Iterator<Item = u8>) -> String {
    let characters = text.iter().map(|character| match character {
        '"' | '\\' if next(choices).is_multiple_of(2) => format!("\\{character}"),
        character if next(choices).is_multiple_of(2) || matches!(character, '"' | '\\' | '\n') => {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            units
                .iter()
                .fold(String::new(), |text, unit| format!("{text}\\u{unit:04X}"))
        }
        character => character.to_string(),
    });
    format!("\"{}\"", characters.collect::<String>())
}

fn next(choices: &mut impl Iterator<Item = u8>) -> u8 {
    choices.next().unwrap_or(0)
}

fn any_choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..80)
}

proptest! {
    #[test]
    fn how_a_value_is_written_does_not_count(value in any_value(), one in any_choices(), other in any_choices()) {
        let output = written(&value, &mut one.into_iter());
        let expected = written(&value, &mut other.into_iter());
        prop_assert!(are_equal(&output, &expected), "{} for {}", output, expected);
    }

    #[test]
    fn other_values_are_not_equal(one in any_value(), other in any_value(), choices in any_choices()) {
        let mut choices = choices.into_iter();
        let (output, expected) = (written(&one, &mut choices), written(&other, &mut choices));
        prop_assert_eq!(are_equal(&output, &expected), one == other);
    }

    #[test]
    fn a_broken_text_is_no_trouble(value in any_value(), choices in any_choices(), at in any::<prop::sample::Index>(), byte: u8) {
        let whole = written(&value, &mut choices.into_iter()).into_bytes();
        let mut broken = whole.clone();
        broken[at.index(whole.len())] = byte;
        let cut = &whole[..at.index(whole.len())];
        // Only that it ends, and that it is the same in both directions.
        prop_assert_eq!(equal(&broken, &whole), equal(&whole, &broken));
        prop_assert_eq!(equal(cut, &whole), equal(&whole, cut));
    }
}
