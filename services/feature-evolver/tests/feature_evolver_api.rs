//! The service over real gRPC, with a scripted model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::sync::Arc;

use synthsmith_feature_evolver::{Config, FeatureEvolverService};
use synthsmith_models::scripted::ScriptedModel;
use synthsmith_models::{ChatModel, Error};
use synthsmith_proto::corpus::v1::{FeatureNode, FeatureTree, Origin};
use synthsmith_proto::feature_evolver::v1 as pb;
use synthsmith_proto::feature_evolver::v1::feature_evolver_service_client::FeatureEvolverServiceClient;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::Code;
use tonic::transport::{Channel, Server};
use tonic_types::StatusExt as _;

type Client = FeatureEvolverServiceClient<Channel>;

async fn serve(model: Arc<dyn ChatModel>) -> Client {
    let service = FeatureEvolverService::with_model(Config::default(), model);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().add_service(service.into_server());
    tokio::spawn(server.serve_with_incoming(incoming));
    Client::connect(address).await.unwrap()
}

fn scripted(extracted: &str, evolved: &str) -> Arc<ScriptedModel> {
    let model = ScriptedModel::default()
        .answering("# Extract features\n", extracted)
        .answering("# Evolve features\n", evolved);
    Arc::new(model)
}

fn extract_request(code: &str) -> pb::ExtractFeaturesRequest {
    pb::ExtractFeaturesRequest {
        language: "python".into(),
        code: code.into(),
        seed: 7,
        origin: Some(Origin {
            run_id: "r1".into(),
            task_id: String::new(),
            stage: "extract".into(),
        }),
    }
}

fn node(name: &str, frequency: i64, children: Vec<FeatureNode>) -> FeatureNode {
    FeatureNode {
        name: name.into(),
        frequency,
        children,
    }
}

/// Eight families of eight features.
fn wide_tree() -> FeatureTree {
    let family = |family: i64| {
        let feature =
            |feature: i64| node(&format!("feature {family}.{feature}"), 1 + feature, vec![]);
        node(
            &format!("family {family}"),
            1 + family,
            (0..8).map(feature).collect(),
        )
    };
    FeatureTree {
        roots: (0..8).map(family).collect(),
    }
}

fn leaves(tree: &FeatureTree) -> Vec<&str> {
    fn collect<'a>(nodes: &'a [FeatureNode], names: &mut Vec<&'a str>) {
        for node in nodes {
            if node.children.is_empty() {
                names.push(&node.name);
            }
            collect(&node.children, names);
        }
    }
    let mut names = Vec::new();
    collect(&tree.roots, &mut names);
    names
}

#[tokio::test]
async fn extracts_the_features_that_the_model_names() {
    let model = scripted(
        "<think>a loop</think><begin>{\"programming_language\": \"python\", \"algorithm\": {\"sorting\": [\"heap sort\"]}}<end>",
        "",
    );
    let mut client = serve(model.clone()).await;
    let response = client
        .extract_features(extract_request("print(1)"))
        .await
        .unwrap()
        .into_inner();
    let Some(pb::extract_features_response::Result::Tree(tree)) = response.result else {
        panic!("{response:?}");
    };
    assert_eq!(leaves(&tree), ["heap sort"]);
    let asked = &model.asked()[0];
    assert!(
        asked
            .prompt()
            .ends_with("<program language=\"python\">\nprint(1)\n</program>")
    );
    assert_eq!(asked.origin.run_id, "r1");
    assert!((asked.sampling.temperature - 0.7).abs() < 1e-9);
    assert!(asked.sampling.seed > 0);
}

#[tokio::test]
async fn replies_of_no_use_are_rejections() {
    for (reply, rejection) in [
        (
            "I'm sorry, but I can't help with that.",
            pb::FeatureRejection::ModelRefused,
        ),
        ("no json", pb::FeatureRejection::ReplyUnreadable),
        (
            "<begin>{\"algorithm\": 3}<end>",
            pb::FeatureRejection::ReplyUnreadable,
        ),
        (
            "<begin>{\"algorithm\": [\"a\"]",
            pb::FeatureRejection::ReplyUnreadable,
        ),
        (
            "<begin>{\"algorithm\": []}<end>",
            pb::FeatureRejection::NoFeatures,
        ),
    ] {
        let mut client = serve(scripted(reply, "")).await;
        let response = client
            .extract_features(extract_request("x"))
            .await
            .unwrap()
            .into_inner();
        let expected = pb::extract_features_response::Result::Rejection(rejection as i32);
        assert_eq!(response.result, Some(expected), "{reply}");
    }
}

