//! Keeps containers of one image started, so that a program does not wait for one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::cells::Cells;
use super::container::Container;
use super::engine::Engine;
use super::image;
use super::lease::Lease;
use super::spec::Spec;
use crate::{Config, Error, Isolation};

/// Starts at a time; the engine becomes no faster with more.
const STARTERS: usize = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Pool {
    source: Arc<Source>,
    ready: Mutex<mpsc::Receiver<Container>>,
    /// `None` where cells are off.
    cells: Option<Arc<Cells>>,
}

/// Where containers come from.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) engine: Arc<Engine>,
    pub(super) spec: Spec,
    /// Whether the image is ours to build again, should it be deleted.
    pub(super) is_own_image: bool,
    is_building: AtomicBool,
}

impl Source {
    pub(super) fn new(engine: Arc<Engine>, spec: Spec, is_own_image: bool) -> Self {
        Self {
            engine,
            spec,
            is_own_image,
            is_building: AtomicBool::new(false),
        }
    }

    pub(super) async fn start_container(self: &Arc<Self>) -> Result<Container, Error> {
        let started = Container::start(&self.engine, &self.spec).await;
        if self.is_own_image && matches!(started, Err(Error::ImageMissing { .. })) {
            self.build_image();
        }
        started
    }

    fn for_cells(&self) -> Self {
        let engine = Arc::clone(&self.engine);
        Self::new(engine, self.spec.for_cells(), self.is_own_image)
    }

    /// Without making anyone wait for the minutes that it takes.
    fn build_image(self: &Arc<Self>) {
        if self.is_building.swap(true, Ordering::Relaxed) {
            return;
        }
        let source = Arc::clone(self);
        tokio::spawn(async move {
            let closing = source.engine.closing.clone();
            let built = closing.run_until_cancelled(image::ensure(&source.engine));
            if let Some(Err(error)) = built.await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the sandbox image is gone, and cannot be built again"
                );
            }
            source.is_building.store(false, Ordering::Relaxed);
        });
    }
}

impl Pool {
    pub(super) fn start(source: Source, size: usize, config: &Config) -> Self {
        let source = Arc::new(source);
        let (sender, receiver) = mpsc::channel(size.max(1));
        for _ in 0..STARTERS.min(size) {
            let keep = keep_full(Arc::clone(&source), sender.clone());
            let closing = source.engine.closing.clone();
            tokio::spawn(closing.run_until_cancelled_owned(keep));
        }
        let cells = (config.cell_containers > 0).then(|| {
            let source = Arc::new(source.for_cells());
            Cells::new(source, config.cell_containers, config.cells_per_container)
        });
        Self {
            source,
            ready: Mutex::new(receiver),
            cells,
        }
    }

    pub(super) fn ready(&self) -> usize {
        self.ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    pub(super) fn image(&self) -> &str {
        &self.source.spec.image
    }

    /// What the isolation asks for: a waiting container, if possible with so much memory, or a new one where none waits.
    pub(super) async fn take(
        &self,
        isolation: &Isolation,
        memory_bytes: u64,
    ) -> Result<Lease, Error> {
        match isolation {
            Isolation::Container => self.take_container().await.map(Lease::SingleUse),
            Isolation::Cell { batch } => {
                let cell = self.cells()?.take(batch, memory_bytes).await;
                cell.map(Lease::cell)
            }
        }
    }

    /// The same, but a container that did not wait.
    pub(super) async fn take_new(&self, isolation: &Isolation) -> Result<Lease, Error> {
        match isolation {
            Isolation::Container => self.source.start_container().await.map(Lease::SingleUse),
            Isolation::Cell { batch } => self.cells()?.take_new(batch).await.map(Lease::cell),
        }
    }

    fn cells(&self) -> Result<&Arc<Cells>, Error> {
        self.cells.as_ref().ok_or(Error::CellsOff)
    }

    async fn take_container(&self) -> Result<Container, Error> {
        let waiting = self
            .ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_recv();
        match waiting {
            Ok(container) => Ok(container),
            Err(_) => self.source.start_container().await,
        }
    }

    /// Gives up the containers that wait.
    pub(super) fn drain(&self) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.close();
        while ready.try_recv().is_ok() {}
        if let Some(cells) = &self.cells {
            cells.close();
        }
    }
}

async fn keep_full(source: Arc<Source>, sender: mpsc::Sender<Container>) {
    let mut pause = FIRST_PAUSE;
    // The place comes first, so that no more containers wait than there are places.
    while let Ok(place) = sender.reserve().await {
        match source.start_container().await {
            Ok(container) => {
                pause = FIRST_PAUSE;
                place.send(container);
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot start a container; trying again"
                );
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}
