//! What holds of any output.

use proptest::prelude::*;

use super::tests::printed;
use super::{Found, Rule, check, check_outcome};

fn any_rule() -> impl Strategy<Value = Rule> {
    let tolerance = (0.0..=1.0, 0.0..=1.0)
        .prop_map(|(absolute, relative)| Rule::Tolerance { absolute, relative });
    prop_oneof![
        Just(Rule::Exact),
        Just(Rule::Lines),
        Just(Rule::Tokens),
        tolerance,
        Just(Rule::UnorderedLines),
        Just(Rule::Json),
    ]
}

/// Short texts out of few pieces, so that two of them are often nearly the same.
fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"1", b"1.0", b"-0", b"1e400", b"[", b"]", b"{", b"}", b"\"a\"", b":", b",", b" ", b"\n",
        b"\n", b"\r\n", b"\t", b"\0", b"\xff",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..8).prop_map(|pieces| pieces.concat())
}

/// A text, and another that differs from it at most in its white space.
fn respaced() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let space = || prop::sample::select(vec![" ", "\n", " \n", "\r\n"]);
    prop::collection::vec(("[1a]", space(), space()), 0..6).prop_map(|tokens| {
        let spaced = |space: fn(&(String, &'static str, &'static str)) -> &'static str| {
            let tokens = tokens
                .iter()
                .map(|token| format!("{}{}", token.0, space(token)));
            tokens.collect::<String>().into_bytes()
        };
        (spaced(|token| token.1), spaced(|token| token.2))
    })
}

fn accepts(rule: Rule, output: &[u8], expected: &[u8]) -> bool {
    check(rule, output, expected) == Found::Accepted
}

/// The rules without a setting of their own that accept whatever the rule accepts.
fn weaker(rule: Rule) -> &'static [Rule] {
    match rule {
        Rule::Exact => &[Rule::Lines],
        Rule::Lines => &[Rule::Tokens, Rule::UnorderedLines, Rule::Json],
        Rule::Tokens => &[Rule::Tolerance {
            absolute: 0.0,
            relative: 0.0,
        }],
        Rule::Tolerance { .. } | Rule::UnorderedLines | Rule::Json => &[],
    }
}

fn assert_stricter_accepts_less(
    rule: Rule,
    output: &[u8],
    expected: &[u8],
) -> Result<(), TestCaseError> {
    let found = check(rule, output, expected);
    if found == Found::Presentation {
        prop_assert!(matches!(rule, Rule::Exact | Rule::Lines));
        prop_assert!(accepts(Rule::Tokens, output, expected));
    }
    if found == Found::Accepted {
        for weaker in weaker(rule) {
            prop_assert!(
                accepts(*weaker, output, expected),
                "{rule:?} but not {weaker:?}"
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn an_output_is_what_it_is(rule in any_rule(), output in prop::collection::vec(any::<u8>(), 0..60)) {
        prop_assert_eq!(check(rule, &output, &output), Found::Accepted);
    }

    #[test]
    fn any_bytes_are_judged(
        rule in any_rule(),
        output in prop::collection::vec(any::<u8>(), 0..60),
        expected in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let found = check(rule, &output, &expected);
        prop_assert_eq!(check_outcome(rule, &printed(rule, &output, &expected), &expected), found);
    }

    #[test]
    fn the_digest_changes_no_verdict(rule in any_rule(), output in any_text(), expected in any_text()) {
        let found = check_outcome(rule, &printed(rule, &output, &expected), &expected);
        prop_assert_eq!(found, check(rule, &output, &expected));
    }

    #[test]
    fn a_stricter_rule_accepts_less(rule in any_rule(), output in any_text(), expected in any_text()) {
        assert_stricter_accepts_less(rule, &output, &expected)?;
    }

    #[test]
    fn a_stricter_rule_accepts_less_where_white_space_differs(rule in any_rule(), (output, expected) in respaced()) {
        assert_stricter_accepts_less(rule, &output, &expected)?;
        prop_assert!(accepts(Rule::Tokens, &output, &expected));
        prop_assert_ne!(check(Rule::Exact, &output, &expected), Found::Wrong);
    }

    #[test]
    fn a_wider_tolerance_accepts_more(
        output in -2.0..2.0, expected in -2.0..2.0, absolute in 0.0..1.0, relative in 0.0..1.0, wider in 0.0..1.0,
    ) {
        let (output, expected) = (format!("{output:?}"), format!("{expected:?}"));
        let accepts = |rule| accepts(rule, output.as_bytes(), expected.as_bytes());
        if accepts(Rule::Tolerance { absolute, relative }) {
            let widened = Rule::Tolerance { absolute: absolute + wider, relative: relative + wider };
            prop_assert!(accepts(widened));
        }
    }

    #[test]
    fn an_integer_is_never_another(output in any::<i64>(), expected in any::<i64>()) {
        let accepts = |rule| accepts(rule, output.to_string().as_bytes(), expected.to_string().as_bytes());
        let widest = Rule::Tolerance { absolute: 1.0, relative: 1.0 };
        prop_assert_eq!(accepts(widest), output == expected);
        prop_assert_eq!(accepts(Rule::Json), output == expected);
    }

    #[test]
    fn lines_have_no_order_where_they_need_none(
        (lines, shuffled) in prop::collection::vec("[12 ]{0,3}", 0..8)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        extra in "[12]",
    ) {
        let (output, expected) = (shuffled.join("\n"), lines.join("\n"));
        prop_assert!(accepts(Rule::UnorderedLines, output.as_bytes(), expected.as_bytes()));
        let longer = format!("{output}\n{extra}");
        prop_assert!(!accepts(Rule::UnorderedLines, longer.as_bytes(), expected.as_bytes()));
    }
}
