//! The settings of the teacher, with defaults under which most tasks survive eight candidates.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Everything an answer contains follows from this, the prompt and the request's seed.
    pub seed: u64,
    /// Which tasks are written. Tasks of either kind are solved and tested in both.
    pub profile: Profile,
    /// If set, requests must carry it as a bearer token.
    pub api_key: Option<String>,
    pub mistakes: Mistakes,
    pub faults: Faults,
    /// Chat requests answered at once; more wait for a free place.
    pub max_in_flight: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            profile: Profile::Standard,
            api_key: None,
            mistakes: Mistakes::default(),
            faults: Faults::default(),
            max_in_flight: 64,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Tasks of a contest.
    Standard,
    /// Tasks that a model of less than a million parameters can learn, and answers without reasoning.
    Micro,
}

/// How often the content errs; each rate lies between 0 and 1.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mistakes {
    /// A solution is wrong in a way of its own.
    pub wrong_independent: f64,
    /// A task misleads: several of its solutions share one mistake.
    pub wrong_shared: f64,
    /// Of the solutions of a misleading task, the share that makes the mistake.
    pub shared_reach: f64,
    /// A solution runs far beyond any limit on larger inputs.
    pub slow: f64,
    pub crash: f64,
    pub syntax: f64,
    pub no_code: f64,
    pub two_blocks: f64,
    pub truncated_json: f64,
    /// JSON comes between sentences instead of alone.
    pub json_in_prose: f64,
    /// The answer is preceded by its reasoning.
    pub think: f64,
    pub refusal: f64,
    /// Some test inputs break the rules of the statement.
    pub invalid_inputs: f64,
    /// A worked sample in the statement shows a wrong output.
    pub wrong_sample: f64,
}

impl Default for Mistakes {
    fn default() -> Self {
        Self {
            wrong_independent: 0.12,
            wrong_shared: 0.03,
            shared_reach: 0.6,
            slow: 0.04,
            crash: 0.03,
            syntax: 0.03,
            no_code: 0.02,
            two_blocks: 0.02,
            truncated_json: 0.02,
            json_in_prose: 0.15,
            think: 0.4,
            refusal: 0.01,
            invalid_inputs: 0.02,
            wrong_sample: 0.03,
        }
    }
}

impl Mistakes {
    /// No mistakes at all, as a measuring tool wants it.
    pub fn none() -> Self {
        Self {
            wrong_independent: 0.0,
            wrong_shared: 0.0,
            shared_reach: 0.0,
            slow: 0.0,
            crash: 0.0,
            syntax: 0.0,
            no_code: 0.0,
            two_blocks: 0.0,
            truncated_json: 0.0,
            json_in_prose: 0.0,
            think: 0.0,
            refusal: 0.0,
            invalid_inputs: 0.0,
            wrong_sample: 0.0,
        }
    }
}

/// Trouble on the way; drawn anew for each attempt, so none of it repeats for ever.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every answer waits between these two times.
    pub latency_min_ms: u64,
    pub latency_max_ms: u64,
    pub rate_429: f64,
    /// What the refusal asks the caller to wait.
    pub retry_after_seconds: u64,
    pub rate_500: f64,
    /// The request is accepted and not answered for `hang_seconds`.
    pub rate_hang: f64,
    pub hang_seconds: u64,
    /// The connection breaks off in the middle of the answer.
    pub rate_drop: f64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            latency_min_ms: 0,
            latency_max_ms: 0,
            rate_429: 0.0,
            retry_after_seconds: 1,
            rate_500: 0.0,
            rate_hang: 0.0,
            hang_seconds: 120,
            rate_drop: 0.0,
        }
    }
}
