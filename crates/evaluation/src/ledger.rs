//! The samples that are finished, so that an evaluation can go on after a crash without doing any of them again.
//!
//! JSON Lines, only ever appended to. The first line names the evaluation by its fingerprint. A last line without its end
//! was torn by a crash and is as if it were not there.

mod entry;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::records::Place;
use crate::statistics::{Attempts, Sample};
use crate::{Error, Problem};

pub use entry::{Entry, Finished, reply_digest};

const VERSION: u32 = 1;
/// An id is at most a part of a record; longer lines are none of ours.
const MAX_LINE_BYTES: usize = 1 << 20;

/// The finished samples by problem and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    fingerprint: String,
    entries: BTreeMap<String, BTreeMap<u32, Entry>>,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    ledger: u32,
    fingerprint: String,
}

// === impl Ledger ===

impl Ledger {
    pub fn new(fingerprint: String) -> Self {
        Self {
            fingerprint,
            entries: BTreeMap::new(),
        }
    }

    /// Reads a ledger back, and how many of its bytes are whole lines: what is after them has to be cut off before
    /// anything is appended. 0 if there is not even a first line.
    pub fn read(
        mut reader: impl BufRead,
        file: &str,
        fingerprint: String,
    ) -> Result<(Self, u64), Error> {
        let mut ledger = Self::new(fingerprint);
        let file: Arc<str> = Arc::from(file);
        let (mut line, mut whole_bytes) = (0, 0);
        loop {
            line += 1;
            let place = Place {
                file: Arc::clone(&file),
                line,
            };
            let text = next_line(&mut reader).map_err(|source| Error::Read {
                place: place.clone(),
                source,
            })?;
            if text.last() != Some(&b'\n') {
                let is_torn = line > 1 || ledger.header().as_bytes().starts_with(&text);
                let version = VERSION;
                return if is_torn {
                    Ok((ledger, whole_bytes))
                } else {
                    Err(Error::LedgerHeader { place, version })
                };
            }
            if line == 1 {
                ledger.check(&text, place)?;
            } else {
                let entry = serde_json::from_slice(&text)
                    .map_err(|source| Error::LedgerEntry { place, source })?;
                ledger.insert(entry)?;
            }
            whole_bytes += text.len() as u64;
        }
    }

    /// The first line, with its end.
    pub fn header(&self) -> String {
        let header = Header {
            ledger: VERSION,
            fingerprint: self.fingerprint.clone(),
        };
        line(&header)
    }

    /// Takes a finished sample and gives the line to append, with its end; none where the entry is there already.
    ///
    /// Refuses one that contradicts what is there.
    pub fn add(&mut self, entry: Entry) -> Result<Option<String>, Error> {
        let text = line(&entry);
        Ok(self.insert(entry)?.then_some(text))
    }

    pub fn contains(&self, problem: &str, sample: u32) -> bool {
        self.entry(problem, sample).is_some()
    }

    pub fn entry(&self, problem: &str, sample: u32) -> Option<&Entry> {
        self.entries.get(problem)?.get(&sample)
    }

    /// The samples of a problem that are there, in the order of their numbers.
    pub fn attempts(&self, problem: &Problem) -> Attempts {
        let entries = self.entries.get(&problem.id);
        let entries = entries.into_iter().flat_map(BTreeMap::values);
        let sample = |entry: &Entry| Sample {
            grade: entry.grade.into(),
            tokens: entry.tokens,
        };
        Attempts::new(problem, entries.map(sample).collect())
    }

    fn check(&self, text: &[u8], place: Place) -> Result<(), Error> {
        let header = serde_json::from_slice::<Header>(text).ok();
        let Some(header) = header.filter(|header| header.ledger == VERSION) else {
            return Err(Error::LedgerHeader {
                place,
                version: VERSION,
            });
        };
        if header.fingerprint != self.fingerprint {
            return Err(Error::OtherEvaluation {
                place,
                found: header.fingerprint,
                expected: self.fingerprint.clone(),
            });
        }
        Ok(())
    }

    /// Whether the entry is new.
    fn insert(&mut self, entry: Entry) -> Result<bool, Error> {
        match self.entry(&entry.problem, entry.sample) {
            Some(known) if *known == entry => Ok(false),
            Some(_) => Err(Error::Contradiction {
                id: entry.problem,
                sample: entry.sample,
            }),
            None => {
                let samples = self.entries.entry(entry.problem.clone()).or_default();
                samples.insert(entry.sample, entry);
                Ok(true)
            }
        }
    }
}

/// A line with its end, or what there is of one at the end of the file.
fn next_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let limit = MAX_LINE_BYTES as u64;
    reader.by_ref().take(limit).read_until(b'\n', &mut line)?;
    if line.len() == MAX_LINE_BYTES && line.last() != Some(&b'\n') {
        return Err(io::Error::other("a line is too long"));
    }
    Ok(line)
}

fn line(value: &impl Serialize) -> String {
    let mut line = serde_json::to_string(value).expect("entries and headers have text keys only");
    line.push('\n');
    line
}

#[cfg(test)]
mod tests;
