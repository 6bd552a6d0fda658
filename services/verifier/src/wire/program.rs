//! Programs, and the functions that are called in them.

use bytes::Bytes;
use synthsmith_proto::corpus::v1 as pb;
use synthsmith_sandbox::{Isolation, Language, Limits};

use super::{Decoder, names};
use crate::kept::Source;
use crate::program::Program;

/// A program of a known language and of a size that is allowed.
#[derive(Debug)]
pub(super) struct Checked {
    language: Language,
    source: Source,
}

impl Checked {
    pub(super) fn into_source(self) -> Source {
        self.source
    }

    pub(super) fn within(self, limits: Limits) -> Program {
        Program {
            language: self.language,
            source: self.source.text,
            limits,
            isolation: Isolation::Container,
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
        let source = Source {
            language: program.language,
            text: Bytes::from(program.source),
        };
        let size = source.text.len();
        self.violations
            .require(size > 0, &source_field, "is required");
        let max_bytes = self.config.max_source_bytes;
        self.at_most(&source_field, size, max_bytes, "max_source_bytes");
        self.in_language(&format!("{field}.language"), source)
    }

    pub(super) fn in_language(&mut self, field: &str, source: Source) -> Option<Checked> {
        let language = self.language(field, &source.language)?;
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
        let text = std::str::from_utf8(&program.source.text).expect("sources come as text");
        let text = program.language.called(text, function);
        if text.is_none() {
            let able = self.config.languages.iter();
            let able = able.filter(|(_, language)| language.call.is_some());
            let able: Vec<&str> = able.map(|(name, _)| name.as_str()).collect();
            let able = able.join(", ");
            let reason = format!("cannot be called in this language, but in {able}");
            self.violations.add("function", reason);
        }
        let source = Source {
            text: Bytes::from(text?),
            language: program.source.language,
        };
        Some(Checked { source, ..program })
    }
}
