//! How many requests may be in flight, and how many may wait.

mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;
use window::Window;

/// The bounded queue before the endpoint. It is left in order of arrival, through a window that
/// narrows when the endpoint is busy.
#[derive(Debug)]
pub struct Admission {
    places: Arc<Semaphore>,
    max_places: usize,
    turns: Arc<Semaphore>,
    window: Mutex<Window>,
}

/// A place in the queue or behind it, until it is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// The right to have one request in flight.
#[derive(Debug)]
pub struct Turn<'a> {
    admission: &'a Admission,
    permit: Option<OwnedSemaphorePermit>,
    epoch: u64,
}

// === impl Admission ===

impl Admission {
    pub fn new(concurrency: usize, max_queue: usize) -> Self {
        let window = Window::new(concurrency);
        let max_places = concurrency + max_queue;
        Self {
            places: Arc::new(Semaphore::new(max_places)),
            max_places,
            turns: Arc::new(Semaphore::new(window.open())),
            window: Mutex::new(window),
        }
    }

    /// A place, if there is one left.
    pub fn place(&self) -> Result<Place, Error> {
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let waiting = self.max_places;
        permit
            .map(|permit| Place { _permit: permit })
            .map_err(|_| Error::QueueFull { waiting })
    }

    /// Waits for a turn; the place shows that waiting is allowed.
    pub async fn turn(&self, _place: &Place) -> Turn<'_> {
        let permit = Arc::clone(&self.turns).acquire_owned().await;
        let permit = permit.expect("the semaphore of turns is never closed");
        let epoch = self.window().epoch();
        Turn {
            admission: self,
            permit: Some(permit),
            epoch,
        }
    }

    /// Questions that have a place, those in flight included.
    pub fn places_taken(&self) -> usize {
        self.max_places - self.places.available_permits()
    }

    /// Waits until nobody has a place; nobody who comes later gets one.
    pub async fn deserted(&self) {
        let everyone = self.places.acquire_many(self.max_places as u32).await;
        everyone
            .expect("the semaphore of places is never closed")
            .forget();
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Turn ===

impl Turn<'_> {
    /// The endpoint answered: the window may widen.
    pub fn succeeded(self) {
        let opened = self.admission.window().widen();
        self.admission.turns.add_permits(opened);
    }

    /// The endpoint was busy: the window narrows, once for each burst.
    pub fn met_busy_endpoint(self) {
        let mut window = self.admission.window();
        window.narrow(self.epoch);
        let free = self.admission.turns.forget_permits(window.excess());
        window.close(free);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut window = self.admission.window();
        if window.excess() > 0
            && let Some(permit) = self.permit.take()
        {
            window.close(1);
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_away_whom_the_queue_cannot_hold() {
        let admission = Admission::new(1, 1);
        let _first = admission.place().unwrap();
        let second = admission.place().unwrap();
        assert!(matches!(
            admission.place(),
            Err(Error::QueueFull { waiting: 2 })
        ));
        drop(second);
        assert_eq!(admission.places_taken(), 1);
        admission.place().unwrap();
    }

    #[tokio::test]
    async fn a_burst_of_busy_replies_narrows_the_window_once() {
        let admission = Admission::new(4, 4);
        let place = admission.place().unwrap();
        let mut turns = Vec::new();
        for _ in 0..4 {
            turns.push(admission.turn(&place).await);
        }
        for turn in turns {
            turn.met_busy_endpoint();
        }
        assert_eq!(admission.turns.available_permits(), 3);
    }

    #[tokio::test]
    async fn answers_widen_the_window_up_to_the_concurrency() {
        let admission = Admission::new(40, 0);
        let place = admission.place().unwrap();
        for _ in 0..100 {
            admission.turn(&place).await.succeeded();
        }
        assert_eq!(admission.turns.available_permits(), 40);
    }
}
