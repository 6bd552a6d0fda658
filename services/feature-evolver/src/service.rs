//! The gRPC edge: decode, call, encode.

use std::sync::Arc;
use std::time::Duration;

use synthsmith_corpus::FeatureTree;
use synthsmith_daemon::{Component, Context, Parts as Served};
use synthsmith_models::{ChatModel, GatewayModel};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::feature_evolver::v1 as pb;
use synthsmith_proto::feature_evolver::v1::feature_evolver_service_server::{
    FeatureEvolverService as Contract, FeatureEvolverServiceServer,
};
use synthsmith_rpc::client::{Connector, MAX_MESSAGE_BYTES};
use synthsmith_rpc::error::into_status;
use tonic::{Request, Response, Status};

use crate::evolver::Evolver;
use crate::sample::{FeatureSets, Subtrees};
use crate::wire::{self, Evolution, Extraction, Parts, Sets};
use crate::{Config, Error, metrics, tree};

#[derive(Debug, Clone)]
pub struct FeatureEvolverService {
    evolver: Evolver,
    config: Arc<Config>,
}

// === impl FeatureEvolverService ===

impl Component for FeatureEvolverService {
    const NAME: &'static str = "feature-evolver";
    const DEFAULT_PORT: u16 = 7102;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Served> {
        let service = Self::new(config, context.connector())?;
        context.grpc(service.into_server(), FILE_DESCRIPTOR_SET)
    }
}

impl FeatureEvolverService {
    /// The service with the gateway of the configuration as its model.
    pub fn new(config: Config, connector: &Connector) -> Result<Self, Error> {
        let timeout = Duration::from_secs(config.model_timeout_seconds);
        let model = GatewayModel::connect(connector, &config.gateway_address, timeout)
            .map_err(Error::InvalidGatewayAddress)?;
        Ok(Self::with_model(config, Arc::new(model)))
    }

    pub fn with_model(config: Config, model: Arc<dyn ChatModel>) -> Self {
        let config = Arc::new(config);
        Self {
            evolver: Evolver::new(model, Arc::clone(&config)),
            config,
        }
    }

    pub fn into_server(self) -> FeatureEvolverServiceServer<Self> {
        FeatureEvolverServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    async fn extract(&self, asked: Extraction) -> Result<pb::ExtractFeaturesResponse, Error> {
        let Extraction {
            language,
            program,
            asking,
        } = asked;
        let result = self.evolver.extract(&language, &program, asking).await?;
        metrics::count_reply("extract", &result);
        Ok(wire::extracted(result))
    }

    async fn evolve(&self, asked: Evolution) -> Result<pb::EvolveFeaturesResponse, Error> {
        let result = self.evolver.evolve(&asked.part, asked.asking).await?;
        metrics::count_reply("evolve", &result);
        Ok(wire::evolved(result))
    }
}

#[tonic::async_trait]
impl Contract for FeatureEvolverService {
    async fn extract_features(
        &self,
        request: Request<pb::ExtractFeaturesRequest>,
    ) -> Result<Response<pb::ExtractFeaturesResponse>, Status> {
        let asked = request
            .into_inner()
            .try_into()
            .map_err(|error| into_status(&error))?;
        respond(self.extract(asked).await)
    }

    async fn merge_feature_trees(
        &self,
        request: Request<pb::MergeFeatureTreesRequest>,
    ) -> Result<Response<pb::MergeFeatureTreesResponse>, Status> {
        let trees = wire::trees(request.into_inner()).map_err(|error| into_status(&error))?;
        respond(off_the_executor(move || merge(&trees)).await)
    }

    async fn sample_subtrees(
        &self,
        request: Request<pb::SampleSubtreesRequest>,
    ) -> Result<Response<pb::SampleSubtreesResponse>, Status> {
        let asked: Parts = request
            .into_inner()
            .try_into()
            .map_err(|error| into_status(&error))?;
        respond(off_the_executor(move || subtrees(&asked)).await)
    }

    async fn evolve_features(
        &self,
        request: Request<pb::EvolveFeaturesRequest>,
    ) -> Result<Response<pb::EvolveFeaturesResponse>, Status> {
        let asked = request
            .into_inner()
            .try_into()
            .map_err(|error| into_status(&error))?;
        respond(self.evolve(asked).await)
    }

    async fn sample_feature_sets(
        &self,
        request: Request<pb::SampleFeatureSetsRequest>,
    ) -> Result<Response<pb::SampleFeatureSetsResponse>, Status> {
        let asked: Sets = request
            .into_inner()
            .try_into()
            .map_err(|error| into_status(&error))?;
        let rules = self.config.feature_set;
        let sets = move || {
            let sets = FeatureSets::new(&asked.tree, rules);
            let indices = (0..asked.count).map(|k| asked.first_index.saturating_add(k));
            pb::SampleFeatureSetsResponse {
                feature_sets: indices
                    .map(|index| sets.draw(asked.seed, index).into())
                    .collect(),
            }
        };
        respond(off_the_executor(sets).await)
    }
}

fn merge(trees: &[FeatureTree]) -> pb::MergeFeatureTreesResponse {
    let merged = tree::merge(trees);
    pb::MergeFeatureTreesResponse {
        leaf_count: merged.leaf_count() as i64,
        tree: Some(merged.into()),
    }
}

fn subtrees(asked: &Parts) -> pb::SampleSubtreesResponse {
    let parts = Subtrees::new(&asked.tree);
    let drawn = (0..asked.count).map(|index| parts.draw(asked.seed, index).into());
    pb::SampleSubtreesResponse {
        subtrees: drawn.collect(),
    }
}

/// Work on a whole tree may take a second, too long for a thread that serves others.
async fn off_the_executor<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::FinishSampling)
}

fn respond<R>(result: Result<R, Error>) -> Result<Response<R>, Status> {
    result
        .map(Response::new)
        .map_err(|error| into_status(&error))
}
