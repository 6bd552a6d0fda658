//! Calls of the feature-evolver.

use synthsmith_corpus::{FeatureTree, Origin};
use synthsmith_proto::feature_evolver::v1 as pb;

use super::Clients;
use crate::error::CallError;
use crate::spec::CodeSample;

const SERVICE: &str = "feature-evolver";

/// Features, or why there are none.
pub(crate) type FeaturesOrReason = Result<FeatureTree, &'static str>;

impl Clients {
    pub(crate) async fn extract_features(
        &self,
        sample: CodeSample,
        seed: i64,
        origin: Origin,
    ) -> Result<FeaturesOrReason, CallError> {
        let request = pb::ExtractFeaturesRequest {
            language: sample.language,
            code: sample.code,
            seed,
            origin: Some(origin.into()),
        };
        let answer = self.feature_evolver.clone().extract_features(request).await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        match answer.into_inner().result {
            Some(pb::extract_features_response::Result::Tree(found)) => tree(Some(found)).map(Ok),
            Some(pb::extract_features_response::Result::Rejection(number)) => {
                Ok(Err(reason(number)))
            }
            None => Err(CallError::unreadable(SERVICE, "no result")),
        }
    }

    pub(crate) async fn evolve_features(
        &self,
        subtree: FeatureTree,
        seed: i64,
        origin: Origin,
    ) -> Result<FeaturesOrReason, CallError> {
        let request = pb::EvolveFeaturesRequest {
            subtree: Some(subtree.into()),
            seed,
            origin: Some(origin.into()),
        };
        let answer = self.feature_evolver.clone().evolve_features(request).await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        match answer.into_inner().result {
            Some(pb::evolve_features_response::Result::Tree(grown)) => tree(Some(grown)).map(Ok),
            Some(pb::evolve_features_response::Result::Rejection(number)) => {
                Ok(Err(reason(number)))
            }
            None => Err(CallError::unreadable(SERVICE, "no result")),
        }
    }

    pub(crate) async fn merge_feature_trees(
        &self,
        trees: Vec<FeatureTree>,
    ) -> Result<FeatureTree, CallError> {
        let request = pb::MergeFeatureTreesRequest {
            trees: trees.into_iter().map(Into::into).collect(),
        };
        let answer = self
            .feature_evolver
            .clone()
            .merge_feature_trees(request)
            .await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        tree(answer.into_inner().tree)
    }

    pub(crate) async fn sample_subtrees(
        &self,
        tree: FeatureTree,
        count: u32,
        seed: i64,
    ) -> Result<Vec<FeatureTree>, CallError> {
        let request = pb::SampleSubtreesRequest {
            tree: Some(tree.into()),
            count: count as i32,
            seed,
        };
        let answer = self.feature_evolver.clone().sample_subtrees(request).await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        trees(answer.into_inner().subtrees)
    }

    pub(crate) async fn sample_feature_sets(
        &self,
        tree: FeatureTree,
        first_index: u64,
        count: u32,
        seed: i64,
    ) -> Result<Vec<FeatureTree>, CallError> {
        let request = pb::SampleFeatureSetsRequest {
            tree: Some(tree.into()),
            first_index: first_index as i64,
            count: count as i32,
            seed,
        };
        let answer = self
            .feature_evolver
            .clone()
            .sample_feature_sets(request)
            .await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        trees(answer.into_inner().feature_sets)
    }
}

fn tree(tree: Option<synthsmith_proto::corpus::v1::FeatureTree>) -> Result<FeatureTree, CallError> {
    let tree = tree.ok_or_else(|| CallError::unreadable(SERVICE, "no tree"))?;
    FeatureTree::try_from(tree).map_err(|invalid| CallError::unreadable(SERVICE, invalid))
}

fn trees(
    trees: Vec<synthsmith_proto::corpus::v1::FeatureTree>,
) -> Result<Vec<FeatureTree>, CallError> {
    trees.into_iter().map(|found| tree(Some(found))).collect()
}

fn reason(number: i32) -> &'static str {
    match pb::FeatureRejection::try_from(number) {
        Ok(pb::FeatureRejection::ModelRefused) => "model_refused",
        Ok(pb::FeatureRejection::NoFeatures) => "no_features",
        Ok(pb::FeatureRejection::ProgramUnfit) => "program_unfit",
        _ => "reply_unreadable",
    }
}
