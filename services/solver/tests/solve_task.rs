//! The service over real gRPC, with a scripted model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeMap;
use std::sync::Arc;

use synthsmith_models::scripted::ScriptedModel;
use synthsmith_models::{ChatModel, Error};
use synthsmith_proto::corpus::v1::{CandidateRejection, Style, Task};
use synthsmith_proto::solver::v1 as pb;
use synthsmith_proto::solver::v1::solve_task_response::Result as Outcome;
use synthsmith_proto::solver::v1::solver_service_client::SolverServiceClient;
use synthsmith_solver::{Config, SolverService};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Server};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const PYTHON: &str = "Add them.\n```python\nprint(sum(map(int, input().split())))\n```";
const CPP: &str = "<think>Add.</think>\n```cpp\nint main() {}\n```";

async fn serve(model: Arc<dyn ChatModel>) -> SolverServiceClient<Channel> {
    let service = SolverService::with_model(Config::default(), model);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().add_service(service.into_server());
    tokio::spawn(server.serve_with_incoming(incoming));
    SolverServiceClient::connect(address).await.unwrap()
}

fn request(candidate_count: i32) -> pb::SolveTaskRequest {
    let task = Task {
        id: "t1".into(),
        style: Style::Atcoder as i32,
        statement: "# Sum\n\nAdd the numbers.".into(),
        ..Task::default()
    };
    pb::SolveTaskRequest {
        task: Some(task),
        candidate_count,
        seed: 3,
        origin: None,
    }
}

/// What came of each candidate, by index.
async fn solve(
    client: &mut SolverServiceClient<Channel>,
    candidate_count: i32,
) -> Result<BTreeMap<i32, Outcome>, Status> {
    let mut stream = client
        .solve_task(request(candidate_count))
        .await?
        .into_inner();
    let mut outcomes = BTreeMap::new();
    while let Some(response) = stream.message().await? {
        let earlier = outcomes.insert(response.index, response.result.unwrap());
        assert!(earlier.is_none(), "candidate {} came twice", response.index);
    }
    Ok(outcomes)
}

#[tokio::test]
async fn streams_every_candidate_once_in_the_language_of_its_turn() {
    let model = ScriptedModel::default()
        .answering_in_turn("# Solve a task\n", &[PYTHON, PYTHON, PYTHON, CPP]);
    let model = Arc::new(model);
    let mut client = serve(model.clone()).await;
    let outcomes = solve(&mut client, 8).await.unwrap();
    assert_eq!(outcomes.len(), 8);
    for (index, outcome) in outcomes {
        let Outcome::Solution(solution) = outcome else {
            panic!("{index}: {outcome:?}")
        };
        let language = if index % 4 == 3 { "cpp17" } else { "python3" };
        assert_eq!(solution.index, index);
        assert_eq!(solution.program.unwrap().language, language);
        assert!(solution.reasoning.starts_with("Add"));
    }
    let mut asked = model.asked();
    asked.sort_by_key(|request| request.sample_index);
    let mut seeds: Vec<_> = asked.iter().map(|request| request.sampling.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 8);
    assert!(
        asked[3]
            .prompt()
            .ends_with("<language>\ncpp17\n</language>")
    );
    assert!(
        asked[0]
            .prompt()
            .contains("<task>\n# Sum\n\nAdd the numbers.\n</task>")
    );
}

#[tokio::test]
async fn a_candidate_does_not_depend_on_how_many_are_asked_for() {
    let answer = |request: &synthsmith_models::ChatRequest| {
        let language = if request.prompt().contains("cpp17") {
            "cpp"
        } else {
            "python"
        };
        Ok(format!("```{language}\n{}\n```", request.sampling.seed))
    };
    let mut client = serve(Arc::new(
        ScriptedModel::default().with("# Solve a task", answer),
    ))
    .await;
    let few = solve(&mut client, 3).await.unwrap();
    let many = solve(&mut client, 20).await.unwrap();
    assert!(few.iter().all(|(index, outcome)| many[index] == *outcome));
}

#[tokio::test]
async fn filters_are_rejections_of_single_candidates() {
    let replies = ["no code", PYTHON, "```python\nprint(", PYTHON];
    let model = ScriptedModel::default().answering_in_turn("# Solve a task", &replies);
    let outcomes = solve(&mut serve(Arc::new(model)).await, 4).await.unwrap();
    let rejected = |reason: CandidateRejection| Outcome::Rejection(reason as i32);
    assert_eq!(outcomes[&0], rejected(CandidateRejection::NoCode));
    assert!(matches!(outcomes[&1], Outcome::Solution(_)));
    assert_eq!(outcomes[&2], rejected(CandidateRejection::Truncated));
    assert_eq!(outcomes[&3], rejected(CandidateRejection::WrongLanguage));
}

#[tokio::test]
async fn a_model_out_of_reach_ends_the_stream_with_an_error() {
    let fault = Error::Unavailable {
        message: "gateway gone".into(),
        retry_after: None,
    };
    let model = ScriptedModel::default().failing("# Solve a task", fault);
    let status = solve(&mut serve(Arc::new(model)).await, 4)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "MODEL_UNAVAILABLE"
    );
}

#[tokio::test]
async fn refuses_a_request_for_none_or_too_many() {
    let mut client = serve(Arc::new(ScriptedModel::default())).await;
    for count in [0, -1, 65] {
        let status = client.solve_task(request(count)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
    let without_task = pb::SolveTaskRequest {
        task: None,
        ..request(0)
    };
    let status = client.solve_task(without_task).await.unwrap_err();
    assert_eq!(
        status
            .get_details_bad_request()
            .unwrap()
            .field_violations
            .len(),
        2
    );
}
