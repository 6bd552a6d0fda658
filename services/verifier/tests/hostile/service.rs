//! Clients that send nonsense.

use std::time::Duration;

use bytes::{Buf as _, BufMut as _};
use synthsmith_proto::corpus::v1::{Limits, Program, TestCase};
use synthsmith_proto::verifier::v1 as pb;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::engine::own_containers;
use crate::server::{Held, Server, require};
use crate::submission::{AC, Submission};

const SETTLES_WITHIN: Duration = Duration::from_millis(300);

fn request() -> pb::JudgeProgramRequest {
    Submission::python("print(1)").test("", "1", AC).request()
}

fn with_limits(change: impl FnOnce(&mut Limits)) -> pb::JudgeProgramRequest {
    let mut request = request();
    change(request.limits.as_mut().unwrap());
    request
}

fn with_program(language: &str, source: &str) -> pb::JudgeProgramRequest {
    Submission::new(language, source)
        .test("", "1", AC)
        .request()
}

fn with_tests(count: usize, input_bytes: usize) -> pb::JudgeProgramRequest {
    let test = TestCase {
        input: vec![b'x'; input_bytes],
        ..TestCase::default()
    };
    pb::JudgeProgramRequest {
        tests: vec![test; count],
        ..request()
    }
}

/// What is wrong with a request, the request, and the field that the refusal must name.
type Nonsense = (&'static str, pb::JudgeProgramRequest, &'static str);

fn with_one_id_twice() -> pb::JudgeProgramRequest {
    let mut request = with_tests(3, 0);
    for test in &mut request.tests[1..] {
        "first".clone_into(&mut test.id);
    }
    request
}

fn odd_tests() -> Vec<Nonsense> {
    vec![
        ("no tests", with_tests(0, 0), "tests"),
        ("100,000 tests", with_tests(100_000, 0), "tests"),
        ("600 MiB of tests", with_tests(1, 600 << 20), "request"),
        ("one id twice", with_one_id_twice(), "tests"),
    ]
}

fn odd_programs() -> Vec<Nonsense> {
    let mut without = request();
    without.program = None;
    let language = "program.language";
    let (cobol, path) = ("cobol", "../python3");
    let long = "#".repeat((1 << 20) + 1);
    vec![
        ("no program", without, "program"),
        ("no language", with_program("", "pass"), language),
        ("another language", with_program(cobol, "pass"), language),
        ("a path as language", with_program(path, "pass"), language),
        (
            "a long source",
            with_program("python3", &long),
            "program.source",
        ),
    ]
}

fn odd_times() -> Vec<Nonsense> {
    let cpu = |what, seconds| {
        let request = with_limits(|limits| limits.cpu_time.as_mut().unwrap().seconds = seconds);
        (what, request, "limits.cpu_time")
    };
    let no_wall_time = with_limits(|limits| limits.wall_time = Duration::ZERO.try_into().ok());
    vec![
        cpu("negative cpu time", -1),
        cpu("no cpu time", 0),
        cpu("all cpu time", i64::MAX),
        cpu("a year", 31_536_000),
        ("no wall time", no_wall_time, "limits.wall_time"),
    ]
}

fn odd_sizes() -> Vec<Nonsense> {
    let memory = |what, bytes| {
        let request = with_limits(|limits| limits.memory_bytes = bytes);
        (what, request, "limits.memory_bytes")
    };
    let processes = |what, count| {
        let request = with_limits(|limits| limits.processes = count);
        (what, request, "limits.processes")
    };
    let output = |what, bytes| {
        let request = with_limits(|limits| limits.output_bytes = bytes);
        (what, request, "limits.output_bytes")
    };
    vec![
        memory("negative memory", -1),
        memory("one byte of memory", 1),
        memory("all memory", i64::MAX),
        processes("negative processes", -1),
        processes("all processes", i32::MAX),
        output("negative output", i64::MIN),
        output("all output", i64::MAX),
    ]
}

