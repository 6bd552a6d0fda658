//! Records that are written as `LiveCodeBench` writes them are read as what they were made of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;
use serde_json::{Value, json};
use synthsmith_corpus::TestCase;
use synthsmith_evaluation::problem::Tests;
use synthsmith_evaluation::records::{Bounds, Records};

type Texts = Vec<(String, String)>;

/// As Python's `json.dumps` of a list of tests.
fn listed(tests: &Texts) -> String {
    let tests: Vec<Value> = tests
        .iter()
        .map(|(input, output)| json!({"input": input, "output": output, "testtype": "stdin"}))
        .collect();
    Value::from(tests).to_string()
}

/// As Python's `pickle.dumps` with protocol 2, compressed and in Base64.
fn packed(text: &str) -> String {
    let size = (text.len() as u32).to_le_bytes();
    let pickle = [b"\x80\x02X", size.as_slice(), text.as_bytes(), b"q\0."].concat();
    STANDARD.encode(compress_to_vec_zlib(&pickle, 6))
}

fn read(file: &str) -> Vec<[Texts; 2]> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let texts = |cases: Vec<TestCase>| -> Texts {
        let pair = |case: TestCase| (text(case.input), text(case.expected_output));
        cases.into_iter().map(pair).collect()
    };
    Records::new(file.as_bytes(), "x", None, Bounds::default())
        .map(|problem| match problem.unwrap().tests {
            Tests::Cases { public, private } => [texts(public), texts(private)],
            Tests::Program(_) => panic!("no test is a program"),
        })
        .collect()
}

proptest! {
    #[test]
    fn tests_come_back_from_either_encoding_in_lines_and_in_an_array(
        sets in proptest::collection::vec(
            (
                proptest::collection::vec((".*", ".*"), 0..3),
                proptest::collection::vec(("(?s).{0,40}", "(?s).{0,40}"), 1..4),
                any::<bool>(),
            ),
            1..4,
        ),
    ) {
        let mut records = Vec::new();
        for (index, (public, private, is_packed)) in sets.iter().enumerate() {
            let private = listed(private);
            records.push(json!({
                "question_id": index.to_string(),
                "question_content": "x",
                "public_test_cases": listed(public),
                "private_test_cases": if *is_packed { packed(&private) } else { private },
                "metadata": "{}",
            }));
        }
        let expected: Vec<[Texts; 2]> = sets
            .iter()
            .map(|(public, private, _)| [public.clone(), private.clone()])
            .collect();
        let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
        prop_assert_eq!(read(&lines.join("\n")), expected.clone());
        prop_assert_eq!(read(&serde_json::to_string_pretty(&records).unwrap()), expected);
    }
}
