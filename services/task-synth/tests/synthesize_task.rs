//! The service over real gRPC, with a scripted model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::sync::Arc;

use serde_json::json;
use synthsmith_models::scripted::ScriptedModel;
use synthsmith_models::{ChatModel, Error};
use synthsmith_proto::corpus::v1::{FeatureNode, FeatureTree, Rejection, Sample, Style};
use synthsmith_proto::task_synth::v1 as pb;
use synthsmith_proto::task_synth::v1::synthesize_task_response::Result as Outcome;
use synthsmith_proto::task_synth::v1::task_synth_service_client::TaskSynthServiceClient;
use synthsmith_task_synth::rules::StatementRules;
use synthsmith_task_synth::{Config, TaskSynthService};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::Code;
use tonic::transport::{Channel, Server};
use tonic_types::StatusExt as _;

const ATCODER: &str = "# Apple baskets\n\nGiven are `n` baskets of apples. Print the number of all apples.\n\n\
    ## Constraints\n\n- `1 <= n <= 100000`\n\n## Input\n\n`n`, then `n` numbers.\n\n## Output\n\nOne number.\n\n\
    ## Sample Input 1\n\n```\n3\n1 2 3\n```\n\n## Sample Output 1\n\n```\n6\n```\n\n\
    ## Sample Input 2\n\n```\n1\n4\n```\n\n## Sample Output 2\n\n```\n4\n```\n";

async fn serve(model: Arc<dyn ChatModel>) -> TaskSynthServiceClient<Channel> {
    let statement = StatementRules {
        min_words: 20,
        ..StatementRules::default()
    };
    let config = Config {
        statement,
        ..Config::default()
    };
    let service = TaskSynthService::with_model(config, model);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().add_service(service.into_server());
    tokio::spawn(server.serve_with_incoming(incoming));
    TaskSynthServiceClient::connect(address).await.unwrap()
}

fn request(style: Style) -> pb::SynthesizeTaskRequest {
    let node = |name: &str, children| FeatureNode {
        name: name.into(),
        frequency: 3,
        children,
    };
    let algorithm = node(
        "algorithm",
        vec![node("running sum", vec![]), node("max flow", vec![])],
    );
    pb::SynthesizeTaskRequest {
        task_id: "t1".into(),
        features: Some(FeatureTree {
            roots: vec![algorithm],
        }),
        style: style as i32,
        seed: 5,
        origin: None,
    }
}

fn choosing(selected: &serde_json::Value, strategy: &str) -> String {
    let choice = json!({
        "feature_roles_tree": {"algorithm": []},
        "selected_features_tree": selected,
        "integration_strategy": strategy,
    });
    format!("<think>hm</think>\n```json\n{choice}\n```")
}

fn good_choice() -> String {
    let leaf = json!({"feature": "running sum", "potential_use": "the total"});
    choosing(&json!({"algorithm": [leaf]}), "Add them up.")
}

fn writing(statement: &str) -> String {
    json!({"question": statement}).to_string()
}

async fn outcome(choice: &str, written: &str) -> Outcome {
    let model = ScriptedModel::default()
        .answering("# Choose features\n", choice)
        .answering("# Write a task\n", written);
    let mut client = serve(Arc::new(model)).await;
    let response = client
        .synthesize_task(request(Style::Atcoder))
        .await
        .unwrap();
    response.into_inner().result.unwrap()
}

async fn rejection(choice: &str, written: &str) -> (Rejection, String) {
    match outcome(choice, written).await {
        Outcome::Rejection(rejection) => (rejection.reason(), rejection.detail),
        Outcome::Task(task) => panic!("{task:?}"),
    }
}

#[tokio::test]
async fn makes_a_task_of_the_chosen_features() {
    let Outcome::Task(task) = outcome(&good_choice(), &writing(ATCODER)).await else {
        panic!("no task");
    };
    assert_eq!((task.id.as_str(), task.style()), ("t1", Style::Atcoder));
    assert_eq!(task.statement, ATCODER);
    assert_eq!(task.strategy, "Add them up.");
    let roots = task.features.unwrap().roots;
    assert_eq!(roots[0].children.len(), 1);
    assert_eq!(
        (
            roots[0].children[0].name.as_str(),
            roots[0].children[0].frequency
        ),
        ("running sum", 3)
    );
    let sample = |input: &str, output: &str| Sample {
        input: input.into(),
        output: output.into(),
    };
    assert_eq!(
        task.samples,
        [sample("3\n1 2 3\n", "6\n"), sample("1\n4\n", "4\n")]
    );
}

