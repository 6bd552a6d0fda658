//! Keeps containers started, so that a job does not wait for one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::container::Container;
use super::engine::Engine;
use super::spec::Spec;
use crate::Error;

/// Starts at a time; the engine becomes no faster with more.
const STARTERS: usize = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Pool {
    engine: Arc<Engine>,
    spec: Spec,
    ready: Mutex<mpsc::Receiver<Container>>,
}

impl Pool {
    /// Each starter holds one container more than the channel, until there is room for it.
    pub(super) fn start(engine: Arc<Engine>, spec: Spec, size: usize) -> Self {
        let starters = STARTERS.min(size);
        let (sender, receiver) = mpsc::channel((size - starters).max(1));
        for _ in 0..starters {
            let keep = keep_full(Arc::clone(&engine), spec.clone(), sender.clone());
            tokio::spawn(engine.closing.clone().run_until_cancelled_owned(keep));
        }
        Self {
            engine,
            spec,
            ready: Mutex::new(receiver),
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
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
        metrics::gauge!("synthsmith_sandbox_pool_ready").set(self.ready() as f64);
        match waiting {
            Ok(container) => Ok(container),
            Err(_) => self.start_container().await,
        }
    }

    pub(super) async fn start_container(&self) -> Result<Container, Error> {
        Container::start(&self.engine, &self.spec).await
    }

    /// From here on every start is refused; those that had begun are waited for, and then nothing is left to escape the
    /// removal.
    pub(super) async fn close(&self) {
        self.engine.closing.cancel();
        {
            let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            ready.close();
            while ready.try_recv().is_ok() {}
        }
        self.engine.settled().await;
        if let Err(error) = self.engine.remove_own().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "containers stay behind"
            );
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.engine.closing.cancel();
    }
}

async fn keep_full(engine: Arc<Engine>, spec: Spec, sender: mpsc::Sender<Container>) {
    let mut pause = FIRST_PAUSE;
    loop {
        match Container::start(&engine, &spec).await {
            Ok(container) => {
                pause = FIRST_PAUSE;
                if sender.send(container).await.is_err() {
                    return;
                }
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
