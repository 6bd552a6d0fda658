//! Questions under way: callers of one key share one flight.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::{BoxFuture, Shared};

use crate::Error;
use crate::chat::Answer;
use crate::key::Key;

/// An answer to come; every caller may wait for it.
pub(super) type Flight = Shared<BoxFuture<'static, Result<Landed, Error>>>;

#[derive(Debug, Clone)]
pub(super) struct Landed {
    pub(super) answer: Arc<Answer>,
    pub(super) was_stored: bool,
}

#[derive(Debug, Default)]
pub(super) struct Flights {
    by_key: Mutex<HashMap<Key, Flight>>,
}

/// Takes a flight off the board when it ends, however it ends.
pub(super) struct Landing<'a> {
    flights: &'a Flights,
    key: &'a Key,
}

// === impl Flights ===

impl Flights {
    /// The flight of `key`, and whether it was under way already; else the one that `depart`
    /// starts. Departing under the lock makes sure that a flight cannot land before it is known.
    pub(super) fn join(
        &self,
        key: &Key,
        depart: impl FnOnce() -> Result<Flight, Error>,
    ) -> Result<(Flight, bool), Error> {
        let mut by_key = self.lock();
        if let Some(flight) = by_key.get(key) {
            return Ok((flight.clone(), true));
        }
        let flight = depart()?;
        by_key.insert(key.clone(), flight.clone());
        Ok((flight, false))
    }

    pub(super) fn landing<'a>(&'a self, key: &'a Key) -> Landing<'a> {
        Landing { flights: self, key }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Flight>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.flights.lock().remove(self.key);
    }
}
