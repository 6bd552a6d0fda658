//! Keeps programs and test suites in memory, so that requests can name them by their digests.
//!
//! A request by digest sends a suite's bytes once and not once per candidate, and all judgements share them. What is
//! kept is bounded in bytes; where something new needs room, what was not used for longest goes. Nobody may count on
//! it: who is told that a digest is unknown puts the thing again.

mod digest;
mod shelf;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::judge::Test;
use crate::metrics;
pub use digest::Digest;
use shelf::Shelf;

/// What the entry of a thing takes beside its content: digest, links, a slot of the table, reference counts.
const ENTRY_BYTES: usize = 256;
/// What a test takes beside its input and its expected output, which are two pieces of memory of their own.
const TEST_BYTES: usize = size_of::<Test>() + 2 * 64;

#[derive(Debug, Clone)]
pub struct Kept {
    shelf: Arc<Mutex<Shelf<Thing>>>,
}

#[derive(Debug)]
enum Thing {
    Source(Source),
    Tests(Arc<[Test]>),
}

/// A program as it is put: in a language, without limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name of the language.
    pub language: String,
    pub text: Bytes,
}

/// A test suite as it is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// One per test; part of the digest, and not kept.
    pub ids: Vec<String>,
    pub tests: Arc<[Test]>,
}

// === impl Kept ===

impl Kept {
    pub fn new(max_bytes: u64) -> Self {
        let shelf = Shelf::new(max_bytes);
        Self {
            shelf: Arc::new(Mutex::new(shelf)),
        }
    }

    pub async fn put_source(&self, source: Source) -> Digest {
        let digest = Digest::of_source(&source).await;
        let bytes = source.size_bytes();
        self.put(digest, Thing::Source(source), bytes);
        digest
    }

    pub async fn put_suite(&self, suite: Suite) -> Digest {
        let digest = Digest::of_suite(&suite).await;
        let bytes = suite.size_bytes();
        self.put(digest, Thing::Tests(suite.tests), bytes);
        digest
    }

    pub fn source(&self, digest: &Digest) -> Option<Source> {
        let source = match self.lock().get(digest) {
            Some(Thing::Source(source)) => Some(source.clone()),
            _ => None,
        };
        metrics::kept_lookup(source.is_some());
        source
    }

    pub fn tests(&self, digest: &Digest) -> Option<Arc<[Test]>> {
        let tests = match self.lock().get(digest) {
            Some(Thing::Tests(tests)) => Some(Arc::clone(tests)),
            _ => None,
        };
        metrics::kept_lookup(tests.is_some());
        tests
    }

    /// Whether there is such a suite, which has been used now.
    pub fn has_tests(&self, digest: &Digest) -> bool {
        let has = matches!(self.lock().get(digest), Some(Thing::Tests(_)));
        if !has {
            metrics::kept_lookup(has);
        }
        has
    }

    fn put(&self, digest: Digest, thing: Thing, bytes: u64) {
        let gone = {
            let mut locked = self.lock();
            let gone = locked.put(digest, thing, bytes);
            metrics::kept(locked.bytes(), gone.len());
            gone
        };
        // Freeing much takes a while, and others need not wait for it.
        drop(gone);
    }

    fn lock(&self) -> MutexGuard<'_, Shelf<Thing>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Source ===

impl Source {
    /// What it takes to keep it.
    pub fn size_bytes(&self) -> u64 {
        (ENTRY_BYTES + self.language.len() + self.text.len()) as u64
    }
}

// === impl Suite ===

impl Suite {
    /// What it takes to keep it.
    pub fn size_bytes(&self) -> u64 {
        let tests = self.tests.iter();
        let tests: usize = tests
            .map(|test| TEST_BYTES + test.input.len() + test.expected_output.len())
            .sum();
        (ENTRY_BYTES + tests) as u64
    }
}
