//! One pool of containers for each image.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::engine::Engine;
use super::image::derived;
use super::pool::{Pool, Source};
use super::spec::Spec;
use crate::{Config, Error, Language};

/// Containers kept waiting of an image that is the operator's.
const OTHERS_SIZE: usize = 1;

/// Filled at the first use of an image.
type Place = Arc<OnceCell<Arc<Pool>>>;

#[derive(Debug)]
pub(super) struct Pools {
    engine: Arc<Engine>,
    spec: Spec,
    config: Config,
    usual: Arc<Pool>,
    /// By the name of the operator's image.
    others: Mutex<BTreeMap<String, Place>>,
}

impl Pools {
    pub(super) fn start(engine: Arc<Engine>, spec: Spec, config: &Config) -> Self {
        Self {
            usual: Arc::new(Pool::start(
                Source::new(Arc::clone(&engine), spec.clone(), true),
                config.pool_size,
                config,
            )),
            others: Mutex::default(),
            engine,
            spec,
            config: config.clone(),
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn ready(&self) -> usize {
        self.usual.ready()
    }

    pub(super) async fn of(&self, language: &Language) -> Result<Arc<Pool>, Error> {
        let Some(image) = &language.image else {
            return Ok(Arc::clone(&self.usual));
        };
        let place = {
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(others.entry(image.clone()).or_default())
        };
        let pool = place.get_or_try_init(|| self.open(image)).await?;
        Ok(Arc::clone(pool))
    }

    async fn open(&self, image: &str) -> Result<Arc<Pool>, Error> {
        let tag = derived::ensure(&self.engine, image).await?;
        let spec = self.spec.with_image(tag);
        let source = Source::new(Arc::clone(&self.engine), spec, false);
        let pool = Pool::start(source, OTHERS_SIZE, &self.config);
        Ok(Arc::new(pool))
    }

    /// From here on every start is refused; those that had begun are waited for, and then nothing is left to escape the
    /// removal.
    pub(super) async fn close(&self) {
        self.engine.closing.cancel();
        self.usual.drain();
        for place in self.places() {
            if let Some(pool) = place.get() {
                pool.drain();
            }
        }
        self.engine.settled().await;
        if let Err(error) = self.engine.remove_own().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "containers stay behind"
            );
        }
    }

    fn places(&self) -> Vec<Place> {
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.values().cloned().collect()
    }
}

impl Drop for Pools {
    fn drop(&mut self) {
        self.engine.closing.cancel();
    }
}
