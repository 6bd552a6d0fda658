//! `synthsmith daemon`.

use std::path::Path;

use synthsmith_daemon::serve;
use synthsmith_feature_evolver::FeatureEvolverService;
use synthsmith_gateway::GatewayService;
use synthsmith_solver::SolverService;
use synthsmith_task_synth::TaskSynthService;
use synthsmith_test_gen::TestGenService;
use synthsmith_verifier::VerifierService;

use crate::args::Service;

pub(super) async fn run(service: Service, config: Option<&Path>) -> anyhow::Result<()> {
    match service {
        Service::Gateway => serve::<GatewayService>(config).await,
        Service::FeatureEvolver => serve::<FeatureEvolverService>(config).await,
        Service::TaskSynth => serve::<TaskSynthService>(config).await,
        Service::Solver => serve::<SolverService>(config).await,
        Service::TestGen => serve::<TestGenService>(config).await,
        Service::Verifier => serve::<VerifierService>(config).await,
        Service::Orchestrator => serve::<synthsmith_orchestrator::Component>(config).await,
        Service::Trainer => serve::<synthsmith_trainer::Component>(config).await,
        Service::ModelServer => serve::<synthsmith_model_server::Component>(config).await,
        Service::Teacher => serve::<synthsmith_teacher::Component>(config).await,
    }
}
