//! `report.json`: what a run came to, and what it took.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clients::Usage;
use crate::progress::{FunnelStage, Progress};
use crate::store::RunRow;

/// The report of a run; unlike `data/`, it tells times and costs.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    run: String,
    state: &'static str,
    seed: i64,
    attempted: u64,
    accepted: u64,
    rejected: BTreeMap<String, u64>,
    /// Leaves of the grown feature tree.
    features: u64,
    funnel: Vec<FunnelStage>,
    model_calls: u64,
    paid_twice_upper_bound: u64,
    tokens: Tokens,
    cost_usd: f64,
    seconds: BTreeMap<String, f64>,
    versions: BTreeMap<&'static str, &'static str>,
    fingerprint: String,
}

#[derive(Debug, Serialize)]
struct Tokens {
    prompt: u64,
    completion: u64,
}

impl Report {
    pub(crate) fn new(
        run: &RunRow,
        progress: Progress,
        features: u64,
        usage: Usage,
        busy: Vec<(String, f64)>,
    ) -> Self {
        let mut seconds: BTreeMap<String, f64> = busy.into_iter().collect();
        if let Some(ended_ms) = run.ended_ms {
            let wall = (ended_ms - run.created_ms) as f64 / 1000.0;
            seconds.insert("wall".to_owned(), wall);
        }
        Self {
            run: run.id.clone(),
            state: run.state.as_str(),
            seed: run.spec.seed,
            attempted: progress.committed,
            accepted: progress.accepted,
            rejected: progress.rejections,
            features,
            funnel: progress.funnel,
            model_calls: usage.answers,
            paid_twice_upper_bound: usage.paid_twice_upper_bound,
            tokens: Tokens {
                prompt: usage.prompt_tokens,
                completion: usage.completion_tokens,
            },
            cost_usd: usage.cost_usd,
            seconds,
            versions: BTreeMap::from([("synthsmith", env!("CARGO_PKG_VERSION"))]),
            fingerprint: run.fingerprint.clone(),
        }
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("a report is plain data");
        json.push(b'\n');
        json
    }
}
