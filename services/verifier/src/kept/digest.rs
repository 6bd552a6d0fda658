//! Names of programs and test suites that follow from their content.
//!
//! BLAKE3 of a sequence of parts, each with its length before it as eight bytes, the lowest first: "program", the name of
//! the language and the source; or "suite" and, for each test, its id, its input and its expected output. So two
//! different things never have the same bytes. It is part of the contract with clients that make digests themselves.

use std::fmt;
use std::str::FromStr;

use blake3::{Hash, Hasher};
use tokio::task::yield_now;

use super::{Source, Suite};

const PREFIX: &str = "blake3:";
/// Digesting more than this in one go keeps a thread of the executor busy for too long.
const LARGEST_IN_PASSING_BYTES: usize = 256 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(Hash);

/// A text that is no digest.
#[derive(Debug, thiserror::Error)]
#[error("must be {PREFIX} and 64 hexadecimal digits in lower case, as it was returned")]
pub struct NoDigest;

struct Parts {
    hasher: Hasher,
    /// Since others had their turn.
    bytes: usize,
}

// === impl Digest ===

impl Digest {
    pub(super) async fn of_source(source: &Source) -> Self {
        let mut parts = Parts::new("program").await;
        parts.add(source.language.as_bytes()).await;
        parts.add(&source.text).await;
        parts.finish()
    }

    pub(super) async fn of_suite(suite: &Suite) -> Self {
        let mut parts = Parts::new("suite").await;
        for (id, test) in suite.ids.iter().zip(suite.tests.iter()) {
            parts.add(id.as_bytes()).await;
            parts.add(&test.input).await;
            parts.add(&test.expected_output).await;
        }
        parts.finish()
    }

    #[cfg(test)]
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0.to_hex())
    }
}

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let digits = text.strip_prefix(PREFIX).ok_or(NoDigest)?;
        if digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(NoDigest);
        }
        Hash::from_hex(digits).map(Self).map_err(|_| NoDigest)
    }
}

// === impl Parts ===

impl Parts {
    async fn new(kind: &str) -> Self {
        let mut parts = Self {
            hasher: Hasher::new(),
            bytes: 0,
        };
        parts.add(kind.as_bytes()).await;
        parts
    }

    async fn add(&mut self, part: &[u8]) {
        self.hasher.update(&(part.len() as u64).to_le_bytes());
        for piece in part.chunks(LARGEST_IN_PASSING_BYTES) {
            self.hasher.update(piece);
            self.bytes += piece.len();
            if self.bytes >= LARGEST_IN_PASSING_BYTES {
                self.bytes = 0;
                yield_now().await;
            }
        }
    }

    fn finish(self) -> Digest {
        Digest(self.hasher.finalize())
    }
}
