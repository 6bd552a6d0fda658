use std::collections::HashMap;

use futures::executor::block_on;
use proptest::prelude::*;

use super::*;

fn source(language: &str, text: &str) -> Source {
    Source {
        language: language.to_owned(),
        text: Bytes::copy_from_slice(text.as_bytes()),
    }
}

fn suite(tests: &[(&str, &[u8], &[u8])]) -> Suite {
    let test = |(_, input, expected): &(&str, &[u8], &[u8])| Test {
        input: Bytes::copy_from_slice(input),
        expected_output: Bytes::copy_from_slice(expected),
    };
    Suite {
        ids: tests.iter().map(|(id, ..)| (*id).to_owned()).collect(),
        tests: tests.iter().map(test).collect(),
    }
}

fn of_source(language: &str, text: &str) -> String {
    block_on(Digest::of_source(&source(language, text))).to_string()
}

fn of_suite(tests: &[(&str, &[u8], &[u8])]) -> String {
    block_on(Digest::of_suite(&suite(tests))).to_string()
}

#[test]
fn a_digest_is_of_the_parts_with_their_lengths() {
    let program = b"\x07\0\0\0\0\0\0\0program\x07\0\0\0\0\0\0\0python3\x08\0\0\0\0\0\0\0print(1)";
    let expected = format!("blake3:{}", blake3::hash(program));
    assert_eq!(of_source("python3", "print(1)"), expected);
    let tests =
        b"\x05\0\0\0\0\0\0\0suite\x01\0\0\0\0\0\0\0a\x02\0\0\0\0\0\0\x001\n\0\0\0\0\0\0\0\0";
    let expected = format!("blake3:{}", blake3::hash(tests));
    assert_eq!(of_suite(&[("a", b"1\n", b"")]), expected);
}

#[test]
fn what_differs_only_in_where_a_part_ends_has_another_digest() {
    let digests = [
        of_source("c", "17x"),
        of_source("c17", "x"),
        of_source("c17x", ""),
        of_suite(&[]),
        of_suite(&[("", b"", b"")]),
        of_suite(&[("", b"", b""), ("", b"", b"")]),
        of_suite(&[("a", b"b", b"c")]),
        of_suite(&[("ab", b"", b"c")]),
        of_suite(&[("a", b"", b"bc")]),
        of_suite(&[("", b"abc", b"")]),
        of_suite(&[("a", b"b", b""), ("c", b"", b"")]),
        of_suite(&[("c", b"", b""), ("a", b"b", b"")]),
        of_suite(&[("", b"\x01\0\0\0\0\0\0\0a", b"")]),
        // The parts of a program, as a suite.
        of_suite(&[("c17", b"x", b"")]),
    ];
    let distinct: std::collections::BTreeSet<_> = digests.iter().collect();
    assert_eq!(distinct.len(), digests.len(), "{digests:#?}");
}

#[test]
fn a_large_part_is_digested_as_a_whole() {
    let large = vec![7; 1_000_000];
    let bytes = [&1_000_000_u64.to_le_bytes(), large.as_slice()].concat();
    let head = b"\x05\0\0\0\0\0\0\0suite\0\0\0\0\0\0\0\0";
    let whole = [head, bytes.as_slice(), &[0; 8]].concat();
    let expected = format!("blake3:{}", blake3::hash(&whole));
    assert_eq!(of_suite(&[("", &large, b"")]), expected);
}

#[test]
fn a_text_is_a_digest_as_it_was_returned_or_none() {
    let text = of_source("c17", "x");
    let digest: Digest = text.parse().unwrap();
    assert_eq!(digest.to_string(), text);
    let digits = &text["blake3:".len()..];
    for flawed in [
        "",
        "blake3:",
        digits,
        &text[..70],
        &format!("{text}0"),
        &format!(" {text}"),
        &format!("sha256:{digits}"),
        &format!("blake3:{}", "A".repeat(64)),
        &format!("blake3:{}", "g".repeat(64)),
        &format!("blake3:{}", "é".repeat(32)),
    ] {
        assert!(flawed.parse::<Digest>().is_err(), "{flawed}");
    }
}

#[test]
fn each_kind_is_found_by_its_own_digests_only() {
    let kept = Kept::new(1 << 20);
    let program = source("c17", "x");
    let tests = suite(&[("a", b"1", b"2"), ("", b"3", b"4")]);
    let of_program = block_on(kept.put_source(program.clone()));
    let of_tests = block_on(kept.put_suite(tests.clone()));
    assert_eq!(kept.source(&of_program), Some(program));
    assert_eq!(kept.source(&of_tests), None);
    assert!(kept.has_tests(&of_tests) && !kept.has_tests(&of_program));
    assert_eq!(kept.tests(&of_program), None);
    let found = kept.tests(&of_tests).unwrap();
    assert!(Arc::ptr_eq(&found, &tests.tests), "it is shared");
}

#[test]
fn a_suite_in_use_stays_whole_when_it_goes() {
    let first = suite(&[("", &[1; 1000], b"")]);
    let second = suite(&[("", &[2; 1000], b"")]);
    let kept = Kept::new(second.size_bytes());
    let digest = block_on(kept.put_suite(first.clone()));
    let used = kept.tests(&digest).unwrap();
    block_on(kept.put_suite(second));
    assert!(!kept.has_tests(&digest));
    assert_eq!(*used, *first.tests);
}

#[test]
fn every_test_counts_however_small_it_is() {
    let empty: (&str, &[u8], &[u8]) = ("", b"", b"");
    let many = suite(&[empty; 100]);
    let least = (100 * size_of::<Test>()) as u64;
    assert!(many.size_bytes() > least, "{}", many.size_bytes());
    assert!(source("c17", "").size_bytes() > 0);
}

type Parts = Vec<(String, Vec<u8>, Vec<u8>)>;

/// Of few letters, so that they differ in where parts end more than in what they hold.
fn parts() -> impl Strategy<Value = Parts> {
    let bytes = || prop::collection::vec(0_u8..2, 0..3);
    prop::collection::vec(("[ab]{0,2}", bytes(), bytes()), 0..3)
}

proptest! {
    #[test]
    fn suites_have_the_same_digest_exactly_if_they_are_the_same(
        suites in prop::collection::vec(parts(), 0..40),
    ) {
        let mut seen: HashMap<String, Parts> = HashMap::new();
        for parts in suites {
            let tests: Vec<_> = parts
                .iter()
                .map(|(id, input, expected)| (id.as_str(), input.as_slice(), expected.as_slice()))
                .collect();
            let digest = of_suite(&tests);
            prop_assert_eq!(&of_suite(&tests), &digest);
            let first = seen.entry(digest).or_insert_with(|| parts.clone());
            prop_assert_eq!(first, &parts);
        }
    }
}
