//! What the service counts.

use synthsmith_corpus::FeatureTree;

use crate::evolver::FeatureRejection;

/// Replies by stage and by what came of them.
const REPLIES: &str = "synthsmith_feature_evolver_replies_total";

pub(crate) fn count_reply(stage: &'static str, result: &Result<FeatureTree, FeatureRejection>) {
    let outcome = match result {
        Ok(_) => "features",
        Err(rejection) => rejection.as_str(),
    };
    metrics::counter!(REPLIES, "stage" => stage, "outcome" => outcome).increment(1);
}
