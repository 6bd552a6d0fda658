//! The service over real gRPC, with a scripted model and a runner that runs nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use synthsmith_corpus::Program;
use synthsmith_models::{ChatModel, Error, scripted::ScriptedModel};
use synthsmith_proto::corpus::v1::{InputSource, Style, Task};
use synthsmith_proto::test_gen::v1 as pb;
use synthsmith_proto::test_gen::v1::InputRejectionReason as Reason;
use synthsmith_proto::test_gen::v1::test_gen_service_client::TestGenServiceClient;
use synthsmith_test_gen::runner::{ProgramRunner, Run, RunnerFault};
use synthsmith_test_gen::{Config, TestGenService};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Server};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const PROGRAM: &str = "A plan.\n```python\nimport random\n```";

/// Answers as it was told, and remembers what it was asked.
#[derive(Debug)]
struct ToldRunner {
    answer: Result<Run, RunnerFault>,
    asked: Mutex<Vec<(Program, Vec<u8>)>>,
}

#[async_trait]
impl ProgramRunner for ToldRunner {
    async fn run(&self, program: Program, stdin: Vec<u8>) -> Result<Run, RunnerFault> {
        self.asked.lock().unwrap().push((program, stdin));
        self.answer.clone()
    }
}

fn told(answer: Result<Run, RunnerFault>) -> Arc<ToldRunner> {
    Arc::new(ToldRunner {
        answer,
        asked: Mutex::default(),
    })
}

fn printing(count: usize) -> Run {
    let case = |n| json!({"description": "random", "input_string": format!("g{n}")});
    let cases: Vec<_> = (0..count).map(case).collect();
    Run::Printed(json!(cases).to_string().into_bytes())
}

fn listing(count: usize) -> String {
    let case = |n| json!({"idx": n, "description": "edge", "input_string": format!("p{n}\n")});
    let cases: Vec<_> = (0..count).map(case).collect();
    json!({"test_cases": cases}).to_string()
}

fn scripted(inputs: &str, generator: &str) -> Arc<ScriptedModel> {
    let model = ScriptedModel::default()
        .answering("# Write test inputs\n", inputs)
        .answering("# Write an input generator\n", generator);
    Arc::new(model)
}

async fn serve(
    model: Arc<dyn ChatModel>,
    runner: Arc<dyn ProgramRunner>,
) -> TestGenServiceClient<Channel> {
    let service = TestGenService::with_ports(Config::default(), model, runner);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().add_service(service.into_server());
    tokio::spawn(server.serve_with_incoming(incoming));
    TestGenServiceClient::connect(address).await.unwrap()
}

fn request(input_count: i32) -> pb::GenerateTestsRequest {
    let task = Task {
        id: "t1".into(),
        style: Style::Codeforces as i32,
        statement: "# Sum".into(),
        ..Task::default()
    };
    pb::GenerateTestsRequest {
        task: Some(task),
        input_count,
        seed: 11,
        origin: None,
    }
}

async fn generate(
    model: Arc<ScriptedModel>,
    runner: Arc<ToldRunner>,
) -> Result<pb::GenerateTestsResponse, Status> {
    let response = serve(model, runner)
        .await
        .generate_tests(request(10))
        .await?;
    Ok(response.into_inner())
}

fn count(response: &pb::GenerateTestsResponse, source: InputSource) -> usize {
    response
        .inputs
        .iter()
        .filter(|input| input.source() == source)
        .count()
}

#[tokio::test]
async fn both_methods_give_inputs() {
    let (model, runner) = (scripted(&listing(10), PROGRAM), told(Ok(printing(10))));
    let response = generate(model.clone(), runner.clone()).await.unwrap();
    assert_eq!(count(&response, InputSource::Prompt), 4);
    assert_eq!(count(&response, InputSource::Generator), 6);
    assert_eq!(response.inputs[0].input, b"p0\n");
    assert_eq!(response.inputs[4].input, b"g0\n");
    assert_eq!(response.rejections, []);

    let asked = runner.asked.lock().unwrap().clone();
    let [(program, stdin)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(
        (program.language.as_str(), program.source.trim()),
        ("python3", "import random")
    );
    let line = String::from_utf8(stdin.clone()).unwrap();
    let (seed, asked_count) = line.trim_end().split_once(' ').unwrap();
    assert!(seed.parse::<i32>().unwrap() >= 0);
    assert_eq!(asked_count, "10");
    assert!(line.ends_with('\n'));
    let prompts: Vec<_> = model
        .asked()
        .iter()
        .map(|asked| asked.prompt().to_owned())
        .collect();
    assert!(
        prompts
            .iter()
            .any(|prompt| prompt.ends_with("<count>\n10\n</count>"))
    );
}

#[tokio::test]
async fn a_generator_that_fails_leaves_the_prompt_its_say() {
    for (generator, run, reason) in [
        (
            PROGRAM,
            Ok(Run::Failed("RUNTIME_ERROR: boom".into())),
            Reason::GeneratorFailed,
        ),
        (
            PROGRAM,
            Ok(Run::Printed(b"[] done".to_vec())),
            Reason::GeneratorUnreadable,
        ),
        ("no program", Ok(printing(1)), Reason::ReplyUnreadable),
        (
            "I'm sorry, but I can't help with that.",
            Ok(printing(1)),
            Reason::ModelRefused,
        ),
    ] {
        let response = generate(scripted(&listing(10), generator), told(run))
            .await
            .unwrap();
        assert_eq!(count(&response, InputSource::Prompt), 10);
        let rejection = pb::InputRejection {
            source: InputSource::Generator as i32,
            reason: reason as i32,
        };
        assert_eq!(response.rejections, [rejection]);
    }
}

#[tokio::test]
async fn a_prompt_that_fails_leaves_the_generator_its_say() {
    let model = scripted("{\"test_cases\": [", PROGRAM);
    let response = generate(model, told(Ok(printing(12)))).await.unwrap();
    assert_eq!(count(&response, InputSource::Generator), 10);
    assert_eq!(response.rejections[0].reason(), Reason::ReplyUnreadable);
    assert_eq!(response.rejections[0].source(), InputSource::Prompt);
}

#[tokio::test]
async fn an_outage_is_an_error_and_no_rejection() {
    let gone = RunnerFault::Unavailable {
        message: "verifier gone".into(),
        retry_after: None,
    };
    let status = generate(scripted(&listing(1), PROGRAM), told(Err(gone)))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "VERIFIER_UNAVAILABLE"
    );

    let fault = Error::Unavailable {
        message: "gateway gone".into(),
        retry_after: None,
    };
    let model = ScriptedModel::default().failing("# Write", fault);
    let status = generate(Arc::new(model), told(Ok(printing(1))))
        .await
        .unwrap_err();
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "MODEL_UNAVAILABLE"
    );
}

#[tokio::test]
async fn refuses_a_request_for_none_or_too_many() {
    let mut client = serve(scripted("", ""), told(Ok(printing(1)))).await;
    for count in [0, -5, 201] {
        let status = client.generate_tests(request(count)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
}
