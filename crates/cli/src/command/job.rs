//! One run from its begin to its output: what `run`, `demo` and the preview have in common.

use std::fs;
use std::time::{Duration, Instant};

use synthsmith_daemon::Shutdown;
use synthsmith_proto::orchestrator::v1 as pb;

use super::Session;
use crate::cluster::{self, Cluster, Plan};
use crate::exit::Failure;
use crate::orchestrator::Orchestrator;
use crate::output::say;
use crate::progress::Progress;
use crate::run_folder::{Remembered, RunFolder};
use crate::samples::{self, Samples};

/// A run and where it happens.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub session: &'a Session,
    pub folder: &'a RunFolder,
    pub remembered: Remembered,
    pub concurrency: u32,
    pub begin: Begin,
}

/// How the run begins.
#[derive(Debug)]
pub(super) enum Begin {
    New(Samples),
    Resume,
}

/// What a job took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Took {
    /// The sandbox, a first build of its image included.
    pub sandbox_seconds: f64,
    /// The other services.
    pub start_seconds: f64,
    pub job_seconds: f64,
}

impl Job<'_> {
    /// Works until the output is in its folder.
    pub(super) async fn work(self) -> anyhow::Result<Took> {
        let mut signals = Shutdown::listen()?;
        let began = Instant::now();
        let cluster = self.cluster().await?;
        let started = began.elapsed();
        let sandbox = cluster
            .as_ref()
            .map_or(Duration::ZERO, |cluster| cluster.sandbox_ready_in);
        let address = match (&cluster, &self.remembered.connect) {
            (Some(cluster), _) => cluster.orchestrator.clone(),
            (None, Some(address)) => address.clone(),
            (None, None) => unreachable!("services are started unless others are named"),
        };
        let began = Instant::now();
        let folder = self.folder;
        let result = tokio::select! {
            result = self.follow(&address) => result,
            () = signals.received() => {
                signals.then_exit();
                Err(interrupted(folder))
            }
        };
        if let Some(cluster) = cluster {
            cluster.stop().await;
        }
        let _ = fs::remove_file(folder.address());
        result?;
        Ok(Took {
            sandbox_seconds: sandbox.as_secs_f64(),
            start_seconds: (started.saturating_sub(sandbox)).as_secs_f64(),
            job_seconds: began.elapsed().as_secs_f64(),
        })
    }

    async fn cluster(&self) -> anyhow::Result<Option<Cluster>> {
        if self.remembered.connect.is_some() {
            return Ok(None);
        }
        let settings = &self.session.settings;
        let plan = Plan {
            state: self.folder.state(),
            is_public: false,
            with_teacher: cluster::wants_teacher(settings)?,
        };
        let cluster = match check_endpoint(self.session, plan.with_teacher).await {
            Ok(()) => cluster::start(settings, &plan, &self.session.telemetry).await,
            Err(error) => Err(error),
        };
        if cluster.is_err() && matches!(self.begin, Begin::New(_)) {
            self.folder.abandon();
        }
        cluster.map(Some)
    }

    async fn follow(self, address: &str) -> anyhow::Result<()> {
        let mut orchestrator = Orchestrator::at(address)?;
        let spec = self.spec();
        let run_id = self.remembered.run_id.clone();
        let resumed = match &self.begin {
            Begin::New(_) => None,
            Begin::Resume => orchestrator.resume(&run_id, spec.clone()).await?,
        };
        let begun = match (resumed, self.begin) {
            (Some(run), _) => Ok(run),
            (None, Begin::New(samples)) => {
                orchestrator.create(&run_id, spec, samples.samples).await
            }
            (None, Begin::Resume) => {
                let samples = samples::from(&self.remembered.samples)?;
                orchestrator.create(&run_id, spec, samples.samples).await
            }
        };
        if begun.is_err() && !self.folder.state().join("orchestrator").exists() {
            self.folder.abandon();
        }
        let run = begun?;
        // Only a convenience for `synthsmith status`.
        let _ = fs::write(self.folder.address(), address);
        let ended = watch(&mut orchestrator, run, &run_id, self.session.is_json).await?;
        match ended.state() {
            pb::run::State::Succeeded => orchestrator.deliver(&run_id, self.folder).await,
            pb::run::State::Cancelled => {
                anyhow::bail!("the run was cancelled; {}", resume(self.folder))
            }
            _ => anyhow::bail!("the run failed: {}; {}", ended.error, resume(self.folder)),
        }
    }

    fn spec(&self) -> pb::RunSpec {
        let remembered = &self.remembered;
        pb::RunSpec {
            item_count: remembered.tasks as i64,
            accepted_count: remembered.accepted as i64,
            seed: remembered.seed,
            candidate_count: remembered.candidates as i32,
            test_count: remembered.tests as i32,
            evolution_rounds: remembered.evolution_rounds as i32,
            evolution_steps: remembered.evolution_steps as i32,
            concurrency: self.concurrency as i32,
            configuration_digest: self.session.configuration_digest.clone(),
        }
    }
}

/// Asks the endpoint one small question, so that a wrong address or key is said at once and not after
/// the retries of a first job.
async fn check_endpoint(session: &Session, with_teacher: bool) -> anyhow::Result<()> {
    if with_teacher {
        return Ok(());
    }
    let mut gateway: synthsmith_gateway::Config = session.settings.section("gateway")?;
    gateway.endpoint.max_attempts = 1;
    match synthsmith_gateway::probe(&gateway.endpoint).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::Machine(format!(
            "the model endpoint {} cannot be used: {}; `synthsmith doctor --endpoint {0}` tries it again",
            gateway.endpoint.base_url,
            synthsmith_rpc::error::chain(&error)
        ))
        .into()),
    }
}

async fn watch(
    orchestrator: &mut Orchestrator,
    run: pb::Run,
    run_id: &str,
    is_quiet: bool,
) -> anyhow::Result<pb::Run> {
    let items = run.spec.as_ref().map_or(0, |spec| spec.item_count as u64);
    let mut progress = Progress::new(items, is_quiet);
    let mut latest = run;
    let mut states = orchestrator.watch(run_id).await?;
    while let Some(state) = states
        .message()
        .await
        .map_err(|status| orchestrator.failure(&status))?
    {
        if let Some(run) = state.run {
            progress.show(&run, is_quiet);
            latest = run;
        }
    }
    progress.finish();
    Ok(latest)
}

fn interrupted(folder: &RunFolder) -> anyhow::Error {
    say("stopping; what was done is kept");
    Failure::Interrupted(format!("interrupted; {}", resume(folder))).into()
}

fn resume(folder: &RunFolder) -> String {
    format!(
        "go on by `synthsmith run --resume --out {}`",
        folder.path().display()
    )
}
