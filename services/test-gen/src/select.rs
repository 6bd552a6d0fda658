//! Which of the written inputs are used, and in which order.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use synthsmith_corpus::{InputSource, TestInput};

use crate::draft::Draft;

/// What an input must keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InputRules {
    pub max_input_bytes: usize,
    /// Bytes of all inputs of a task together.
    pub max_total_bytes: usize,
    /// The share of inputs taken from the prompt where the generator gives enough others.
    pub max_prompt_percent: usize,
}

/// One thing that went wrong while making inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputRejection {
    pub source: InputSource,
    pub reason: InputRejectionReason,
}

/// Why a method, or one input of it, gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputRejectionReason {
    ReplyUnreadable,
    ModelRefused,
    GeneratorFailed,
    GeneratorUnreadable,
    TooLarge,
    Duplicate,
}

// === impl InputRules ===

impl Default for InputRules {
    fn default() -> Self {
        Self {
            max_input_bytes: 1 << 20,
            max_total_bytes: 32 << 20,
            max_prompt_percent: 40,
        }
    }
}

// === impl InputRejectionReason ===

impl InputRejectionReason {
    pub const ALL: [Self; 6] = [
        Self::ReplyUnreadable,
        Self::ModelRefused,
        Self::GeneratorFailed,
        Self::GeneratorUnreadable,
        Self::TooLarge,
        Self::Duplicate,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReplyUnreadable => "reply_unreadable",
            Self::ModelRefused => "model_refused",
            Self::GeneratorFailed => "generator_failed",
            Self::GeneratorUnreadable => "generator_unreadable",
            Self::TooLarge => "too_large",
            Self::Duplicate => "duplicate",
        }
    }
}

/// At most `count` distinct inputs, those of the prompt first.
///
/// The prompt gives at most its share, but at least one, and more where the generator cannot fill
/// the rest. Inputs beyond the count are left over, which is no fault of theirs; an input that is
/// blank, too large or there already is rejected.
pub fn select(
    listed: Vec<Draft>,
    printed: Vec<Draft>,
    count: usize,
    rules: InputRules,
) -> (Vec<TestInput>, Vec<InputRejection>) {
    let mut sieve = Sieve::new(rules);
    let mut listed = sieve.accept(listed, InputSource::Prompt);
    let mut printed = sieve.accept(printed, InputSource::Generator);
    let share = (count * rules.max_prompt_percent / 100).max(1);
    listed.truncate(share.max(count.saturating_sub(printed.len())));
    printed.truncate(count.saturating_sub(listed.len()));
    listed.truncate(count);
    listed.append(&mut printed);
    let inputs = sieve.within_total(listed);
    (inputs, sieve.rejections)
}

/// Sorts out what cannot be used.
struct Sieve {
    rules: InputRules,
    seen: BTreeSet<Vec<u8>>,
    rejections: Vec<InputRejection>,
}

// === impl Sieve ===

impl Sieve {
    fn new(rules: InputRules) -> Self {
        Self {
            rules,
            seen: BTreeSet::new(),
            rejections: Vec::new(),
        }
    }

    fn accept(&mut self, drafts: Vec<Draft>, source: InputSource) -> Vec<TestInput> {
        let mut inputs = Vec::new();
        for draft in drafts {
            match self.fault(&draft, source) {
                Some(reason) => self.rejections.push(InputRejection { source, reason }),
                None => inputs.push(TestInput {
                    input: bytes(&draft.input),
                    source,
                    description: draft.description,
                }),
            }
        }
        inputs
    }

    fn fault(&mut self, draft: &Draft, source: InputSource) -> Option<InputRejectionReason> {
        if draft.input.trim().is_empty() {
            return Some(match source {
                InputSource::Prompt => InputRejectionReason::ReplyUnreadable,
                InputSource::Generator => InputRejectionReason::GeneratorUnreadable,
            });
        }
        let input = bytes(&draft.input);
        if input.len() > self.rules.max_input_bytes {
            return Some(InputRejectionReason::TooLarge);
        }
        (!self.seen.insert(input)).then_some(InputRejectionReason::Duplicate)
    }

    fn within_total(&mut self, inputs: Vec<TestInput>) -> Vec<TestInput> {
        let mut bytes_left = self.rules.max_total_bytes;
        let mut kept = Vec::new();
        for input in inputs {
            if let Some(left) = bytes_left.checked_sub(input.input.len()) {
                bytes_left = left;
                kept.push(input);
            } else {
                let (source, reason) = (input.source, InputRejectionReason::TooLarge);
                self.rejections.push(InputRejection { source, reason });
            }
        }
        kept
    }
}

