//! Inputs as a model or its generator wrote them down, before anything is known about them.

use serde::Deserialize;
use serde_json::{Map, Number, Value};

/// Inputs that one reply, or one run of a generator, may hold.
const MAX_DRAFTS: usize = 1_000;
const MAX_DESCRIPTION_CHARS: usize = 200;

/// An input with what it is meant to probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub input: String,
    pub description: String,
}

/// One entry of a reply's list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(rename = "idx")]
    _idx: Number,
    description: String,
    input_string: String,
}

/// One entry of what a generator prints.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Printed {
    description: String,
    input_string: String,
}

/// The inputs in a reply of the form `{"test_cases": [{"idx", "description", "input_string"}]}`;
/// `None` for any other form.
pub fn listed(mut reply: Map<String, Value>) -> Option<Vec<Draft>> {
    let cases = reply.remove("test_cases").filter(|_| reply.is_empty())?;
    let cases: Vec<Listed> = serde_json::from_value(cases).ok()?;
    drafts(
        cases
            .into_iter()
            .map(|case| (case.input_string, case.description)),
    )
}

/// The inputs that a generator printed, a JSON array of `{"description", "input_string"}`; `None`
/// for anything else.
pub fn printed(output: &[u8]) -> Option<Vec<Draft>> {
    let cases: Vec<Printed> = serde_json::from_slice(output).ok()?;
    drafts(
        cases
            .into_iter()
            .map(|case| (case.input_string, case.description)),
    )
}

fn drafts(cases: impl ExactSizeIterator<Item = (String, String)>) -> Option<Vec<Draft>> {
    if !(1..=MAX_DRAFTS).contains(&cases.len()) {
        return None;
    }
    let draft = |(input, description): (String, String)| Draft {
        input,
        description: shown(&description),
    };
    Some(cases.map(draft).collect())
}

/// A description is for a person to read.
fn shown(description: &str) -> String {
    let printable = description.trim().chars().filter(|c| !c.is_control());
    printable.take(MAX_DESCRIPTION_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Draft, listed, printed};

    fn draft(input: &str, description: &str) -> Draft {
        Draft {
            input: input.to_owned(),
            description: description.to_owned(),
        }
    }

    fn list(reply: &Value) -> Option<Vec<Draft>> {
        listed(reply.as_object().unwrap().clone())
    }

    #[test]
    fn reads_lists_in_the_form_asked_for() {
        let reply = json!({"test_cases": [
            {"idx": 1, "description": " edge\u{7} ", "input_string": "1\n7\n"},
            {"idx": 2, "description": "", "input_string": ""}
        ]});
        assert_eq!(
            list(&reply),
            Some(vec![draft("1\n7\n", "edge"), draft("", "")])
        );
        let output = b" [{\"description\": \"x\", \"input_string\": \"1\"}]\n";
        assert_eq!(printed(output), Some(vec![draft("1", "x")]));
    }

    #[test]
    fn any_other_form_is_unreadable() {
        let case = json!({"idx": 1, "description": "x", "input_string": "1"});
        for reply in [
            json!({}),
            json!({"test_cases": []}),
            json!({"test_cases": [case], "more": 1}),
            json!({"test_cases": {"1": case}}),
            json!({"test_cases": [case, "2"]}),
            json!({"test_cases": [{"idx": 1, "description": "x"}]}),
            json!({"test_cases": [{"idx": 1, "description": "x", "input_string": 1}]}),
            json!({"test_cases": vec![case.clone(); 1_001]}),
        ] {
            assert_eq!(list(&reply), None);
        }
        for output in [
            "",
            "[]",
            "{\"description\": \"x\", \"input_string\": \"1\"}",
            "[{\"description\": \"x\", \"input_string\": \"1\"}] done",
            "[{\"description\": \"x\", \"input_string\": \"1\", \"input_string\": \"2\"}]",
            "[{\"description\": \"x\", \"input_string\": \"1\"},]",
        ] {
            assert_eq!(printed(output.as_bytes()), None, "{output}");
        }
        assert_eq!(printed(b"\xff"), None);
    }

    proptest! {
        #[test]
        fn never_panics(output in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = printed(&output);
        }

        #[test]
        fn reads_what_a_generator_prints(inputs in prop::collection::vec(".{0,20}", 1..10)) {
            let cases: Vec<_> = inputs.iter().map(|input| json!({"description": "d", "input_string": input})).collect();
            let drafts = printed(json!(cases).to_string().as_bytes()).unwrap();
            prop_assert!(drafts.iter().map(|draft| &draft.input).eq(&inputs));
        }
    }
}
