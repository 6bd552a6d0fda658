//! The use case: an answer from the store, from a flight under way, or from the endpoint.

mod attempts;
mod flights;
mod patience;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use synthsmith_corpus::Origin;
use synthsmith_rpc::Item;
use tracing::{Instrument as _, Span};

use crate::admission::Place;
use crate::chat::{Answer, Question};
use crate::config::Config;
use crate::key::Key;
use crate::store::{Store, Usage};
use crate::{Error, metrics};
use flights::{Flight, Flights, Landed};
use routes::Routes;

/// What requests in flight get to end in when the gateway closes.
const CLOSING_GRACE: Duration = Duration::from_secs(8);

/// Answers questions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    routes: Routes,
    store: Store,
    flights: Flights,
    config: Config,
}

/// An answer, and where it was found.
#[derive(Debug, Clone)]
pub struct Completion {
    pub key: Key,
    pub answer: Arc<Answer>,
    /// Whether the caller asked for what was already there, or about to be.
    pub from_store: bool,
}

// === impl Gateway ===

impl Gateway {
    /// Opens the store and makes ready to ask; sends nothing yet.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let inner = Arc::new(Inner {
            routes: Routes::new(&config)?,
            store: Store::open(&config.store_path).await?,
            flights: Flights::default(),
            config,
        });
        Ok(Self { inner })
    }

    /// The model asked where a question names none.
    pub fn default_model(&self) -> &str {
        &self.inner.config.endpoint.model
    }

    /// The answer to `question`. Once it is asked for, it is brought in and stored even if the
    /// caller goes away, since it may have been paid.
    pub async fn complete(&self, question: Question, origin: Origin) -> Result<Completion, Error> {
        let key = Key::of(&question);
        if let Some(answer) = self.inner.store.find(&key).await? {
            metrics::count_answer(true);
            let answer = Arc::new(answer);
            return Ok(Completion {
                key,
                answer,
                from_store: true,
            });
        }
        let (flight, joined) = self
            .inner
            .flights
            .join(&key, || self.depart(&key, question, origin))?;
        let Landed { answer, was_stored } = flight.await?;
        let from_store = joined || was_stored;
        metrics::count_answer(from_store);
        Ok(Completion {
            key,
            answer,
            from_store,
        })
    }

    pub async fn usage(&self, run_id: &str) -> Result<Usage, Error> {
        self.inner.store.usage(run_id).await
    }

    /// Waits a while for requests in flight, then closes the store. What is still in flight is
    /// counted as lost at the next start.
    pub async fn close(&self) {
        if tokio::time::timeout(CLOSING_GRACE, self.inner.routes.deserted())
            .await
            .is_err()
        {
            let in_flight = self.inner.routes.places_taken();
            tracing::warn!(
                in_flight,
                "closing with requests in flight; they may be paid twice"
            );
        }
        self.inner.store.close().await;
    }

    /// Starts a flight in a task of its own, so that no caller can end it.
    fn depart(&self, key: &Key, question: Question, origin: Origin) -> Result<Flight, Error> {
        let place = self.inner.routes.of(&question.model).admission.place()?;
        let inner = Arc::clone(&self.inner);
        let key = key.clone();
        let work = async move {
            let _landing = inner.flights.landing(&key);
            inner.answer(&place, &key, &question, &origin).await
        };
        let work = Item::current().scope(work).instrument(Span::current());
        let task = tokio::spawn(work);
        let flight = async move { task.await.unwrap_or(Err(Error::BrokeOff)) };
        Ok(flight.boxed().shared())
    }
}

// === impl Inner ===

impl Inner {
    async fn answer(
        &self,
        place: &Place,
        key: &Key,
        question: &Question,
        origin: &Origin,
    ) -> Result<Landed, Error> {
        // Another flight may have landed between the caller's look and this one's departure.
        if let Some(answer) = self.store.find(key).await? {
            return Ok(Landed {
                answer: Arc::new(answer),
                was_stored: true,
            });
        }
        let answer = self.ask(place, key, question, origin).await?;
        Ok(Landed {
            answer: Arc::new(answer),
            was_stored: false,
        })
    }
}
