//! What holds for every reply, hostile ones included.

use proptest::prelude::*;
use serde_json::{Map, Value};
use synthsmith_reply::{Language, Reply};

/// Texts made of the pieces that mean something to a reader, in any order.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "```",
            "~~~",
            "````",
            "python",
            "cpp",
            "text",
            "json",
            "\n",
            "\r\n",
            " ",
            "\t",
            "1. ",
            "- ",
            "<think>",
            "</think>",
            "<thinking>",
            "</thinking>",
            "<answer>",
            "</answer>",
            "<begin>",
            "<end>",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            ":",
            ",",
            "{\"",
            "\"a\":1",
            "null",
            "\u{feff}",
            "é",
            "\u{0}",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn json(depth: u32) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["```", "}", "{\"", "</think>", "<end>", "\n"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(depth, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object_of(inner).prop_map(Value::from),
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let entries = prop::collection::vec(("[a-z ]{1,8}", value), 1..5);
    entries.prop_map(|entries| entries.into_iter().collect())
}

/// Program text without fences and tags of its own.
fn program() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z0-9 =+*().,:#\"'\\[\\]{}]{0,30}", 1..12)
        .prop_filter_map("blank", |lines| {
            (!lines.concat().trim().is_empty()).then(|| lines.join("\n") + "\n")
        })
}

proptest! {
    #[test]
    fn nothing_makes_reading_panic(content in hostile(), reasoning in hostile()) {
        let reply = Reply::read(&content, &reasoning);
        let _ = reply.code_block(Language::Python);
        let _ = reply.json_object();
        reply.is_refusal();
    }

    #[test]
    fn what_is_taken_stands_in_the_reply(content in hostile()) {
        let reply = Reply::read(&content, "");
        if let Ok(code) = reply.code_block(Language::Cpp) {
            for line in code.lines() {
                prop_assert!(reply.answer().contains(line));
            }
        }
        if let Ok(object) = reply.json_object() {
            prop_assert!(object.is_empty() || reply.answer().contains('"'));
        }
    }

    #[test]
    fn a_program_survives_the_reply_around_it(program in program(), thought in "[a-z .\n]{0,80}", tag in "python|py|python3|") {
        let content = format!("<think>\n{thought}\n</think>\n\nHere it is:\n\n```{tag}\n{program}```\n\nDone.");
        let reply = Reply::read(&content, "");
        prop_assert_eq!(reply.code_block(Language::Python).unwrap(), program);
        prop_assert_eq!(reply.reasoning(), thought.trim());
    }

    #[test]
    fn a_program_cut_anywhere_is_never_taken_for_whole(program in program(), cut in 0.0..1.0f64) {
        let whole = format!("```python\n{program}```");
        let mut end = "```python\n".len() + ((program.len() + 2) as f64 * cut) as usize;
        while !whole.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert!(Reply::read(&whole[..end], "").code_block(Language::Python).is_err());
    }

    #[test]
    fn an_object_survives_the_reply_around_it(object in object_of(json(4)), pretty in any::<bool>(), form in 0..4) {
        let text = if pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) };
        let text = text.unwrap();
        prop_assume!(!text.contains("</think>"));
        let content = match form {
            0 => text,
            1 => format!("Here it is:\n\n```json\n{text}\n```\n"),
            2 => format!("<begin>\n{text}\n<end>"),
            _ => format!("{text}\n\nI hope that {{n}} fits."),
        };
        prop_assert_eq!(Reply::read(&content, "").json_object().unwrap(), object);
    }

    #[test]
    fn an_object_cut_anywhere_is_never_taken_for_whole(object in object_of(json(3)), cut in 0.0..1.0f64) {
        let whole = serde_json::to_string(&object).unwrap();
        prop_assume!(!whole.contains("</think>"));
        let mut end = (whole.len() as f64 * cut) as usize;
        while !whole.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert!(Reply::read(&whole[..end], "").json_object().is_err());
    }
}
