//! Asks an endpoint one small question, to tell a person whether it is of use.

use std::time::{Duration, Instant};

use super::{Endpoint, Fault};
use crate::Error;
use crate::chat::{Message, Question, Role, Sampling};
use crate::config::EndpointConfig;

/// What one small question told about an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeReport {
    /// The model that answered, in the endpoint's words.
    pub model: String,
    pub latency: Duration,
    /// The beginning of the answer.
    pub answer: String,
    /// Whether the endpoint counts tokens; else cost is estimated from bytes.
    pub reports_usage: bool,
    /// Whether the endpoint gives the sign of honouring seeds, a system fingerprint. Without it,
    /// seeds may have no effect.
    pub reports_fingerprint: bool,
    /// Whether reasoning comes apart from the answer.
    pub parts_reasoning: bool,
}

/// Sends one real request, small and cheap, without a retry.
pub async fn probe(config: &EndpointConfig) -> Result<ProbeReport, Error> {
    config.validate().map_err(|invalid| Error::EndpointConfig {
        message: invalid.to_string(),
    })?;
    let endpoint = Endpoint::new(config.clone())?;
    let question = Question {
        model: config.model.clone(),
        messages: vec![Message {
            role: Role::User,
            content: "Reply with the single word: ready".into(),
        }],
        sampling: Sampling {
            temperature: 0.0,
            top_p: None,
            max_tokens: 32,
            seed: 1,
        },
        sample_index: 0,
    };
    let began = Instant::now();
    let said = endpoint.ask_fully(&question).await.map_err(failure)?;
    Ok(ProbeReport {
        latency: began.elapsed(),
        answer: said
            .answer
            .content
            .chars()
            .filter(|c| !c.is_control())
            .take(80)
            .collect(),
        reports_usage: !said.answer.tokens.are_estimated,
        reports_fingerprint: said.system_fingerprint.is_some(),
        parts_reasoning: !said.answer.reasoning.is_empty(),
        model: said.answer.model,
    })
}

fn failure(fault: Fault) -> Error {
    match fault {
        Fault::Final { error, .. } => error,
        Fault::Busy { retry_after } => Error::EndpointBusy {
            retry_after: retry_after.unwrap_or_default(),
        },
        Fault::Passing { message, .. } => Error::EndpointUnavailable {
            attempts: 1,
            message,
        },
    }
}
