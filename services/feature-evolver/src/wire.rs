//! Requests as values of the domain, and results as responses.

use synthsmith_corpus::{FeatureTree, Origin};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::feature_evolver::v1 as pb;
use synthsmith_rpc::Violations;

use crate::evolver::{Asking, FeatureRejection};
use crate::{Error, tree};

const MAX_COUNT: i32 = 10_000;
const MAX_LANGUAGE_CHARS: usize = 40;

pub(crate) struct Extraction {
    pub(crate) language: String,
    pub(crate) program: String,
    pub(crate) asking: Asking,
}

pub(crate) struct Evolution {
    pub(crate) part: FeatureTree,
    pub(crate) asking: Asking,
}

pub(crate) struct Parts {
    pub(crate) tree: FeatureTree,
    pub(crate) count: u64,
    pub(crate) seed: i64,
}

pub(crate) struct Sets {
    pub(crate) tree: FeatureTree,
    pub(crate) first_index: u64,
    pub(crate) count: u64,
    pub(crate) seed: i64,
}

impl TryFrom<pb::ExtractFeaturesRequest> for Extraction {
    type Error = Error;

    fn try_from(request: pb::ExtractFeaturesRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.require(
            is_language(&request.language),
            "language",
            "must be a short name",
        );
        violations.require(!request.code.trim().is_empty(), "code", "is required");
        valid(violations)?;
        Ok(Self {
            language: request.language,
            program: request.code,
            asking: asking(request.seed, request.origin),
        })
    }
}

/// The name stands in an attribute of a tag.
fn is_language(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || "+#.- ".contains(c);
    !name.is_empty() && name.chars().count() <= MAX_LANGUAGE_CHARS && name.chars().all(is_plain)
}

impl TryFrom<pb::EvolveFeaturesRequest> for Evolution {
    type Error = Error;

    fn try_from(request: pb::EvolveFeaturesRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let part = violations.take("subtree", some_features(request.subtree));
        valid(violations)?;
        Ok(Self {
            part: part.unwrap_or_default(),
            asking: asking(request.seed, request.origin),
        })
    }
}

impl TryFrom<pb::SampleSubtreesRequest> for Parts {
    type Error = Error;

    fn try_from(request: pb::SampleSubtreesRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let tree = violations.take("tree", some_features(request.tree));
        let count = violations.take("count", count(request.count));
        valid(violations)?;
        Ok(Self {
            tree: tree.unwrap_or_default(),
            count: count.unwrap_or_default(),
            seed: request.seed,
        })
    }
}

impl TryFrom<pb::SampleFeatureSetsRequest> for Sets {
    type Error = Error;

    fn try_from(request: pb::SampleFeatureSetsRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let tree = violations.take("tree", some_features(request.tree));
        let count = violations.take("count", count(request.count));
        violations.require(request.first_index >= 0, "first_index", "is negative");
        valid(violations)?;
        Ok(Self {
            tree: tree.unwrap_or_default(),
            first_index: request.first_index.cast_unsigned(),
            count: count.unwrap_or_default(),
            seed: request.seed,
        })
    }
}

/// The trees of a merge; empty ones are as good as any.
pub(crate) fn trees(request: pb::MergeFeatureTreesRequest) -> Result<Vec<FeatureTree>, Error> {
    let mut violations = Violations::default();
    let trees = request.trees.into_iter().enumerate();
    let trees = trees.filter_map(|(position, tree)| {
        violations.take(&format!("trees[{position}]"), any_features(Some(tree)))
    });
    let trees = trees.collect();
    valid(violations)?;
    Ok(trees)
}

fn any_features(tree: Option<corpus_pb::FeatureTree>) -> Result<FeatureTree, String> {
    let tree = tree.ok_or("is required")?;
    let tree = FeatureTree::try_from(tree).map_err(|invalid| invalid.to_string())?;
    tree::check(&tree).map_err(|fault| fault.to_string())?;
    Ok(tree)
}

fn some_features(tree: Option<corpus_pb::FeatureTree>) -> Result<FeatureTree, String> {
    let tree = any_features(tree)?;
    if tree.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(tree)
}

fn count(count: i32) -> Result<u64, String> {
    if !(0..=MAX_COUNT).contains(&count) {
        return Err(format!("must be 0 to {MAX_COUNT}"));
    }
    Ok(u64::from(count.cast_unsigned()))
}

fn valid(violations: Violations) -> Result<(), Error> {
    if violations.is_empty() {
        return Ok(());
    }
    Err(Error::InvalidRequest(violations))
}

fn asking(seed: i64, origin: Option<corpus_pb::Origin>) -> Asking {
    Asking {
        seed,
        origin: origin.map(Origin::from).unwrap_or_default(),
    }
}

// === responses ===

impl From<FeatureRejection> for pb::FeatureRejection {
    fn from(rejection: FeatureRejection) -> Self {
        match rejection {
            FeatureRejection::ReplyUnreadable => Self::ReplyUnreadable,
            FeatureRejection::ModelRefused => Self::ModelRefused,
            FeatureRejection::NoFeatures => Self::NoFeatures,
            FeatureRejection::ProgramUnfit => Self::ProgramUnfit,
        }
    }
}

pub(crate) fn extracted(
    result: Result<FeatureTree, FeatureRejection>,
) -> pb::ExtractFeaturesResponse {
    use pb::extract_features_response::Result as Wire;
    let result = match result {
        Ok(tree) => Wire::Tree(tree.into()),
        Err(rejection) => Wire::Rejection(pb::FeatureRejection::from(rejection) as i32),
    };
    pb::ExtractFeaturesResponse {
        result: Some(result),
    }
}

pub(crate) fn evolved(result: Result<FeatureTree, FeatureRejection>) -> pb::EvolveFeaturesResponse {
    use pb::evolve_features_response::Result as Wire;
    let result = match result {
        Ok(tree) => Wire::Tree(tree.into()),
        Err(rejection) => Wire::Rejection(pb::FeatureRejection::from(rejection) as i32),
    };
    pb::EvolveFeaturesResponse {
        result: Some(result),
    }
}
