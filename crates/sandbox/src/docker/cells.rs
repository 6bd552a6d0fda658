//! Keeps containers for cells: one cell at a time in each, and one batch of programs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::container::Container;
use super::pool::Source;
use crate::Error;

/// The containers for cells of one image.
#[derive(Debug)]
pub(super) struct Cells {
    source: Arc<Source>,
    /// As many as there may be containers.
    places: Arc<Semaphore>,
    /// Each with a cell that waits. Those that waited longest come first.
    idle: Mutex<VecDeque<Waiting>>,
    per_container: u32,
}

#[derive(Debug)]
struct Waiting {
    batch: String,
    container: Container,
    cells_left: u32,
}

/// A cell, until it is left. Dropped, it goes with its whole container.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) container: Container,
    batch: String,
    cells_left: u32,
    place: OwnedSemaphorePermit,
    cells: Arc<Cells>,
}

impl Cells {
    pub(super) fn new(source: Arc<Source>, containers: usize, per_container: u32) -> Arc<Self> {
        Arc::new(Self {
            source,
            places: Arc::new(Semaphore::new(containers)),
            idle: Mutex::default(),
            per_container,
        })
    }

    /// A cell in a container of the batch, or in a new one. Waits where all containers are in use.
    pub(super) async fn take(
        self: &Arc<Self>,
        batch: &str,
        memory_bytes: u64,
    ) -> Result<Cell, Error> {
        let place = self.place().await?;
        match self.waiting(batch, memory_bytes) {
            Some(waiting) => Ok(self.cell(place, waiting)),
            None => self.start(place, batch).await,
        }
    }

    /// A cell in a new container.
    pub(super) async fn take_new(self: &Arc<Self>, batch: &str) -> Result<Cell, Error> {
        let place = self.place().await?;
        self.start(place, batch).await
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let places = Arc::clone(&self.places);
        places.acquire_owned().await.map_err(|_| Error::Closed)
    }

    /// Containers that wait make room.
    async fn start(
        self: &Arc<Self>,
        place: OwnedSemaphorePermit,
        batch: &str,
    ) -> Result<Cell, Error> {
        let surplus: Vec<Waiting> = {
            let mut idle = self.idle();
            let count = idle.len().saturating_sub(self.places.available_permits());
            idle.drain(..count).collect()
        };
        drop(surplus);
        let waiting = Waiting {
            batch: batch.to_owned(),
            container: self.source.start_container().await?,
            cells_left: self.per_container,
        };
        Ok(self.cell(place, waiting))
    }

    fn cell(self: &Arc<Self>, place: OwnedSemaphorePermit, waiting: Waiting) -> Cell {
        Cell {
            container: waiting.container,
            batch: waiting.batch,
            cells_left: waiting.cells_left - 1,
            place,
            cells: Arc::clone(self),
        }
    }

    /// A container of the batch: the last used of those with so much memory; of another memory only where there is no
    /// room for a new one.
    fn waiting(&self, batch: &str, memory_bytes: u64) -> Option<Waiting> {
        let mut idle = self.idle();
        let has_room = idle.len() <= self.places.available_permits();
        let has_memory = |waiting: &Waiting| waiting.container.memory_bytes() == memory_bytes;
        let of_batch = |waiting: &Waiting| waiting.batch == batch;
        let position = idle
            .iter()
            .rposition(|waiting| of_batch(waiting) && has_memory(waiting))
            .or_else(|| idle.iter().rposition(of_batch).filter(|_| !has_room));
        position.and_then(|position| idle.remove(position))
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn close(&self) {
        self.places.close();
        self.idle().clear();
    }
}

impl Cell {
    /// Makes room for the next one, without making anyone wait for that.
    pub(super) fn leave(self) {
        let Self {
            mut container,
            batch,
            cells_left,
            place,
            cells,
        } = self;
        if cells_left == 0 {
            return;
        }
        let engine = Arc::clone(&cells.source.engine);
        engine.settle(async move {
            match container.next_cell().await {
                Ok(()) if !cells.places.is_closed() => cells.idle().push_back(Waiting {
                    batch,
                    container,
                    cells_left,
                }),
                Ok(()) => {}
                Err(error) => tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a container of cells is replaced"
                ),
            }
            drop(place);
        });
    }
}
