//! All services in one process, over real gRPC on loopback.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use synthsmith_daemon::{Component, Running, Security, ServerConfig, Settings, launch};
use synthsmith_feature_evolver::FeatureEvolverService;
use synthsmith_gateway::GatewayService;
use synthsmith_sandbox::Engine;
use synthsmith_solver::SolverService;
use synthsmith_task_synth::TaskSynthService;
use synthsmith_telemetry::Telemetry;
use synthsmith_test_gen::TestGenService;
use synthsmith_training::Device;
use synthsmith_verifier::VerifierService;

use crate::exit::Failure;
use crate::output::say;

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
    /// Of the service that the command speaks to.
    pub address: String,
    pub sandbox: SandboxTook,
}

/// What it took until programs could run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SandboxTook {
    /// Only where the image was missing.
    pub build: Option<Duration>,
    pub start: Duration,
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
    let mut starter = Starter::new(settings, telemetry, plan.is_public);
    let address = starter.start_all(plan).await;
    starter.conclude(address).await
}

/// Starts the verifier alone, for this process, with at most so many containers kept ready.
pub(crate) async fn start_verifier(
    settings: &Settings,
    containers: usize,
    telemetry: &Telemetry,
) -> anyhow::Result<Cluster> {
    let mut config: synthsmith_verifier::Config = settings.section("verifier")?;
    config.pool_size = config.pool_size.min(containers);
    let mut starter = Starter::new(settings, telemetry, false);
    let address = starter.start_verifier(config).await;
    starter.conclude(address).await
}

/// What a trainer of this process works with.
#[derive(Debug)]
pub(crate) struct TrainerPlan {
    pub store: PathBuf,
    /// The folder of models to begin with; none takes that of the configuration.
    pub models: Option<PathBuf>,
    /// None takes all cores.
    pub threads: Option<u32>,
    /// None takes that of the configuration.
    pub device: Option<Device>,
}

/// Starts the trainer alone, for this process.
pub(crate) async fn start_trainer(
    settings: &Settings,
    plan: TrainerPlan,
    telemetry: &Telemetry,
) -> anyhow::Result<Cluster> {
    let mut config: synthsmith_trainer::Config = settings.section("trainer")?;
    config.store = plan.store;
    config.models = plan.models.unwrap_or(config.models);
    config.threads = plan.threads.unwrap_or_else(cores);
    config.device = plan.device.unwrap_or(config.device);
    let mut starter = Starter::new(settings, telemetry, false);
    let address = starter.start::<synthsmith_trainer::Component>(config).await;
    starter.conclude(address).await
}

/// What an evaluation needs.
#[derive(Debug)]
pub(crate) struct EvaluationPlan {
    pub state: PathBuf,
    /// The folder of a model to serve.
    pub model: Option<PathBuf>,
    /// The endpoint to ask, where no model is served; without either nobody is asked.
    pub endpoint: Option<String>,
    pub name: Option<String>,
    pub api_key_env: Option<String>,
    pub threads: Option<u32>,
    /// Containers that the verifier keeps ready at most.
    pub containers: usize,
    /// Questions that are asked at a time.
    pub concurrency: usize,
}

/// Starts a verifier, and what is needed to ask a model; the address is the verifier's.
pub(crate) async fn start_evaluation(
    settings: &Settings,
    plan: EvaluationPlan,
    telemetry: &Telemetry,
) -> anyhow::Result<Cluster> {
    build_image(settings).await?;
    let mut starter = Starter::new(settings, telemetry, false);
    let address = starter.start_for_evaluation(plan).await;
    starter.conclude(address).await
}

/// Threads where nobody says how many.
pub(crate) fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32)
}

/// Builds the sandbox's image where it is missing, and tells how long that took.
///
/// It is built apart from the start, to say so and to tell the time of it from that of the start.
pub(crate) async fn build_image(settings: &Settings) -> anyhow::Result<Option<Duration>> {
    let config: synthsmith_verifier::Config = settings.section("verifier")?;
    let unusable = |error| Failure::Machine(synthsmith_rpc::error::chain(&error));
    let engine = Engine::connect(&config.sandbox()).await.map_err(unusable)?;
    if engine.has_sandbox_image().await.map_err(unusable)? {
        return Ok(None);
    }
    say("building the sandbox's image; this is done once and takes a minute or two");
    let began = Instant::now();
    engine.build_sandbox_image().await.map_err(unusable)?;
    Ok(Some(began.elapsed()))
}

struct Starter<'a> {
    settings: &'a Settings,
    telemetry: &'a Telemetry,
    is_public: bool,
    security: Security,
    daemons: Vec<Running>,
    sandbox: SandboxTook,
}

