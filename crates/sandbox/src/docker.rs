//! The adapter to a Docker engine: a single-use container per program, or a cell in one that serves many.

mod base;
mod builds;
mod cells;
mod container;
mod engine;
mod facts;
mod image;
mod lease;
mod metrics;
mod owner;
mod pool;
mod pools;
mod probe;
mod program;
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

use crate::{Compiled, Config, Error, Isolation, Job, Language, Sandbox};
use builds::Builds;
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
    builds: Builds,
    quiet: Quiet,
}

impl DockerSandbox {
    /// Makes ready to run programs: the image is built if it is missing, containers left by processes that are gone are
    /// removed, and the engine is shown to enforce every limit.
    pub async fn open(config: Config) -> Result<Self, Error> {
        metrics::begin();
        let engine = Arc::new(Engine::connect(&config).await?);
        engine.facts().log();
        let config = engine.facts().settled(&config);
        let image = image::ensure(&engine).await?;
        engine.remove_orphans().await?;
        image::outdated::remove_later(&engine, &image);
        let spec = Spec::new(image, &config, engine.facts());
        let sandbox = Self(Arc::new(Bench {
            pools: Pools::start(engine, spec, &config),
            builds: Builds::new(builds_bytes(&config)),
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
        probe::prove_limits(self, Isolation::Container).await?;
        if self.0.config.cell_containers > 0 {
            probe::prove_limits(self, Isolation::default_cell()).await?;
        }
        Ok(())
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

/// A test without one protection sees each compilation.
fn builds_bytes(config: &Config) -> u64 {
    match config.weakness {
        Some(_) => 0,
        None => config.compile_cache_bytes,
    }
}

#[async_trait]
impl Sandbox for DockerSandbox {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        DockerRuns::compile(Arc::clone(&self.0), job).await
    }
}