#[tokio::test]
async fn shows_the_model_what_it_chose() {
    let model = ScriptedModel::default()
        .answering("# Choose features\n", &good_choice())
        .answering("# Write a task\n", &writing(ATCODER));
    let model = Arc::new(model);
    let mut client = serve(model.clone()).await;
    client
        .synthesize_task(request(Style::Atcoder))
        .await
        .unwrap();
    client
        .synthesize_task(request(Style::Atcoder))
        .await
        .unwrap();
    let asked = model.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked[0].prompt().contains("\"max flow\""));
    assert!(
        asked[1]
            .prompt()
            .contains("\"potential_use\": \"the total\"")
    );
    assert!(
        asked[1]
            .prompt()
            .contains("<strategy>\nAdd them up.\n</strategy>")
    );
    assert!(asked[1].prompt().ends_with("<style>\natcoder\n</style>"));
    assert_ne!(asked[0].sampling.seed, asked[1].sampling.seed);
    assert_eq!(asked[..2], asked[2..]);
}

#[tokio::test]
async fn a_choice_of_nothing_tells_why() {
    let choice = choosing(&json!({}), "Sums and flows do not meet.");
    let (reason, detail) = rejection(&choice, "").await;
    assert_eq!(reason, Rejection::FeaturesIncompatible);
    assert_eq!(detail, "Sums and flows do not meet.");
}

#[tokio::test]
async fn every_fault_of_a_reply_has_its_reason() {
    let good = good_choice();
    let unknown = choosing(&json!({"algorithm": ["quick sort"]}), "x");
    let closing = choosing(&json!({"algorithm": ["max flow"]}), "a </strategy> b");
    let refusal = "I'm sorry, but I can't help with that.";
    let written = writing(ATCODER);
    let table = [
        (refusal, written.as_str(), Rejection::ModelRefused),
        (
            "{\"selected_features_tree\": {",
            &written,
            Rejection::ReplyUnreadable,
        ),
        (&unknown, &written, Rejection::ReplyUnreadable),
        (&closing, &written, Rejection::ReplyUnreadable),
        (&good, refusal, Rejection::ModelRefused),
        (&good, "# Apple baskets", Rejection::ReplyUnreadable),
        (&good, "{\"question\": 1}", Rejection::ReplyUnreadable),
        (
            &good,
            "{\"question\": \"x\", \"note\": \"y\"}",
            Rejection::ReplyUnreadable,
        ),
        (
            &good,
            "{\"question\": \"x\"}",
            Rejection::StatementMalformed,
        ),
    ];
    for (choice, written, reason) in table {
        let (found, detail) = rejection(choice, written).await;
        assert_eq!(found, reason, "{choice} {written}");
        assert!(!detail.is_empty());
    }
}

#[tokio::test]
async fn a_statement_that_names_its_technique_is_rejected() {
    let leaky = ATCODER.replace("Print the number", "Print, by a prefix sum, the number");
    let (reason, detail) = rejection(&good_choice(), &writing(&leaky)).await;
    assert_eq!(reason, Rejection::HintLeaked);
    assert!(detail.contains("prefix sum"), "{detail}");
}

#[tokio::test]
async fn a_model_out_of_reach_is_an_error_and_no_rejection() {
    let fault = Error::Unavailable {
        message: "gateway gone".into(),
        retry_after: None,
    };
    let model = ScriptedModel::default().failing("# Choose features", fault);
    let mut client = serve(Arc::new(model)).await;
    let status = client
        .synthesize_task(request(Style::Unspecified))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "MODEL_UNAVAILABLE"
    );
}

#[tokio::test]
async fn reports_all_faults_of_a_request_at_once() {
    let mut client = serve(Arc::new(ScriptedModel::default())).await;
    let empty = pb::SynthesizeTaskRequest {
        style: 99,
        ..pb::SynthesizeTaskRequest::default()
    };
    let status = client.synthesize_task(empty).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        status
            .get_details_bad_request()
            .unwrap()
            .field_violations
            .len(),
        3
    );
}
