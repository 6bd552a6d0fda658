//! All services in one process, over real gRPC on loopback.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use synthsmith_daemon::{Component, Running, ServerConfig, Settings, launch};
use synthsmith_feature_evolver::FeatureEvolverService;
use synthsmith_gateway::GatewayService;
use synthsmith_solver::SolverService;
use synthsmith_task_synth::TaskSynthService;
use synthsmith_telemetry::Telemetry;
use synthsmith_test_gen::TestGenService;
use synthsmith_verifier::VerifierService;

use crate::exit::Failure;
use crate::output::say;

/// Starting takes longer only where an image is built.
const USUAL_START: Duration = Duration::from_secs(5);

/// How the services are started.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The folder for what services remember.
    pub state: PathBuf,
    /// Listen on the ports of the configuration, for others; else on free ones, for this process.
    pub is_public: bool,
    /// Answer model calls by the teacher.
    pub with_teacher: bool,
}

/// Services that run in this process.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// In the order of their start; a service comes after those it calls.
    daemons: Vec<Running>,
    pub orchestrator: String,
    /// A first build of its image included.
    pub sandbox_ready_in: Duration,
}

/// Whether model calls are left to the teacher, since the configuration names no endpoint.
pub(crate) fn wants_teacher(settings: &Settings) -> anyhow::Result<bool> {
    let gateway: synthsmith_gateway::Config = settings.section("gateway")?;
    let default = synthsmith_gateway::Config::default();
    Ok(gateway.endpoint.base_url == default.endpoint.base_url)
}

/// Starts all services.
pub(crate) async fn start(
    settings: &Settings,
    plan: &Plan,
    telemetry: &Telemetry,
) -> anyhow::Result<Cluster> {
    let mut starter = Starter {
        settings,
        telemetry,
        is_public: plan.is_public,
        daemons: Vec::new(),
        sandbox_ready_in: Duration::ZERO,
    };
    let orchestrator = match starter.start_all(plan).await {
        Ok(address) => address,
        Err(error) => {
            drain(starter.daemons).await;
            return Err(error);
        }
    };
    Ok(Cluster {
        sandbox_ready_in: starter.sandbox_ready_in,
        daemons: starter.daemons,
        orchestrator,
    })
}

struct Starter<'a> {
    settings: &'a Settings,
    telemetry: &'a Telemetry,
    is_public: bool,
    daemons: Vec<Running>,
    sandbox_ready_in: Duration,
}

impl Starter<'_> {
    async fn start_all(&mut self, plan: &Plan) -> anyhow::Result<String> {
        let mut gateway: synthsmith_gateway::Config = self.settings.section("gateway")?;
        if plan.with_teacher {
            let teacher =
                self.start::<synthsmith_teacher::Component>(self.settings.section("teacher")?);
            gateway.endpoint.base_url = format!("{}/v1", teacher.await?);
        }
        gateway.store_path = plan.state.join("gateway").join("gateway.sqlite");
        let gateway = self.start::<GatewayService>(gateway).await?;

        let verifier = self.start_verifier().await?;

        let mut config: synthsmith_feature_evolver::Config =
            self.settings.section("feature-evolver")?;
        config.gateway_address.clone_from(&gateway);
        let feature_evolver = self.start::<FeatureEvolverService>(config).await?;

        let mut config: synthsmith_task_synth::Config = self.settings.section("task-synth")?;
        config.gateway_address.clone_from(&gateway);
        let task_synth = self.start::<TaskSynthService>(config).await?;

        let mut config: synthsmith_solver::Config = self.settings.section("solver")?;
        config.gateway_address.clone_from(&gateway);
        let solver = self.start::<SolverService>(config).await?;

        let mut config: synthsmith_test_gen::Config = self.settings.section("test-gen")?;
        config.gateway_address.clone_from(&gateway);
        config.verifier_address.clone_from(&verifier);
        let test_gen = self.start::<TestGenService>(config).await?;

        let mut config: synthsmith_orchestrator::Config = self.settings.section("orchestrator")?;
        config.store = plan.state.join("orchestrator");
        config.services = synthsmith_orchestrator::Services {
            feature_evolver,
            task_synth,
            solver,
            test_gen,
            verifier,
            gateway,
        };
        self.start::<synthsmith_orchestrator::Component>(config)
            .await
    }

    /// Says so where the sandbox's image has to be built first.
    async fn start_verifier(&mut self) -> anyhow::Result<String> {
        let began = Instant::now();
        let config = self.settings.section("verifier")?;
        let started = {
            let mut starting = std::pin::pin!(self.start::<VerifierService>(config));
            tokio::select! {
                started = &mut starting => started,
                () = tokio::time::sleep(USUAL_START) => {
                    say("the sandbox's image is being built; this is done once and takes a minute or two");
                    starting.await
                }
            }
        };
        self.sandbox_ready_in = began.elapsed();
        Ok(started.map_err(|error| Failure::Machine(format!("{error:#}")))?)
    }

    /// Starts one service; the answer is its address.
    async fn start<C: Component>(&mut self, config: C::Config) -> anyhow::Result<String> {
        let server = if self.is_public {
            self.settings.server(C::NAME, C::DEFAULT_PORT)?
        } else {
            ServerConfig::default()
        };
        let daemon = launch::<C>(config, &server, self.telemetry).await?;
        let address = daemon.url();
        self.daemons.push(daemon);
        Ok(address)
    }
}

impl Cluster {
    /// Names and addresses, in the order of their start.
    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        let address = |daemon: &Running| (daemon.name(), daemon.url());
        self.daemons.iter().map(address).collect()
    }

    /// Ends when any service no longer serves.
    pub(crate) async fn broke_down(&mut self) -> anyhow::Error {
        let endings = self
            .daemons
            .iter_mut()
            .map(|daemon| Box::pin(daemon.ended()));
        let (ended, _, _) = futures::future::select_all(endings).await;
        ended
            .err()
            .unwrap_or_else(|| anyhow::anyhow!("a service ended without being asked"))
    }

    /// Stops the callers before the called.
    pub(crate) async fn stop(self) {
        drain(self.daemons).await;
    }
}

async fn drain(daemons: Vec<Running>) {
    for daemon in daemons.into_iter().rev() {
        let name = daemon.name();
        if let Err(error) = daemon.drain().await {
            tracing::warn!(daemon = name, "did not end well: {error:#}");
        }
    }
}
