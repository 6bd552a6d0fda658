//! One run from its begin to its output: what `run`, `demo` and the preview have in common.

use std::fs;
use std::time::{Duration, Instant};

use synthsmith_daemon::Shutdown;
use synthsmith_proto::orchestrator::v1 as pb;
use synthsmith_rpc::client::Connector;

use super::Session;
use crate::cluster::{self, Cluster, Plan, SandboxTook};
use crate::exit::Failure;
use crate::orchestrator::Orchestrator;
use crate::output::say;
use crate::progress::Progress;
use crate::run_folder::{Remembered, RunFolder};
use crate::samples::{self, Samples};

/// Enough for one small answer, even from an endpoint that has to wake up.
const PROBE_SECONDS: f64 = 60.0;

/// A run and where it happens.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub session: &'a Session,
    pub folder: &'a RunFolder,
    pub remembered: Remembered,
    pub concurrency: u32,
    /// Whether the folder is thrown away whatever comes.
    pub is_throwaway: bool,
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
    pub sandbox: SandboxTook,
    /// The other services.
    pub start: Duration,
    pub job: Duration,
}

impl Job<'_> {
    /// Works until the output is in its folder.
    pub(super) async fn work(self) -> anyhow::Result<Took> {
        let mut signals = Shutdown::listen()?;
        let folder = self.folder;
        let _alone = folder.lock()?;
        let is_new = matches!(self.begin, Begin::New(_));
        let advice = self.advice();
        let began = Instant::now();
        let started = tokio::select! {
            started = self.cluster() => started,
            () = signals.received() => Err(Failure::Interrupted("interrupted before the run began".to_owned()).into()),
        };
        let cluster = started.inspect_err(|_| {
            if is_new {
                folder.abandon();
            }
        })?;
        let sandbox = cluster.as_ref().map(|cluster| cluster.sandbox);
        let sandbox = sandbox.unwrap_or_default();
        let of_sandbox = sandbox.start + sandbox.build.unwrap_or_default();
        let start = began.elapsed().saturating_sub(of_sandbox);
        let address = self.address(cluster.as_ref());
        let began = Instant::now();
        let result = tokio::select! {
            result = self.follow(&address) => result,
            () = signals.received() => {
                signals.then_exit();
                say("stopping; what was done is kept");
                Err(Failure::Interrupted(format!("interrupted{advice}")).into())
            }
        };
        if let Some(cluster) = cluster {
            cluster.stop().await;
        }
        let _ = fs::remove_file(folder.address());
        result.inspect_err(|error| {
            // The orchestrator did not take the run, so there is nothing to go on with.
            if is_new && matches!(error.downcast_ref(), Some(Failure::Usage(_))) {
                folder.abandon();
            }
        })?;
        Ok(Took {
            sandbox,
            start,
            job: began.elapsed(),
        })
    }

    fn address(&self, cluster: Option<&Cluster>) -> String {
        let own = cluster.map(|cluster| cluster.address.clone());
        let named = self.remembered.connect.clone();
        own.or(named)
            .expect("services are started unless others are named")
    }

    /// How to go on after a failure, where that is possible.
    fn advice(&self) -> String {
        if self.is_throwaway {
            return String::new();
        }
        let shown = self.folder.path().display();
        format!("; go on by `synthsmith run --resume --out {shown}`")
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
        check_endpoints(self.session, plan.with_teacher).await?;
        let cluster = cluster::start(settings, &plan, &self.session.telemetry).await?;
        Ok(Some(cluster))
    }

    async fn follow(self, address: &str) -> anyhow::Result<()> {
        let advice = self.advice();
        let connector = match &self.remembered.connect {
            Some(_) => self.session.connector()?,
            None => Connector::default(),
        };
        let mut orchestrator = Orchestrator::at(&connector, address)?;
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
        let run = begun?;
        // Only a convenience for `synthsmith status`.
        let _ = fs::write(self.folder.address(), address);
        let ended = watch(&mut orchestrator, run, &run_id, self.session.is_json).await?;
        match ended.state() {
            pb::run::State::Succeeded => orchestrator.deliver(&run_id, self.folder).await,
            pb::run::State::Cancelled => {
                anyhow::bail!("the run was cancelled{advice}")
            }
            _ => anyhow::bail!("the run failed: {}{advice}", ended.error),
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

/// Asks each endpoint one small question, so that a wrong address or key is said at once and not after the retries of a
/// first job.
async fn check_endpoints(session: &Session, with_teacher: bool) -> anyhow::Result<()> {
    let gateway: synthsmith_gateway::Config = session.settings.section("gateway")?;
    let usual = (!with_teacher).then_some(gateway.endpoint);
    for mut endpoint in usual.into_iter().chain(gateway.endpoints) {
        endpoint.max_attempts = 1;
        endpoint.timeout_seconds = endpoint.timeout_seconds.min(PROBE_SECONDS);
        if let Err(error) = synthsmith_gateway::probe(&endpoint).await {
            let text = format!(
                "the model endpoint {} cannot be used: {}; `synthsmith doctor --endpoint {0}` tries it again",
                endpoint.base_url,
                synthsmith_rpc::error::chain(&error)
            );
            return Err(Failure::Machine(text).into());
        }
    }
    Ok(())
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
