//! The format rules of a statement: what every style asks, and what each asks on its own.

use serde::{Deserialize, Serialize};
use synthsmith_corpus::{Sample, Style};
use synthsmith_prompt::closes;

use crate::markdown::{Section, sections};
use crate::samples::{self, SampleFault};

/// Longer statements are no contest problems, and no model was asked for one.
const MAX_STATEMENT_BYTES: usize = 64 << 10;

/// How long a statement must be, and how many examples it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatementRules {
    /// Words, that is, runs of characters other than white space; a token is about three quarters of one.
    pub min_words: usize,
    pub max_words: usize,
    /// Examples that can be read as input and output.
    pub min_samples: usize,
}

/// The first rule that a statement breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    #[error("the statement has {bytes} bytes, more than {MAX_STATEMENT_BYTES}")]
    TooLarge { bytes: usize },
    #[error("the statement holds control characters")]
    ControlCharacters,
    #[error("the statement holds the closing tag of a prompt's slot")]
    ClosesTag,
    #[error("the statement does not begin with a title")]
    NoTitle,
    #[error("there is no section {heading:?}")]
    NoSection { heading: &'static str },
    #[error("the section {heading:?} is empty")]
    EmptySection { heading: &'static str },
    #[error("the constraints are no list")]
    ConstraintsNotListed,
    #[error("the constraints name none of the arguments")]
    ConstraintsOnOtherNames,
    #[error("the statement has {words} words, not {min} to {max}")]
    Length {
        words: usize,
        min: usize,
        max: usize,
    },
    #[error("{0}")]
    Samples(SampleFault),
    #[error("there are {found} examples, fewer than {min}")]
    TooFewSamples { found: usize, min: usize },
}

// === impl StatementRules ===

impl Default for StatementRules {
    fn default() -> Self {
        Self {
            min_words: 80,
            max_words: 3_000,
            min_samples: 2,
        }
    }
}

impl StatementRules {
    /// The examples of a statement that keeps all rules of its style.
    pub fn check(&self, statement: &str, style: Style) -> Result<Vec<Sample>, StatementFault> {
        check_text(statement)?;
        let sections = sections(statement, 2);
        check_title(&sections)?;
        for heading in required(style) {
            check_section(&sections, heading)?;
        }
        check_constraints(&sections, statement, style)?;
        self.check_length(statement)?;
        let samples = samples::samples(statement, style).map_err(StatementFault::Samples)?;
        if samples.len() < self.min_samples {
            return Err(StatementFault::TooFewSamples {
                found: samples.len(),
                min: self.min_samples,
            });
        }
        Ok(samples)
    }

    fn check_length(&self, statement: &str) -> Result<(), StatementFault> {
        let words = statement.split_whitespace().count();
        if (self.min_words..=self.max_words).contains(&words) {
            return Ok(());
        }
        Err(StatementFault::Length {
            words,
            min: self.min_words,
            max: self.max_words,
        })
    }
}

/// The headings that a style cannot do without; a heading may go on, as in `Example 1`.
fn required(style: Style) -> &'static [&'static str] {
    match style {
        Style::Codeforces => &["Input", "Output", "Example"],
        Style::Leetcode => &["Input", "Example", "Constraints"],
        Style::Atcoder => &[
            "Constraints",
            "Input",
            "Output",
            "Sample Input",
            "Sample Output",
        ],
    }
}

fn check_text(statement: &str) -> Result<(), StatementFault> {
    let bytes = statement.len();
    if bytes > MAX_STATEMENT_BYTES {
        return Err(StatementFault::TooLarge { bytes });
    }
    if statement
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(StatementFault::ControlCharacters);
    }
    // The solver and the test generator show the statement in a slot of this name.
    if closes("task", statement) {
        return Err(StatementFault::ClosesTag);
    }
    Ok(())
}

fn check_title(sections: &[Section<'_>]) -> Result<(), StatementFault> {
    let is_title = |section: &Section<'_>| section.level == 1 && !section.heading.is_empty();
    let titles = sections.iter().filter(|section| section.level == 1).count();
    if titles == 1 && sections.first().is_some_and(is_title) {
        return Ok(());
    }
    Err(StatementFault::NoTitle)
}

fn check_section(sections: &[Section<'_>], heading: &'static str) -> Result<(), StatementFault> {
    let section = find(sections, heading).ok_or(StatementFault::NoSection { heading })?;
    if section.body.trim().is_empty() {
        return Err(StatementFault::EmptySection { heading });
    }
    Ok(())
}

fn find<'s, 'a>(sections: &'s [Section<'a>], heading: &str) -> Option<&'s Section<'a>> {
    sections
        .iter()
        .find(|section| section.level == 2 && is_headed(section, heading))
}

/// `Example` heads `Example`, `Examples` and `Example 1`, but `Input` does not head `Input Format X`.
fn is_headed(section: &Section<'_>, heading: &str) -> bool {
    let rest = section.heading.strip_prefix(heading);
    rest.is_some_and(|rest| {
        rest.chars()
            .all(|c| c == 's' || c == ' ' || c.is_ascii_digit())
    })
}

fn check_constraints(
    sections: &[Section<'_>],
    statement: &str,
    style: Style,
) -> Result<(), StatementFault> {
    let Some(constraints) = find(sections, "Constraints").filter(|_| style != Style::Codeforces)
    else {
        return Ok(());
    };
    let is_bullet = |line: &str| line.trim_start().starts_with(['-', '*']);
    if !constraints.body.lines().any(is_bullet) {
        return Err(StatementFault::ConstraintsNotListed);
    }
    let names = samples::argument_names(statement);
    let words = constraints
        .body
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    if style == Style::Leetcode
        && !names.is_empty()
        && !words.into_iter().any(|word| names.contains(&word))
    {
        return Err(StatementFault::ConstraintsOnOtherNames);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