/// The bytes a program reads; the last line has an end too.
fn bytes(input: &str) -> Vec<u8> {
    let mut bytes = input.as_bytes().to_vec();
    if bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use synthsmith_corpus::{InputSource, TestInput};

    use super::{InputRejection, InputRejectionReason, InputRules, select};
    use crate::draft::Draft;

    fn drafts(inputs: &[&str]) -> Vec<Draft> {
        let draft = |input: &&str| Draft {
            input: (*input).to_owned(),
            description: String::new(),
        };
        inputs.iter().map(draft).collect()
    }

    fn numbered(prefix: &str, count: usize) -> Vec<Draft> {
        let inputs: Vec<String> = (0..count).map(|n| format!("{prefix}{n}")).collect();
        drafts(&inputs.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn from_prompt(inputs: &[TestInput]) -> usize {
        inputs
            .iter()
            .filter(|input| input.source == InputSource::Prompt)
            .count()
    }

    #[test]
    fn the_prompt_gives_its_share_and_fills_gaps() {
        for (listed, printed, count, expected) in [
            (15, 50, 20, (8, 12)),
            (15, 10, 20, (10, 10)),
            (15, 0, 20, (15, 0)),
            (0, 50, 20, (0, 20)),
            (3, 50, 20, (3, 17)),
            (15, 50, 2, (1, 1)),
            (15, 50, 1, (1, 0)),
            (15, 15, 15, (6, 9)),
        ] {
            let (inputs, rejections) = select(
                numbered("p", listed),
                numbered("g", printed),
                count,
                InputRules::default(),
            );
            let by_prompt = from_prompt(&inputs);
            assert_eq!(
                (by_prompt, inputs.len() - by_prompt),
                expected,
                "{listed} {printed} {count}"
            );
            assert!(
                inputs[..by_prompt]
                    .iter()
                    .all(|input| input.source == InputSource::Prompt)
            );
            assert_eq!(rejections, []);
        }
    }

    #[test]
    fn drops_duplicates_blanks_and_giants_with_a_reason() {
        use InputRejectionReason as Reason;
        use InputSource::{Generator, Prompt};
        let rules = InputRules {
            max_input_bytes: 4,
            ..InputRules::default()
        };
        let listed = drafts(&["1", "1\n", " \n", "12345"]);
        let printed = drafts(&["1", "2", ""]);
        let (inputs, rejections) = select(listed, printed, 10, rules);
        let bytes: Vec<_> = inputs.iter().map(|input| input.input.as_slice()).collect();
        assert_eq!(bytes, [b"1\n", b"2\n"]);
        let rejected = |source, reason| InputRejection { source, reason };
        let expected = [
            rejected(Prompt, Reason::Duplicate),
            rejected(Prompt, Reason::ReplyUnreadable),
            rejected(Prompt, Reason::TooLarge),
            rejected(Generator, Reason::Duplicate),
            rejected(Generator, Reason::GeneratorUnreadable),
        ];
        assert_eq!(rejections, expected);
    }

    #[test]
    fn all_inputs_together_are_bounded() {
        let rules = InputRules {
            max_total_bytes: 5,
            ..InputRules::default()
        };
        let (inputs, rejections) = select(drafts(&["1", "22", "333", "4"]), Vec::new(), 9, rules);
        assert_eq!(inputs.len(), 2);
        assert_eq!(rejections.len(), 2);
    }

    proptest! {
        #[test]
        fn inputs_are_distinct_bounded_and_end_with_a_line(
            listed in prop::collection::vec("[ab\n]{0,3}", 0..12),
            printed in prop::collection::vec("[ab\n]{0,3}", 0..12),
            count in 1..12_usize,
        ) {
            let as_drafts = |inputs: &[String]| drafts(&inputs.iter().map(String::as_str).collect::<Vec<_>>());
            let (inputs, rejections) =
                select(as_drafts(&listed), as_drafts(&printed), count, InputRules::default());
            prop_assert!(inputs.len() <= count);
            prop_assert!(inputs.len() + rejections.len() <= listed.len() + printed.len());
            for (position, input) in inputs.iter().enumerate() {
                prop_assert!(input.input.ends_with(b"\n"));
                prop_assert!(inputs[..position].iter().all(|other| other.input != input.input));
            }
        }
    }
}
