//! Asks the endpoint until it answers or patience ends. Every attempt is preceded by an intent.

use std::time::Instant;

use synthsmith_corpus::Origin;
use tracing::Instrument as _;
use tracing::field::Empty;

use super::Inner;
use super::patience::Patience;
use crate::admission::{Place, Turn};
use crate::chat::{Answer, Question};
use crate::endpoint::Fault;
use crate::key::Key;
use crate::store::Record;
use crate::{Error, metrics, price};

impl Inner {
    /// Time in the queue is not held against the endpoint: patience begins with the first turn.
    pub(super) async fn ask(
        &self,
        place: &Place,
        key: &Key,
        question: &Question,
        origin: &Origin,
    ) -> Result<Answer, Error> {
        let route = self.routes.of(&question.model);
        let mut turn = route.admission.turn(place).await;
        let mut patience = Patience::new(route.endpoint.config());
        let began = Instant::now();
        loop {
            let fault = match self.attempt(turn, key, question, origin).await? {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let wait = patience.after(fault, began.elapsed())?;
            tokio::time::sleep(wait).await;
            turn = route.admission.turn(place).await;
        }
    }

    /// One intent, one request, and what became of both; only a failing store is an error.
    async fn attempt(
        &self,
        turn: Turn<'_>,
        key: &Key,
        question: &Question,
        origin: &Origin,
    ) -> Result<Result<Answer, Fault>, Error> {
        metrics::set_places_taken(self.routes.places_taken());
        let intent = self.store.intend(key, origin).await?;
        let answer = match self.request(question).await {
            Ok(answer) => answer,
            Err(fault) => {
                note(&fault, turn);
                self.store.give_up(intent, fault.ending()).await?;
                return Ok(Err(fault));
            }
        };
        turn.succeeded();
        let record = self.record(key, question, origin, answer.clone());
        metrics::count_spending(&question.model, answer.tokens, record.cost_usd);
        self.store.record(intent, record).await?;
        Ok(Ok(answer))
    }

    async fn request(&self, question: &Question) -> Result<Answer, Fault> {
        let span = tracing::info_span!(
            "chat",
            gen_ai.operation.name = "chat",
            gen_ai.request.model = question.model,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty
        );
        let began = Instant::now();
        let endpoint = &self.routes.of(&question.model).endpoint;
        let outcome = endpoint.ask(question).instrument(span.clone()).await;
        metrics::observe_request(&outcome, began.elapsed());
        if let Ok(answer) = &outcome {
            span.record("gen_ai.usage.input_tokens", answer.tokens.prompt);
            span.record("gen_ai.usage.output_tokens", answer.tokens.completion);
        }
        outcome
    }

    fn record(&self, key: &Key, question: &Question, origin: &Origin, answer: Answer) -> Record {
        Record {
            key: key.clone(),
            prompt: question.to_text(),
            cost_usd: price::cost_usd(&self.config.prices, &question.model, answer.tokens),
            answer,
            origin: origin.clone(),
            sample_index: question.sample_index,
        }
    }
}

fn note(fault: &Fault, turn: Turn<'_>) {
    match fault {
        Fault::Busy { retry_after } => {
            turn.met_busy_endpoint();
            tracing::debug!(?retry_after, "the endpoint is busy");
        }
        Fault::Passing { message, .. } => tracing::warn!(message, "the endpoint failed"),
        Fault::Final { error, .. } => tracing::warn!(%error, "the endpoint cannot be asked this"),
    }
}
