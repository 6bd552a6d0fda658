//! What the service counts.

use std::time::Duration;

use synthsmith_corpus::{Outcome, OutcomeStatus, Verdict};

const REFUSED: &str = "synthsmith_verifier_queue_refused_total";
const DISPLACED: &str = "synthsmith_verifier_queue_displaced_total";
const EVICTIONS: &str = "synthsmith_verifier_kept_evictions_total";
const HITS: &str = "synthsmith_verifier_kept_hits_total";
const MISSES: &str = "synthsmith_verifier_kept_misses_total";

/// What may never happen is counted from 0: a rate would not see the first time of a counter that begins with it.
pub(crate) fn begin() {
    queue_depth(0);
    kept(0, 0);
    for name in [REFUSED, DISPLACED, HITS, MISSES] {
        metrics::counter!(name).increment(0);
    }
}

pub(crate) fn queue_depth(waiting: usize) {
    metrics::gauge!("synthsmith_verifier_queue_depth").set(waiting as f64);
}

pub(crate) fn waited(time: Duration) {
    metrics::histogram!("synthsmith_verifier_queue_wait_seconds").record(time.as_secs_f64());
}

pub(crate) fn refused() {
    metrics::counter!(REFUSED).increment(1);
}

pub(crate) fn displaced(requests: usize) {
    metrics::counter!(DISPLACED).increment(requests as u64);
}

/// What is kept by digest, and how many things went to make room.
pub(crate) fn kept(bytes: u64, evicted: usize) {
    metrics::gauge!("synthsmith_verifier_kept_bytes").set(bytes as f64);
    metrics::counter!(EVICTIONS).increment(evicted as u64);
}

/// A digest was looked up.
pub(crate) fn kept_lookup(is_hit: bool) {
    let counter = if is_hit {
        metrics::counter!(HITS)
    } else {
        metrics::counter!(MISSES)
    };
    counter.increment(1);
}

pub(crate) fn verdict(verdict: Verdict) {
    let verdict = match verdict {
        Verdict::Accepted => "AC",
        Verdict::WrongAnswer => "WA",
        Verdict::PresentationError => "PE",
        Verdict::TimeLimitExceeded => "TLE",
        Verdict::MemoryLimitExceeded => "MLE",
        Verdict::RuntimeError => "RE",
        Verdict::OutputLimitExceeded => "OLE",
        Verdict::CompileError => "CE",
        Verdict::JudgeError => "JUDGE_ERROR",
        Verdict::Skipped => "SKIPPED",
    };
    metrics::counter!("synthsmith_verifier_verdicts_total", "verdict" => verdict).increment(1);
}

pub(crate) fn outcome(outcome: &Outcome) {
    let status = match outcome.status {
        OutcomeStatus::Ok => "ok",
        OutcomeStatus::CpuTimeExceeded => "cpu_time_exceeded",
        OutcomeStatus::WallTimeExceeded => "wall_time_exceeded",
        OutcomeStatus::MemoryExceeded => "memory_exceeded",
        OutcomeStatus::RuntimeError => "runtime_error",
        OutcomeStatus::OutputExceeded => "output_exceeded",
        OutcomeStatus::NotRun => "not_run",
    };
    metrics::counter!("synthsmith_verifier_outcomes_total", "status" => status).increment(1);
    metrics::histogram!("synthsmith_verifier_run_seconds")
        .record(outcome.measures.wall_time.as_secs_f64());
}
