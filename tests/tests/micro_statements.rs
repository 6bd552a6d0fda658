//! What the teacher's profile `micro` writes, against the rules by which task-synth takes statements.

use synthsmith_corpus::Style;
use synthsmith_task_synth::leak::leaked;
use synthsmith_task_synth::rules::StatementRules;
use synthsmith_teacher::{micro, truth};

/// What the teacher's README tells to set.
const RULES: StatementRules = StatementRules {
    min_words: 30,
    max_words: 3_000,
    min_samples: 2,
};

#[test]
fn a_micro_statement_keeps_to_the_rules_of_its_style_and_its_examples_are_read() {
    for style in Style::ALL {
        for number in 0..300 {
            let statement = micro::example(style.as_str(), number).unwrap().statement;
            let samples = RULES
                .check(&statement, style)
                .unwrap_or_else(|fault| panic!("{fault}:\n{statement}"));
            assert_eq!(samples.len(), 2, "{statement}");
            for sample in samples {
                let expected = sample.output.trim_end().to_owned();
                assert_eq!(truth(&statement, sample.input.as_bytes()), Some(expected));
            }
            assert_eq!(leaked(&statement), None, "{statement}");
        }
    }
}
