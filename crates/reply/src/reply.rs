//! A reply, its reasoning parted from its answer.

use serde_json::{Map, Value};

use crate::{Error, Language, Part, code, json, refusal, thinking};

/// A model's reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    reasoning: String,
    answer: String,
    breaks_off_in: Option<Part>,
}

// === impl Reply ===

impl Reply {
    /// Parts `content` into reasoning and answer.
    ///
    /// `reasoning` is what the endpoint gave apart from the content; empty where it does not. It
    /// comes first, before any reasoning found in the content. Line ends become `\n`.
    pub fn read(content: &str, reasoning: &str) -> Self {
        let parted = thinking::part(&normalised(content));
        let reasoning: Vec<&str> = [reasoning.trim(), parted.reasoning.trim()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        Self {
            reasoning: reasoning.join("\n\n"),
            answer: parted.answer.trim().to_owned(),
            breaks_off_in: parted.breaks_off_in,
        }
    }

    /// What the model thought; empty if it did not, or kept it to itself.
    pub fn reasoning(&self) -> &str {
        &self.reasoning
    }

    /// What the model said, without the reasoning.
    pub fn answer(&self) -> &str {
        &self.answer
    }

    /// Whether there is reasoning and it came to its end.
    pub fn has_complete_reasoning(&self) -> bool {
        !self.reasoning.is_empty() && self.breaks_off_in != Some(Part::Reasoning)
    }

    /// The one program of the answer.
    ///
    /// Blocks whose tag says that they are no program (`text`, `bash`, `console`, ...) are passed
    /// over. Of the others there must be exactly one, closed and tagged as `expected`. A block
    /// without a tag is taken only if it is the only block of the answer. Code outside fences,
    /// `<code>` elements included, is no code block.
    pub fn code_block(&self, expected: Language) -> Result<String, Error> {
        self.check_answered()?;
        code::block(&self.answer, expected).map_err(|error| self.refused_or(error))
    }

    /// The last program of the answer, where there may be several, as benchmarks take it.
    ///
    /// Blocks that are tagged as something else than `expected` are passed over; one without a tag counts. The last block
    /// must be closed. An `<answer>` element may be open at its end.
    pub fn last_code_block(&self, expected: Language) -> Result<String, Error> {
        match self.breaks_off_in {
            Some(part @ Part::Reasoning) => return Err(Error::Truncated(part)),
            _ if self.answer.is_empty() => return Err(Error::NoAnswer),
            _ => {}
        }
        code::last_block(&self.answer, expected).map_err(|error| self.refused_or(error))
    }

    /// The one JSON object of the answer.
    ///
    /// It is looked for in the whole answer if that begins with a brace, else between `<begin>`
    /// and `<end>`, else in the one fence tagged `json`, else in the prose, where an object begins
    /// at a brace followed by a quote. Wherever it is looked for, there must be exactly one. Only
    /// strict JSON counts: duplicate keys, comments, trailing commas, single quotes and `NaN` are
    /// malformed.
    pub fn json_object(&self) -> Result<Map<String, Value>, Error> {
        self.check_answered()?;
        json::object(&self.answer).map_err(|error| self.refused_or(error))
    }

    /// Whether the answer is a short text without code or JSON that declines the request.
    pub fn is_refusal(&self) -> bool {
        refusal::is_refusal(&self.answer)
    }

    fn check_answered(&self) -> Result<(), Error> {
        match self.breaks_off_in {
            Some(part) => Err(Error::Truncated(part)),
            None if self.answer.is_empty() => Err(Error::NoAnswer),
            None => Ok(()),
        }
    }

    /// A refusal explains an empty-handed search better than the search does.
    fn refused_or(&self, error: Error) -> Error {
        match error {
            Error::NoCode | Error::NoObject if self.is_refusal() => Error::Refused,
            other => other,
        }
    }
}

fn normalised(content: &str) -> String {
    let content = content.trim_start_matches('\u{feff}');
    content.replace("\r\n", "\n")
}
