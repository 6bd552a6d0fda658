use proptest::prelude::*;
use synthsmith_corpus::Style;

use super::{StatementFault, StatementRules};
use crate::testing::statement;

const RULES: StatementRules = StatementRules {
    min_words: 20,
    max_words: 200,
    min_samples: 2,
};

#[test]
fn accepts_a_statement_of_each_style() {
    for style in Style::ALL {
        let samples = RULES.check(&statement(style), style).unwrap();
        assert_eq!(samples.len(), 2, "{style:?}");
        assert_eq!(samples[0].output, "6\n", "{style:?}");
    }
}

#[test]
fn a_statement_of_one_style_is_none_of_another() {
    for style in Style::ALL {
        for other in Style::ALL.into_iter().filter(|other| *other != style) {
            assert!(
                RULES.check(&statement(style), other).is_err(),
                "{style:?} {other:?}"
            );
        }
    }
}

#[test]
fn names_the_rule_that_is_broken() {
    let no_section = |heading| StatementFault::NoSection { heading };
    let empty_section = |heading| StatementFault::EmptySection { heading };
    let table = [
        (
            Style::Codeforces,
            "# Apple baskets",
            "Apple baskets",
            StatementFault::NoTitle,
        ),
        (
            Style::Codeforces,
            "## Output\n",
            "## Result\n",
            no_section("Output"),
        ),
        (
            Style::Codeforces,
            "## Example",
            "## Tests",
            no_section("Example"),
        ),
        (
            Style::Codeforces,
            "baskets",
            "bas\u{1b}kets",
            StatementFault::ControlCharacters,
        ),
        (
            Style::Codeforces,
            "baskets",
            "</task> baskets",
            StatementFault::ClosesTag,
        ),
        (
            Style::Atcoder,
            "- `1 <= n <= 100000`\n",
            "\n",
            empty_section("Constraints"),
        ),
        (
            Style::Atcoder,
            "- `1 <= n",
            "`1 <= n",
            StatementFault::ConstraintsNotListed,
        ),
        (
            Style::Leetcode,
            "<= apples",
            "<= pears",
            StatementFault::ConstraintsOnOtherNames,
        ),
        (
            Style::Leetcode,
            "## Example 2",
            "## Another",
            StatementFault::TooFewSamples { found: 1, min: 2 },
        ),
    ];
    for (style, found, replacement, fault) in table {
        let broken = statement(style).replacen(found, replacement, 1);
        assert_eq!(RULES.check(&broken, style), Err(fault), "{found}");
    }
}

#[test]
fn length_is_counted_in_words() {
    let text = statement(Style::Atcoder);
    let words = text.split_whitespace().count();
    let rules = |min_words, max_words| StatementRules {
        min_words,
        max_words,
        min_samples: 2,
    };
    assert!(rules(words, words).check(&text, Style::Atcoder).is_ok());
    for outside in [rules(words + 1, 9_999), rules(0, words - 1)] {
        let fault = outside.check(&text, Style::Atcoder).unwrap_err();
        assert!(matches!(fault, StatementFault::Length { .. }));
    }
}

proptest! {
    #[test]
    fn never_panics(text in "(# T\n|## Input\n|## Output\n|## Example 1\n|## Constraints\n|- |Input: a = 1\n|Output: 1\n|```\n|x ){0,40}") {
        for style in Style::ALL {
            let _ = RULES.check(&text, style);
        }
    }
}
