//! All that decides the grades of an evaluation, and its fingerprint.

use serde::{Deserialize, Serialize};

use crate::grading::{self, Options};
use crate::problem::Tests;
use crate::prompt::prompt_fingerprint;
use crate::{Benchmark, Problem};

/// What was evaluated, on what, and how. How many samples are taken is no part of it: more can be added later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub model: String,
    pub sampling: Sampling,
    pub benchmark: Benchmark,
    /// The digest of the problems, see [`ProblemsDigest`].
    pub problems: String,
    pub grading: Options,
}

/// How the model samples; `None` leaves it to the endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    pub temperature: f64,
    pub top_p: Option<f64>,
    pub top_k: Option<u32>,
    /// Reasoning included.
    pub max_tokens: u32,
    pub seed: i64,
}

/// Digests problems as they are read: all that is asked of a model and all that decides its grades.
#[derive(Debug, Default)]
pub struct ProblemsDigest(blake3::Hasher);

// === impl Settings ===

impl Settings {
    /// BLAKE3 in hex of the settings, the prompts and what is put around solutions.
    pub fn fingerprint(&self) -> String {
        let settings = serde_json::to_string(self).expect("settings have text keys only");
        let mut hasher = blake3::Hasher::new();
        for part in [&settings, &prompt_fingerprint(), &grading::fingerprint()] {
            add(&mut hasher, part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

// === impl Sampling ===

impl Sampling {
    /// The temperature where nobody says: of one sample that of the likeliest answer, of several what the paper samples
    /// with.
    pub fn usual_temperature(samples: u32) -> f64 {
        if samples == 1 { 0.0 } else { 0.6 }
    }
}

// === impl ProblemsDigest ===

impl ProblemsDigest {
    /// That of all of them.
    pub fn of(problems: &[Problem]) -> String {
        let mut digest = Self::default();
        for problem in problems {
            digest.add(problem);
        }
        digest.finish()
    }

    pub fn add(&mut self, problem: &Problem) {
        let hasher = &mut self.0;
        for text in [&problem.id, &problem.statement, &problem.starter_code] {
            add(hasher, text.as_bytes());
        }
        let function = problem.entry_point().map_or("", |it| it.name.as_str());
        add(hasher, function.as_bytes());
        match &problem.tests {
            Tests::Cases { public, private } => {
                for cases in [public, private] {
                    hasher.update(&(cases.len() as u64).to_le_bytes());
                    for case in cases {
                        add(hasher, &case.input);
                        add(hasher, &case.expected_output);
                    }
                }
            }
            Tests::Program(program) => {
                hasher.update(&u64::MAX.to_le_bytes());
                for text in std::iter::once(&program.preamble).chain(&program.steps) {
                    add(hasher, text.as_bytes());
                }
            }
        }
    }

    pub fn finish(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

fn add(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{called, case, completed, read, settings};

    #[test]
    fn whatever_decides_grades_changes_the_fingerprint() {
        let fingerprint = settings().fingerprint();
        assert_eq!(settings().fingerprint(), fingerprint);
        let changes: [fn(&mut Settings); 6] = [
            |it| it.model.push('x'),
            |it| it.sampling.temperature = 0.7,
            |it| it.sampling.seed += 1,
            |it| it.problems.push('x'),
            |it| it.benchmark = Benchmark::Apps,
            |it| it.grading.cpu_time_ms += 1,
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut other = settings();
            change(&mut other);
            assert_ne!(other.fingerprint(), fingerprint, "{index}");
        }
    }

    #[test]
    fn other_problems_have_another_digest() {
        let mut other_test = read("a");
        other_test.tests = Tests::Cases {
            public: Vec::new(),
            private: vec![case("1\n", "2\n"), case("2\n", "4\n")],
        };
        let sets = [
            vec![],
            vec![read("a")],
            vec![read("b")],
            vec![read("a"), read("b")],
            vec![read("b"), read("a")],
            vec![called("f")],
            vec![called("g")],
            vec![completed("f")],
            vec![other_test],
        ];
        for (index, set) in sets.iter().enumerate() {
            assert!(
                sets[..index]
                    .iter()
                    .all(|it| ProblemsDigest::of(it) != ProblemsDigest::of(set)),
                "{index}"
            );
        }
    }
}
