//! What a run shall do, and the fingerprint of all that decides its output.

use serde::{Deserialize, Serialize};

/// Grows when the same specification begins to mean another output.
const FINGERPRINT_SCHEME: &str = "synthsmith-run-1";

/// What a run shall do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSpec {
    pub item_count: u64,
    /// 0 attempts all items.
    pub accepted_count: u64,
    pub seed: i64,
    pub candidate_count: u32,
    pub test_count: u32,
    pub evolution_rounds: u32,
    pub evolution_steps: u32,
    /// 0 takes the orchestrator's setting; never part of the fingerprint.
    pub concurrency: u32,
    /// Digest of the settings of all services, made by the client.
    pub configuration_digest: String,
}

/// One code sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSample {
    pub id: String,
    pub language: String,
    pub code: String,
    pub source: String,
    pub license: String,
}

impl RunSpec {
    /// BLAKE3 in hex over all that decides the output: how many work at a time does not.
    pub fn fingerprint(&self, samples_digest: &str, rules: &str) -> String {
        let timeless = Self {
            concurrency: 0,
            ..self.clone()
        };
        let spec = serde_json::to_string(&timeless).expect("a specification is plain data");
        let mut hasher = blake3::Hasher::new();
        for part in [FINGERPRINT_SCHEME, &spec, samples_digest, rules] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Whether both ask for the same output.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.fingerprint("", "") == other.fingerprint("", "")
    }
}

/// Digest of samples, one after the other.
#[derive(Debug, Default)]
pub struct SamplesDigest(blake3::Hasher);

impl SamplesDigest {
    pub fn add(&mut self, sample: &CodeSample) {
        for part in [&sample.id, &sample.language, &sample.code] {
            self.0.update(&(part.len() as u64).to_le_bytes());
            self.0.update(part.as_bytes());
        }
    }

    pub fn finish(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> RunSpec {
        RunSpec {
            item_count: 10,
            accepted_count: 0,
            seed: 1,
            candidate_count: 8,
            test_count: 15,
            evolution_rounds: 1,
            evolution_steps: 4,
            concurrency: 1,
            configuration_digest: String::new(),
        }
    }

    #[test]
    fn concurrency_does_not_change_the_fingerprint_and_all_else_does() {
        let base = spec().fingerprint("s", "r");
        let faster = RunSpec {
            concurrency: 64,
            ..spec()
        };
        assert_eq!(faster.fingerprint("s", "r"), base);
        let other_seed = RunSpec { seed: 2, ..spec() };
        assert_ne!(other_seed.fingerprint("s", "r"), base);
        assert_ne!(spec().fingerprint("t", "r"), base);
        assert_ne!(spec().fingerprint("s", "q"), base);
    }
}
