//! The one gate through which every sample goes.

use std::collections::BTreeSet;

use crate::sample::printable;
use crate::{Language, Limits, Reading, Sample, Skip};

/// Collects samples within limits.
#[derive(Debug)]
pub(crate) struct Intake {
    limits: Limits,
    reading: Reading,
    ids: BTreeSet<String>,
    code_digests: BTreeSet<[u8; 32]>,
}

/// What may become a sample.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) language: Language,
    pub(crate) code: Vec<u8>,
    pub(crate) source: Option<String>,
    pub(crate) license: Option<String>,
}

// === impl Intake ===

impl Intake {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            reading: Reading::default(),
            ids: BTreeSet::new(),
            code_digests: BTreeSet::new(),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether every further candidate would be beyond the limit.
    pub(crate) fn is_full(&self) -> bool {
        self.reading.samples.len() >= self.limits.max_samples
    }

    pub(crate) fn skip(&mut self, reason: Skip, name: &str) {
        self.reading.skipped.add(reason, &printable(name));
    }

    pub(crate) fn offer(&mut self, candidate: Candidate) {
        let id = printable(&candidate.id);
        match self.judge(&id, candidate.code) {
            Ok(code) => self.reading.samples.push(Sample {
                id,
                language: candidate.language,
                code,
                source: candidate.source,
                license: candidate.license,
            }),
            Err(reason) => self.skip(reason, &id),
        }
    }

    pub(crate) fn finish(self) -> Reading {
        self.reading
    }

    fn judge(&mut self, id: &str, code: Vec<u8>) -> Result<String, Skip> {
        if self.is_full() {
            return Err(Skip::BeyondLimit);
        }
        let code = usable(code, &self.limits)?;
        let digest = *blake3::hash(code.as_bytes()).as_bytes();
        if self.code_digests.contains(&digest) {
            return Err(Skip::Duplicate);
        }
        if !self.ids.insert(id.to_owned()) {
            return Err(Skip::DuplicateId);
        }
        self.code_digests.insert(digest);
        Ok(code)
    }
}

fn usable(code: Vec<u8>, limits: &Limits) -> Result<String, Skip> {
    if code.len() > limits.max_code_bytes {
        return Err(Skip::TooLarge);
    }
    if code.contains(&0) {
        return Err(Skip::Binary);
    }
    let code = String::from_utf8(code).map_err(|_| Skip::NotUtf8)?;
    match code.trim().len() {
        0 => Err(Skip::Empty),
        length if length < limits.min_code_bytes => Err(Skip::TooSmall),
        _ => Ok(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        max_samples: 3,
        max_code_bytes: 16,
        min_code_bytes: 4,
        max_row_bytes: 0,
        max_unpacked_bytes: 0,
        max_entries: 0,
    };

    fn candidate(id: &str, code: &[u8]) -> Candidate {
        Candidate {
            id: id.to_owned(),
            language: Language::Python,
            code: code.to_vec(),
            source: None,
            license: None,
        }
    }

    fn reading_of(candidates: &[(&str, &[u8])]) -> Reading {
        let mut intake = Intake::new(LIMITS);
        for (id, code) in candidates {
            intake.offer(candidate(id, code));
        }
        intake.finish()
    }

    #[test]
    fn skips_code_that_is_not_usable_text() {
        let cases: [(&[u8], Skip); 7] = [
            (b"", Skip::Empty),
            (b" \n\t \n", Skip::Empty),
            (b" a=1 \n", Skip::TooSmall),
            (b"0123456789abcdef0", Skip::TooLarge),
            (b"ab\0cdef", Skip::Binary),
            (b"\xff\xfea\0b\0", Skip::Binary),
            (b"caf\xe9 au lait", Skip::NotUtf8),
        ];
        for (code, reason) in cases {
            let reading = reading_of(&[("a.py", code)]);
            assert!(reading.samples.is_empty(), "{code:?}");
            assert_eq!(reading.skipped.counts()[&reason], 1, "{code:?}");
            assert_eq!(reading.skipped.examples()[0].name, "a.py");
        }
    }

    #[test]
    fn keeps_code_at_both_bounds_unchanged() {
        let reading = reading_of(&[("a", b"a=1;"), ("b", b"0123456789abcdef")]);
        let codes: Vec<&str> = reading.samples.iter().map(|it| &*it.code).collect();
        assert_eq!(codes, ["a=1;", "0123456789abcdef"]);
        assert_eq!(reading.skipped.total(), 0);
    }

    #[test]
    fn skips_the_same_code_and_the_same_id() {
        let reading = reading_of(&[("a", b"code one"), ("b", b"code one"), ("a", b"code two")]);
        assert_eq!(reading.samples.len(), 1);
        assert_eq!(reading.skipped.counts()[&Skip::Duplicate], 1);
        assert_eq!(reading.skipped.counts()[&Skip::DuplicateId], 1);
    }

    #[test]
    fn keeps_code_whose_first_bearer_had_a_taken_id() {
        let reading = reading_of(&[("a", b"code one"), ("a", b"code two"), ("b", b"code two")]);
        let ids: Vec<&str> = reading.samples.iter().map(|it| &*it.id).collect();
        assert_eq!(ids, ["a", "b"]);
    }

    #[test]
    fn keeps_the_first_samples_and_counts_the_rest() {
        let codes: Vec<String> = (0..8).map(|index| format!("code {index}")).collect();
        let offers: Vec<(&str, &[u8])> = codes
            .iter()
            .map(|it| (it.as_str(), it.as_bytes()))
            .collect();
        let reading = reading_of(&offers);
        assert_eq!(reading.samples.len(), 3);
        assert_eq!(reading.samples[2].id, "code 2");
        assert_eq!(reading.skipped.counts()[&Skip::BeyondLimit], 5);
    }

    #[test]
    fn makes_ids_and_names_printable() {
        let reading = reading_of(&[("a\x1b[2J.py", b"code one"), ("b\n.py", b"")]);
        assert_eq!(reading.samples[0].id, "a[2J.py");
        assert_eq!(reading.skipped.examples()[0].name, "b.py");
    }
}
