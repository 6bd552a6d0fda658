//! A verifier that is ready to be measured, and how one batch of it is.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use synthsmith_verifier::Config;

use super::probe;
use crate::args::{Level, Workload};
use crate::command::bench::Setting;
use crate::command::bench::cpu::Counter;
use crate::command::bench::engine::Mould;
use crate::command::bench::floors::Floors;
use crate::command::bench::load::{Batch, Load};
use crate::command::bench::report::LeftOut;
use crate::command::bench::service::Service;
use crate::command::bench::workload::{Cache, TESTS};
use crate::output::say;

/// Enough for every container of the pool to be a new one.
const FIRST_SUBMISSIONS: usize = 16;

pub(super) struct Stage<'a> {
    pub(super) setting: &'a Setting<'a>,
    service: &'a Service,
    pub(super) load: Load,
    pub(super) counter: Counter,
    pub(super) floors: Floors,
    /// Of single-use containers, where they are measured.
    pub(super) mould: Option<Mould>,
    pub(super) levels: Vec<Level>,
    /// Single-use containers that the verifier keeps ready; those of cells come as they are needed.
    pool_size: usize,
}

/// What something took.
pub(super) struct Took {
    pub(super) cpu: Duration,
    /// Until all was as before, new containers included.
    pub(super) wall: Duration,
}

/// What a batch took.
pub(super) struct Sample {
    pub(super) took: Took,
    pub(super) latencies: Vec<Duration>,
}

// === impl Stage ===

impl<'a> Stage<'a> {
    /// Makes ready; levels that the verifier refuses are left out.
    pub(super) async fn set(
        setting: &'a Setting<'a>,
        service: &'a Service,
        wanted: &[Level],
    ) -> anyhow::Result<(Self, Vec<LeftOut>)> {
        let engine = &setting.engine;
        let config: Config = setting.session.settings.section("verifier")?;
        let load = Load::new(service.address())?;
        let (levels, left_out) = probe::levels(&load, wanted).await?;
        let mould = if levels.contains(&Level::Container) {
            Some(mould(setting, service, &load, config.pool_size).await?)
        } else {
            None
        };
        say("making the floors ready");
        let image = image(setting, service).await?;
        let floors = Floors::start(engine, &image).await?;
        let counter = Counter::open(engine, service).await?;
        let stage = Self {
            setting,
            service,
            load,
            counter,
            floors,
            mould,
            levels,
            pool_size: config.pool_size,
        };
        Ok((stage, left_out))
    }

    /// Measures a batch, from rest to rest.
    pub(super) async fn measure(&self, batch: &Batch) -> anyhow::Result<Sample> {
        let (took, latencies) = self.spent_by(self.load.submit(batch)).await?;
        Ok(Sample { took, latencies })
    }

    /// What some work takes, from rest to rest.
    pub(super) async fn spent_by<T>(
        &self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<(Took, T)> {
        self.rest().await?;
        let before = self.counter.spent()?;
        let began = Instant::now();
        let done = work.await?;
        let ended = self.rest().await?;
        let took = Took {
            wall: ended.saturating_duration_since(began),
            cpu: self.counter.spent()?.saturating_sub(before),
        };
        Ok((took, done))
    }

    /// Since when nothing is on the way.
    async fn rest(&self) -> anyhow::Result<Instant> {
        let engine = &self.setting.engine;
        let resting = engine.at_rest(self.service.id(), self.pool_size);
        let resting = resting.await?;
        resting.context("the verifier's containers come and go though it has nothing to do")
    }
}

impl Sample {
    pub(super) fn tests_per_cpu_second(&self) -> f64 {
        let tests = self.latencies.len() * TESTS;
        tests as f64 / self.took.cpu.as_secs_f64().max(1e-9)
    }

    pub(super) fn submissions_per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.wall.as_secs_f64().max(1e-9)
    }
}

/// The conditions of a single-use container: one that is there after submissions and was not before.
async fn mould(
    setting: &Setting<'_>,
    service: &Service,
    load: &Load,
    pool_size: usize,
) -> anyhow::Result<Mould> {
    let engine = &setting.engine;
    engine.at_rest(service.id(), pool_size).await?;
    let containers = async || engine.containers_of(service.id()).await;
    let before: BTreeSet<String> = containers().await?.into_iter().map(|(id, _)| id).collect();
    load.submit(&Batch {
        level: Level::Container,
        workload: Workload::PythonSum,
        cache: Cache::Hit,
        submissions: FIRST_SUBMISSIONS,
        in_flight: 2,
        suite_digest: None,
    })
    .await?;
    engine.at_rest(service.id(), pool_size).await?;
    let after = containers().await?;
    let new = after.iter().find(|(id, _)| !before.contains(id));
    let (id, _) = new.context("the verifier's containers are not new each time")?;
    engine.mould(id).await
}

async fn image(setting: &Setting<'_>, service: &Service) -> anyhow::Result<String> {
    let containers = setting.engine.containers_of(service.id()).await?;
    let (id, _) = containers.first().context(
        "the verifier keeps no container; set verifier.pool_size to 1 or more to measure it",
    )?;
    setting.engine.image_of(id).await
}