#[tokio::test]
async fn a_program_that_closes_its_tag_is_unfit_and_stops_nobody() {
    let mut client = serve(scripted("{}", "")).await;
    let answer = client
        .extract_features(extract_request("# </program>"))
        .await
        .unwrap()
        .into_inner();
    let unfit = pb::FeatureRejection::ProgramUnfit as i32;
    let expected = pb::extract_features_response::Result::Rejection(unfit);
    assert_eq!(answer.result, Some(expected));
}

#[tokio::test]
async fn reports_all_faults_of_a_request_at_once() {
    let mut client = serve(scripted("{}", "")).await;
    let request = pb::ExtractFeaturesRequest {
        language: "a\"b".into(),
        ..extract_request(" ")
    };
    let status = client.extract_features(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        status
            .get_details_bad_request()
            .unwrap()
            .field_violations
            .len(),
        2
    );
}

#[tokio::test]
async fn a_model_out_of_reach_is_an_error_and_no_rejection() {
    let fault = Error::Unavailable {
        message: "gateway gone".into(),
        retry_after: None,
    };
    let model = ScriptedModel::default().failing("# Extract features", fault);
    let mut client = serve(Arc::new(model)).await;
    let status = client
        .extract_features(extract_request("x"))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
}

#[tokio::test]
async fn evolves_a_part_and_estimates_what_is_new() {
    let part = FeatureTree {
        roots: vec![node("algorithm", 9, vec![node("quicksort", 6, vec![])])],
    };
    let reply =
        "<begin>{\"algorithm\": {\"quicksort\": [\"median pivot\"], \"merge sort\": []}}<end>";
    let request = pb::EvolveFeaturesRequest {
        subtree: Some(part.clone()),
        seed: 1,
        origin: None,
    };
    let response = serve(scripted("", reply))
        .await
        .evolve_features(request.clone())
        .await;
    let grown = FeatureTree {
        roots: vec![node(
            "algorithm",
            9,
            vec![
                node("quicksort", 6, vec![node("median pivot", 1, vec![])]),
                node("merge sort", 6, vec![]),
            ],
        )],
    };
    let expected = pb::evolve_features_response::Result::Tree(grown);
    assert_eq!(response.unwrap().into_inner().result, Some(expected));

    let same = "<begin>{\"algorithm\": [\"quicksort\"]}<end>";
    let response = serve(scripted("", same))
        .await
        .evolve_features(request)
        .await;
    let none = pb::FeatureRejection::NoFeatures as i32;
    let expected = pb::evolve_features_response::Result::Rejection(none);
    assert_eq!(response.unwrap().into_inner().result, Some(expected));
}

#[tokio::test]
async fn merges_trees_in_the_order_given() {
    let mut client = serve(scripted("", "")).await;
    let tree = |name: &str| FeatureTree {
        roots: vec![node("algorithm", 2, vec![node(name, 1, vec![])])],
    };
    let request = pb::MergeFeatureTreesRequest {
        trees: vec![tree("b"), tree("a"), tree("b")],
    };
    let response = client
        .merge_feature_trees(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(response.leaf_count, 2);
    let expected = node(
        "algorithm",
        6,
        vec![node("b", 2, vec![]), node("a", 1, vec![])],
    );
    assert_eq!(
        response.tree,
        Some(FeatureTree {
            roots: vec![expected]
        })
    );
}

#[tokio::test]
async fn samples_the_same_set_alone_and_among_others() {
    let mut client = serve(scripted("", "")).await;
    let ask = |first_index, count| pb::SampleFeatureSetsRequest {
        tree: Some(wide_tree()),
        first_index,
        count,
        seed: 42,
    };
    let all = client
        .sample_feature_sets(ask(0, 20))
        .await
        .unwrap()
        .into_inner()
        .feature_sets;
    let some = client
        .sample_feature_sets(ask(13, 2))
        .await
        .unwrap()
        .into_inner()
        .feature_sets;
    assert_eq!(all.len(), 20);
    assert_eq!(some[..], all[13..15]);
    assert!(all.windows(2).any(|pair| pair[0] != pair[1]));
}

#[tokio::test]
async fn samples_as_many_parts_as_asked_for() {
    let mut client = serve(scripted("", "")).await;
    let ask = |count| pb::SampleSubtreesRequest {
        tree: Some(wide_tree()),
        count,
        seed: 1,
    };
    let parts = client
        .sample_subtrees(ask(5))
        .await
        .unwrap()
        .into_inner()
        .subtrees;
    assert_eq!(parts.len(), 5);
    assert!(
        parts
            .iter()
            .all(|part| part.roots.len() == 2 && leaves(part).len() == 2)
    );
    for count in [-1, 10_001] {
        let status = client.sample_subtrees(ask(count)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
}
