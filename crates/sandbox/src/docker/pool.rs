//! Keeps containers of one image started, so that a program does not wait for one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::container::Container;
use super::engine::Engine;
use super::image;
use super::spec::Spec;
use crate::Error;

/// Starts at a time; the engine becomes no faster with more.
const STARTERS: usize = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Pool {
    source: Arc<Source>,
    ready: Mutex<mpsc::Receiver<Container>>,
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

    async fn start_container(self: &Arc<Self>) -> Result<Container, Error> {
        let started = Container::start(&self.engine, &self.spec).await;
        if self.is_own_image && matches!(started, Err(Error::ImageMissing { .. })) {
            self.build_image();
        }
        started
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
    pub(super) fn start(source: Source, size: usize) -> Self {
        let source = Arc::new(source);
        let (sender, receiver) = mpsc::channel(size.max(1));
        for _ in 0..STARTERS.min(size) {
            let keep = keep_full(Arc::clone(&source), sender.clone());
            let closing = source.engine.closing.clone();
            tokio::spawn(closing.run_until_cancelled_owned(keep));
        }
        Self {
            source,
            ready: Mutex::new(receiver),
        }
    }

    pub(super) fn ready(&self) -> usize {
        self.ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// A waiting container, or a new one where none waits.
    pub(super) async fn take(&self) -> Result<Container, Error> {
        let waiting = self
            .ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_recv();
        match waiting {
            Ok(container) => Ok(container),
            Err(_) => self.start_container().await,
        }
    }

    pub(super) async fn start_container(&self) -> Result<Container, Error> {
        self.source.start_container().await
    }

    /// Gives up the containers that wait.
    pub(super) fn drain(&self) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.close();
        while ready.try_recv().is_ok() {}
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
