//! Programs, and the functions that are called in them.

use bytes::Bytes;
use synthsmith_proto::corpus::v1 as pb;
use synthsmith_sandbox::{Language, Limits};

use super::{Decoder, names};
use crate::program::Program;

/// A program of a known language and of a size that is allowed.
#[derive(Debug)]
pub(super) struct Checked {
    language: Language,
    source: String,
}

impl Checked {
    pub(super) fn within(self, limits: Limits) -> Program {
        Program {
            language: self.language,
            source: Bytes::from(self.source),
            limits,
        }
    }
}

impl Decoder<'_> {
    pub(super) fn program(&mut self, field: &str, program: Option<pb::Program>) -> Option<Checked> {
        let Some(program) = program else {
            self.violations.add(field, "is required");
            return None;
        };
        let source_field = format!("{field}.source");
        let source = program.source;
        self.violations
            .require(!source.is_empty(), &source_field, "is required");
        let max_bytes = self.config.max_source_bytes;
        self.at_most(&source_field, source.len(), max_bytes, "max_source_bytes");
        let language = self.language(&format!("{field}.language"), &program.language)?;
        Some(Checked { language, source })
    }

    fn language(&mut self, field: &str, name: &str) -> Option<Language> {
        let language = self.config.languages.get(name);
        if language.is_none() {
            let known = self.config.languages.keys().map(String::as_str);
            let known: Vec<&str> = known.collect();
            let known = known.join(", ");
            self.violations.add(field, format!("is not one of {known}"));
        }
        language.cloned()
    }

    /// The program as one that calls the function on its input; as it is where none is named.
    pub(super) fn called(&mut self, program: Option<Checked>, function: &str) -> Option<Checked> {
        if function.is_empty() {
            return program;
        }
        if let Some(flaw) = names::flaw(function) {
            self.violations.add("function", flaw);
            return None;
        }
        let program = program?;
        if names::is_keyword(function, &program.language) {
            self.violations
                .add("function", "is a keyword of the language");
            return None;
        }
        let source = program.language.called(&program.source, function);
        if source.is_none() {
            let able = self.config.languages.iter();
            let able = able.filter(|(_, language)| language.call.is_some());
            let able: Vec<&str> = able.map(|(name, _)| name.as_str()).collect();
            let able = able.join(", ");
            let reason = format!("cannot be called in this language, but in {able}");
            self.violations.add("function", reason);
        }
        Some(Checked {
            source: source?,
            ..program
        })
    }
}
