//! What the service counts.

use crate::solve::Sampled;

/// Candidates by language and by what came of them.
const CANDIDATES: &str = "synthsmith_solver_candidates_total";

pub(crate) fn count_candidate(sampled: &Sampled) {
    let outcome = match sampled.result {
        Ok(_) => "candidate",
        Err(rejection) => rejection.as_str(),
    };
    let language = sampled.language.as_str();
    metrics::counter!(CANDIDATES, "outcome" => outcome, "language" => language).increment(1);
}