impl<'a> Starter<'a> {
    fn new(settings: &'a Settings, telemetry: &'a Telemetry, is_public: bool) -> Self {
        Self {
            settings,
            telemetry,
            is_public,
            security: Security::default(),
            daemons: Vec::new(),
            sandbox: SandboxTook::default(),
        }
    }

    /// What was started; where the last did not start, the others are stopped.
    async fn conclude(self, address: anyhow::Result<String>) -> anyhow::Result<Cluster> {
        match address {
            Ok(address) => Ok(Cluster {
                sandbox: self.sandbox,
                daemons: self.daemons,
                address,
            }),
            Err(error) => {
                drain(self.daemons).await;
                Err(error)
            }
        }
    }

    async fn start_all(&mut self, plan: &Plan) -> anyhow::Result<String> {
        if self.is_public {
            self.security = public_security(self.settings)?;
        }
        let mut gateway: synthsmith_gateway::Config = self.settings.section("gateway")?;
        if plan.with_teacher {
            let teacher =
                self.start::<synthsmith_teacher::Component>(self.settings.section("teacher")?);
            gateway.endpoint.base_url = format!("{}/v1", teacher.await?);
        }
        gateway.store_path = plan.state.join("gateway").join("gateway.sqlite");
        let gateway = self.start::<GatewayService>(gateway).await?;

        self.sandbox.build = build_image(self.settings).await?;
        let verifier = self
            .start_verifier(self.settings.section("verifier")?)
            .await?;

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

    async fn start_for_evaluation(&mut self, plan: EvaluationPlan) -> anyhow::Result<String> {
        let mut gateway: synthsmith_gateway::Config = self.settings.section("gateway")?;
        gateway.store_path = plan.state.join("gateway.sqlite");
        gateway.concurrency = plan.concurrency;
        let endpoint = &mut gateway.endpoint;
        let is_asked = plan.model.is_some() || plan.endpoint.is_some();
        if let Some(model) = plan.model {
            let mut config: synthsmith_model_server::Config =
                self.settings.section("model-server")?;
            config.model = model;
            config.threads = plan.threads.unwrap_or_else(cores);
            let served = self.start::<synthsmith_model_server::Component>(config);
            endpoint.base_url = format!("{}/v1", served.await?);
            // Any name is its own.
            endpoint.model = String::new();
            endpoint.api_key_env = None;
        } else if let Some(url) = plan.endpoint {
            endpoint.base_url = url;
            endpoint.model = plan.name.unwrap_or_default();
            endpoint.api_key_env = plan.api_key_env;
        }
        if is_asked {
            self.start::<GatewayService>(gateway).await?;
        }
        let mut config: synthsmith_verifier::Config = self.settings.section("verifier")?;
        config.pool_size = config.pool_size.min(plan.containers);
        self.start_verifier(config).await
    }

    async fn start_verifier(
        &mut self,
        config: synthsmith_verifier::Config,
    ) -> anyhow::Result<String> {
        let began = Instant::now();
        let started = self.start::<VerifierService>(config).await;
        self.sandbox.start = began.elapsed();
        Ok(started.map_err(|error| Failure::Machine(format!("{error:#}")))?)
    }

    /// Starts one service; the answer is its address.
    async fn start<C: Component>(&mut self, config: C::Config) -> anyhow::Result<String> {
        let server = if self.is_public {
            self.settings.server(C::NAME, C::DEFAULT_PORT)?
        } else {
            ServerConfig::default()
        };
        let daemon = launch::<C>(config, &server, &self.security, self.telemetry).await?;
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

    /// Of a service by its name.
    pub(crate) fn address_of(&self, name: &str) -> Option<String> {
        let mut addresses = self.addresses().into_iter();
        addresses
            .find(|(known, _)| *known == name)
            .map(|(_, address)| address)
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

/// Daemons that ask for keys ask each other, too.
fn public_security(settings: &Settings) -> anyhow::Result<Security> {
    let config = settings.security()?;
    if config.keys_file.is_some() && config.key_file.is_none() {
        let text = "security.keys_file is set and security.key_file is not: the services need an operator's key for each other";
        return Err(Failure::Usage(text.to_owned()).into());
    }
    Security::load(&config)
}

async fn drain(daemons: Vec<Running>) {
    for daemon in daemons.into_iter().rev() {
        let name = daemon.name();
        if let Err(error) = daemon.drain().await {
            tracing::warn!(daemon = name, "did not end well: {error:#}");
        }
    }
}
