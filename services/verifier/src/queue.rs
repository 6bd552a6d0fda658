//! Gives requests their turns: so many at a time, so many waiting, shared fairly between clients.
//!
//! Who is next is decided by [`fair`]; here are the waiting itself, and the clock. Whoever stops waiting, for whatever
//! reason, leaves the queue by dropping the future.

mod fair;
mod pace;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;

use crate::client::Client;
use crate::{Error, metrics};
pub use fair::Bounds;
use fair::{Entered, Fair};
use pace::Pace;

#[derive(Debug, Clone)]
pub struct Queue {
    state: Arc<Mutex<State>>,
    turns: usize,
}

#[derive(Debug)]
struct State {
    fair: Fair<oneshot::Sender<Turn>>,
    pace: Pace,
}

/// The right to run programs, one at a time; ends when dropped.
#[derive(Debug)]
pub struct Turn {
    queue: Queue,
    client: Client,
    began: Instant,
}

/// A place in the queue, left when dropped.
struct Place {
    queue: Queue,
    client: Client,
    ticket: u64,
    turn: oneshot::Receiver<Turn>,
}

// === impl Queue ===

impl Queue {
    pub fn new(bounds: Bounds) -> Self {
        let state = State {
            fair: Fair::new(bounds),
            pace: Pace::default(),
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            turns: bounds.turns,
        }
    }

    /// Waits for a turn. `bytes` is what the request holds in memory meanwhile.
    pub async fn turn(&self, client: &Client, bytes: u64) -> Result<Turn, Error> {
        let entered_at = Instant::now();
        let turn = match self.enter(client, bytes)? {
            Ok(turn) => turn,
            Err(place) => place.turn().await?,
        };
        metrics::waited(entered_at.elapsed());
        Ok(turn)
    }

    /// How many requests wait.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().fair.waiting()
    }

    /// A turn, or else a place to wait at.
    fn enter(&self, client: &Client, bytes: u64) -> Result<Result<Turn, Place>, Error> {
        let (sender, receiver) = oneshot::channel();
        let entered = self.lock().fair.enter(client, bytes, sender);
        self.show_depth();
        match entered {
            Entered::Turn => Ok(Ok(self.begin(client.clone()))),
            Entered::Refused => {
                metrics::refused();
                Err(self.full())
            }
            Entered::Waiting { ticket, displaced } => {
                // Dropping what they wait for tells them.
                metrics::displaced(displaced.len());
                Ok(Err(Place {
                    queue: self.clone(),
                    client: client.clone(),
                    ticket,
                    turn: receiver,
                }))
            }
        }
    }

    fn begin(&self, client: Client) -> Turn {
        Turn {
            queue: self.clone(),
            client,
            began: Instant::now(),
        }
    }

    fn full(&self) -> Error {
        let state = self.lock();
        let come_back_in = state.pace.come_back_in(state.fair.waiting(), self.turns);
        Error::QueueFull { come_back_in }
    }

    fn show_depth(&self) {
        metrics::queue_depth(self.lock().fair.waiting());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Place ===

impl Place {
    async fn turn(mut self) -> Result<Turn, Error> {
        let turn = (&mut self.turn).await;
        turn.map_err(|_| match self.queue.full() {
            Error::QueueFull { come_back_in } => Error::Displaced { come_back_in },
            other => other,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A turn that came at the same moment is dropped with the receiver, and goes to the next.
        let left = self.queue.lock().fair.leave(&self.client, self.ticket);
        if left.is_some() {
            self.queue.show_depth();
        }
    }
}

// === impl Turn ===

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut state = self.queue.lock();
            state.pace.record(self.began.elapsed());
            state.fair.finish(&self.client)
        };
        if let Some((client, waiter)) = next {
            self.queue.show_depth();
            // A waiter that just left drops the turn, which then goes to the next.
            let _ = waiter.send(self.queue.begin(client));
        }
    }
}
