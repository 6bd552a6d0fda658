//! What the service counts.

use std::time::Duration;

use synthsmith_corpus::{Outcome, OutcomeStatus, Verdict};

pub(crate) fn queue_depth(waiting: usize) {
    metrics::gauge!("synthsmith_verifier_queue_depth").set(waiting as f64);
}

pub(crate) fn waited(time: Duration) {
    metrics::histogram!("synthsmith_verifier_queue_wait_seconds").record(time.as_secs_f64());
}

pub(crate) fn refused() {
    metrics::counter!("synthsmith_verifier_queue_refused_total").increment(1);
}

pub(crate) fn displaced(requests: usize) {
    metrics::counter!("synthsmith_verifier_queue_displaced_total").increment(requests as u64);
}

/// What is kept by digest, and how many things went to make room.
pub(crate) fn kept(bytes: u64, evicted: usize) {
    metrics::gauge!("synthsmith_verifier_kept_bytes").set(bytes as f64);
    metrics::counter!("synthsmith_verifier_kept_evictions_total").increment(evicted as u64);
}

/// A digest was looked up.
pub(crate) fn kept_lookup(is_hit: bool) {
    let counter = if is_hit {
        metrics::counter!("synthsmith_verifier_kept_hits_total")
    } else {
        metrics::counter!("synthsmith_verifier_kept_misses_total")
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