/// Relies on: nothing; a request is checked before anything starts.
pub(crate) async fn case_56_nonsense_is_refused_before_anything_starts(server: &Server) -> Held {
    let mut wrong = Vec::new();
    let waiting = settled_containers().await;
    let nonsense = [odd_tests(), odd_programs(), odd_times(), odd_sizes()];
    for (what, request, field) in nonsense.into_iter().flatten() {
        let mut client = server.client.clone();
        let answer = client.judge_program(request).await;
        if let Err(reason) = require_refusal(answer.map(drop), field) {
            wrong.push(format!("{what}: {reason}"));
        }
    }
    for (what, field, program) in not_unicode() {
        let answer = send(
            server,
            [&[0x0a, program.len() as u8], program.as_slice()].concat(),
        )
        .await;
        if let Err(reason) = require_refusal(answer, field) {
            wrong.push(format!("{what}: {reason}"));
        }
    }
    let started = own_containers().await;
    if started.iter().any(|id| !waiting.contains(id)) {
        wrong.push(format!("started {started:?}"));
    }
    require(wrong.is_empty(), wrong.join("; "))?;
    all_at_once(server).await
}

/// Those that wait for other programs, once those of the programs before are gone.
async fn settled_containers() -> Vec<String> {
    let mut seen = own_containers().await;
    loop {
        tokio::time::sleep(SETTLES_WITHIN).await;
        let seen_again = own_containers().await;
        if seen_again == seen {
            return seen;
        }
        seen = seen_again;
    }
}

async fn all_at_once(server: &Server) -> Held {
    let request = pb::JudgeProgramRequest {
        program: Some(Program {
            language: "cobol".to_owned(),
            source: "#".repeat(2 << 20),
        }),
        limits: Some(Limits {
            memory_bytes: 1,
            processes: i32::MAX,
            ..Limits::default()
        }),
        ..Default::default()
    };
    let status = server.client.clone().judge_program(request).await;
    let status = status.err().ok_or("four faults went unnoticed")?;
    let fields = named_fields(&status);
    let all = [
        "program.language",
        "program.source",
        "tests",
        "limits.memory_bytes",
        "limits.processes",
    ];
    let are_named = all
        .iter()
        .all(|field| fields.iter().any(|named| named == field));
    require(are_named, format!("it names only {fields:?}"))
}

fn require_refusal(answer: Result<(), Status>, field: &str) -> Held {
    let Err(status) = answer else {
        return Err("it was judged".to_owned());
    };
    let fields = named_fields(&status);
    // Of a list the one that is wrong may be named, as in `tests[0].input`.
    let element = format!("{field}[");
    let is_named = fields
        .iter()
        .any(|named| named == field || named.starts_with(&element));
    require(
        status.code() == Code::InvalidArgument && is_named,
        format!("{:?} {:?} {fields:?}", status.code(), status.message()),
    )
}

fn named_fields(status: &Status) -> Vec<String> {
    let violations = status
        .get_details_bad_request()
        .map(|details| details.field_violations);
    let fields = violations.into_iter().flatten();
    fields.map(|violation| violation.field).collect()
}

/// Programs whose text is none: field 1 is the language, field 2 the source.
fn not_unicode() -> [(&'static str, &'static str, Vec<u8>); 2] {
    let text = |field: u8, text: &[u8]| [&[field << 3 | 2, text.len() as u8], text].concat();
    [
        (
            "a language of odd bytes",
            "program.language",
            [text(1, b"\xff\xfe"), text(2, b"print(1)")].concat(),
        ),
        (
            "a source of odd bytes",
            "program.source",
            [text(1, b"python3"), text(2, b"print('\xe9')")].concat(),
        ),
    ]
}

/// Passes messages on as they are.
#[derive(Debug, Clone, Copy)]
struct AsIs;

impl Codec for AsIs {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for AsIs {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for AsIs {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining()).to_vec()))
    }
}

async fn send(server: &Server, message: Vec<u8>) -> Result<(), Status> {
    let endpoint = Endpoint::from_shared(server.url.clone()).unwrap();
    let mut client = tonic::client::Grpc::new(endpoint.connect_lazy());
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/synthsmith.verifier.v1.VerifierService/JudgeProgram");
    client
        .unary(Request::new(message), path, AsIs)
        .await
        .map(drop)
}
