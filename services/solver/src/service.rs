//! The gRPC edge: decode, call, encode.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, Stream, StreamExt as _};
use synthsmith_daemon::{Component, Context, Parts};
use synthsmith_models::{ChatModel, GatewayModel};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::solver::v1 as pb;
use synthsmith_proto::solver::v1::solver_service_server::{
    SolverService as Contract, SolverServiceServer,
};
use synthsmith_rpc::Item;
use synthsmith_rpc::client::{Connector, MAX_MESSAGE_BYTES};
use synthsmith_rpc::error::into_status;
use tonic::{Request, Response, Status};

use crate::solve::Solver;
use crate::{Config, Error, metrics};

type Responses = Pin<Box<dyn Stream<Item = Result<pb::SolveTaskResponse, Status>> + Send>>;

#[derive(Debug, Clone)]
pub struct SolverService {
    solver: Solver,
}

// === impl SolverService ===

impl Component for SolverService {
    const NAME: &'static str = "solver";
    const DEFAULT_PORT: u16 = 7104;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        let service = Self::new(config, context.connector())?;
        context.grpc(service.into_server(), FILE_DESCRIPTOR_SET)
    }
}

impl SolverService {
    /// The service with the gateway of the configuration as its model.
    pub fn new(config: Config, connector: &Connector) -> Result<Self, Error> {
        let timeout = Duration::from_secs(config.model_timeout_seconds);
        let model = GatewayModel::connect(connector, &config.gateway_address, timeout)
            .map_err(Error::InvalidGatewayAddress)?;
        Ok(Self::with_model(config, Arc::new(model)))
    }

    pub fn with_model(config: Config, model: Arc<dyn ChatModel>) -> Self {
        Self {
            solver: Solver::new(model, Arc::new(config)),
        }
    }

    pub fn into_server(self) -> SolverServiceServer<Self> {
        SolverServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    fn solve(&self, request: pb::SolveTaskRequest) -> Result<Responses, Error> {
        let candidates = self.solver.clone().solve(&request.try_into()?)?;
        let responses = on_behalf_of(Item::current(), candidates).map(|sampled| match sampled {
            Ok(sampled) => {
                metrics::count_candidate(&sampled);
                if let Err(rejection) = &sampled.result {
                    let reason = rejection.as_str();
                    tracing::debug!(candidate.index = sampled.index, reason, "no candidate");
                }
                Ok(sampled.into())
            }
            Err(error) => Err(into_status(&error)),
        });
        Ok(Box::pin(responses))
    }
}

/// The stream is polled after the handler has returned, where the current item is no longer known.
fn on_behalf_of<S: Stream + Send + 'static>(
    item: Item,
    stream: S,
) -> impl Stream<Item = S::Item> + Send + 'static
where
    S::Item: Send,
{
    stream::unfold(Box::pin(stream), move |mut rest| {
        item.clone()
            .scope(async move { Some((rest.next().await?, rest)) })
    })
}

#[tonic::async_trait]
impl Contract for SolverService {
    type SolveTaskStream = Responses;

    async fn solve_task(
        &self,
        request: Request<pb::SolveTaskRequest>,
    ) -> Result<Response<Responses>, Status> {
        let responses = self.solve(request.into_inner());
        responses
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }
}
