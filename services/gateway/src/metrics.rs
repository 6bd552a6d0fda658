//! What the gateway counts.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::chat::{Answer, Tokens};
use crate::endpoint::Fault;

pub(crate) fn count_answer(from_store: bool) {
    let source = if from_store { "store" } else { "endpoint" };
    counter!("synthsmith_gateway_answers_total", "source" => source).increment(1);
}

pub(crate) fn observe_request(outcome: &Result<Answer, Fault>, duration: Duration) {
    let outcome = match outcome {
        Ok(_) => "answered",
        Err(Fault::Busy { .. }) => "busy",
        Err(Fault::Passing { .. }) => "failed",
        Err(Fault::Final { .. }) => "refused",
    };
    counter!("synthsmith_gateway_requests_total", "outcome" => outcome).increment(1);
    histogram!("synthsmith_gateway_request_duration_seconds", "outcome" => outcome)
        .record(duration);
}

pub(crate) fn count_spending(model: &str, tokens: Tokens, cost_usd: f64) {
    for (kind, count) in [("input", tokens.prompt), ("output", tokens.completion)] {
        let model = model.to_owned();
        counter!("synthsmith_gateway_tokens_total", "model" => model, "type" => kind)
            .increment(count);
    }
    gauge!("synthsmith_gateway_cost_usd").increment(cost_usd);
}

pub(crate) fn set_places_taken(places: usize) {
    gauge!("synthsmith_gateway_questions").set(places as f64);
}
