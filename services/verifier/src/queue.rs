//! Bounds how many requests are taken on at a time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// A bounded number of places: those that run, and those that wait.
#[derive(Debug, Clone)]
pub struct Queue {
    places: Arc<Semaphore>,
    count: usize,
    slots: usize,
}

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    queue: Queue,
}

impl Queue {
    pub fn new(slots: usize, max_waiting: usize) -> Self {
        let count = slots + max_waiting;
        Self {
            places: Arc::new(Semaphore::new(count)),
            count,
            slots,
        }
    }

    /// Takes a place or refuses at once: who waits elsewhere can be told when to come back.
    pub fn enter(&self) -> Result<Place, Error> {
        let permit = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Error::QueueFull)?;
        self.show_depth();
        Ok(Place {
            _permit: permit,
            queue: self.clone(),
        })
    }

    fn show_depth(&self) {
        let taken = self.count - self.places.available_permits();
        crate::metrics::queue_depth(taken.saturating_sub(self.slots));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.queue.show_depth();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_beyond_the_bound_and_takes_again_when_someone_left() {
        let queue = Queue::new(1, 1);
        let running = queue.enter().unwrap();
        let _waiting = queue.enter().unwrap();
        assert!(matches!(queue.enter(), Err(Error::QueueFull)));
        drop(running);
        assert!(queue.enter().is_ok());
    }
}
