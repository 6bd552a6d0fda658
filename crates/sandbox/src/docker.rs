//! The adapter to a Docker engine: one single-use container per program.

mod base;
mod container;
mod engine;
mod facts;
mod image;
mod owner;
mod pool;
mod pools;
mod probe;
mod quiet;
mod runs;
mod seccomp;
mod session;
mod spec;
mod told;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

pub use engine::Engine;
pub use facts::Facts;

use crate::{Compiled, Config, Error, Job, Language, Sandbox};
use pools::Pools;
use quiet::Quiet;
use runs::DockerRuns;
use spec::Spec;

/// Runs programs in containers of a Docker engine.
#[derive(Debug)]
pub struct DockerSandbox(Arc<Bench>);

/// What all programs of a sandbox share.
#[derive(Debug)]
struct Bench {
    config: Config,
    pools: Pools,
    quiet: Quiet,
}

impl DockerSandbox {
    /// Makes ready to run programs: the image is built if it is missing, containers left by processes that are gone are
    /// removed, and the engine is shown to enforce every limit.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let engine = Arc::new(Engine::connect(&config).await?);
        engine.facts().log();
        let image = image::ensure(&engine).await?;
        engine.remove_orphans().await?;
        image::outdated::remove_later(&engine, &image);
        let spec = Spec::new(image, &config, engine.facts());
        let sandbox = Self(Arc::new(Bench {
            pools: Pools::start(engine, spec, config.pool_size),
            quiet: Quiet::default(),
            config,
        }));
        if sandbox.0.config.weakness.is_none() {
            sandbox.prove_limits().await?;
        }
        Ok(sandbox)
    }

    /// Shows that the engine enforces every limit.
    pub async fn prove_limits(&self) -> Result<(), Error> {
        probe::prove_limits(self).await
    }

    /// Refuses rows of the language table whose images the engine does not have.
    pub async fn check_images(&self, languages: &BTreeMap<String, Language>) -> Result<(), Error> {
        for (name, language) in languages {
            let Some(image) = &language.image else {
                continue;
            };
            if !image::has_image(self.0.pools.engine(), image).await? {
                return Err(Error::LanguageImageMissing {
                    language: name.clone(),
                    image: image.clone(),
                });
            }
        }
        Ok(())
    }

    pub fn facts(&self) -> &Facts {
        self.0.pools.engine().facts()
    }

    /// Containers that wait for a program.
    pub fn ready_containers(&self) -> usize {
        self.0.pools.ready()
    }

    /// Removes all containers; what is running fails.
    pub async fn close(&self) {
        self.0.pools.close().await;
    }
}

#[async_trait]
impl Sandbox for DockerSandbox {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        DockerRuns::compile(Arc::clone(&self.0), job).await
    }
}
