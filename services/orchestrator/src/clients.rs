//! The other services, as the stages need them: domain values in, domain values out.

mod features;
mod tasks;

pub(crate) use features::FeaturesOrReason;
pub(crate) use tasks::{Execution, ExecutionRules};

use synthsmith_proto::feature_evolver::v1::feature_evolver_service_client::FeatureEvolverServiceClient;
use synthsmith_proto::gateway::v1::GetUsageRequest;
use synthsmith_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use synthsmith_proto::solver::v1::solver_service_client::SolverServiceClient;
use synthsmith_proto::task_synth::v1::task_synth_service_client::TaskSynthServiceClient;
use synthsmith_proto::test_gen::v1::test_gen_service_client::TestGenServiceClient;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::{Connector, InvalidAddress, ItemChannel, MAX_MESSAGE_BYTES};

use crate::config::Services;
use crate::error::CallError;

/// Clients of all services a run needs; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    feature_evolver: FeatureEvolverServiceClient<ItemChannel>,
    task_synth: TaskSynthServiceClient<ItemChannel>,
    solver: SolverServiceClient<ItemChannel>,
    test_gen: TestGenServiceClient<ItemChannel>,
    verifier: VerifierServiceClient<ItemChannel>,
    gateway: GatewayServiceClient<ItemChannel>,
}

/// What a run's model calls cost, by the gateway's books.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Usage {
    pub answers: u64,
    pub requests: u64,
    pub paid_twice_upper_bound: u64,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    pub cost_usd: f64,
}

impl Clients {
    /// Connects when a service is first called.
    pub(crate) fn connect(
        connector: &Connector,
        services: &Services,
    ) -> Result<Self, InvalidAddress> {
        let connect = |address: &str| connector.connect(address);
        let feature_evolver = FeatureEvolverServiceClient::new(connect(&services.feature_evolver)?)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        let solver = SolverServiceClient::new(connect(&services.solver)?)
            .max_decoding_message_size(MAX_MESSAGE_BYTES);
        let test_gen = TestGenServiceClient::new(connect(&services.test_gen)?)
            .max_decoding_message_size(MAX_MESSAGE_BYTES);
        let verifier = VerifierServiceClient::new(connect(&services.verifier)?)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        Ok(Self {
            feature_evolver,
            task_synth: TaskSynthServiceClient::new(connect(&services.task_synth)?),
            solver,
            test_gen,
            verifier,
            gateway: GatewayServiceClient::new(connect(&services.gateway)?),
        })
    }

    pub(crate) async fn usage(&self, run_id: &str) -> Result<Usage, CallError> {
        let request = GetUsageRequest {
            run_id: run_id.to_owned(),
        };
        let answer = self.gateway.clone().get_usage(request).await;
        let usage = answer
            .map_err(|status| CallError::of("gateway", &status))?
            .into_inner();
        let tokens = usage.usage.unwrap_or_default();
        Ok(Usage {
            answers: usage.answers.max(0) as u64,
            requests: usage.requests.max(0) as u64,
            paid_twice_upper_bound: usage.paid_twice_upper_bound.max(0) as u64,
            prompt_tokens: tokens.prompt_tokens.max(0) as u64,
            completion_tokens: tokens.completion_tokens.max(0) as u64,
            cost_usd: usage.cost_usd,
        })
    }
}
