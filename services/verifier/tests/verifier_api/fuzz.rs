//! Requests that were changed at random: each is refused or answered, and none breaks the service.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::StreamExt as _;
use prost::Message as _;
use synthsmith_corpus::canonical::canonical_digest;
use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus};
use synthsmith_proto::corpus::v1 as corpus;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_proto::verifier::v1::verifier_service_server::VerifierService as _;
use synthsmith_sandbox::{Compiled, Error, Input, Job, Runs, Sandbox};
use synthsmith_verifier::{Config, VerifierService};
use tonic::{Code, Request, Status};

use crate::server::{checked_by, program, tests};

/// Seconds for the long run.
const BUDGET: &str = "SYNTHSMITH_FUZZ_SECONDS";

/// Every program prints what it reads, and a checker accepts everything.
#[derive(Debug)]
struct Echo;

#[derive(Debug)]
struct EchoRuns(u64);

#[async_trait]
impl Sandbox for Echo {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        let compilation = Compilation {
            succeeded: true,
            ..Compilation::default()
        };
        Ok(Compiled {
            compilation,
            runs: Some(Box::new(EchoRuns(job.returned_output_bytes))),
        })
    }
}

#[async_trait]
impl Runs for EchoRuns {
    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        let output = input.stdin.to_vec();
        let returned = output.len().min(self.0 as usize);
        Ok(Outcome {
            input_index: 0,
            status: OutcomeStatus::Ok,
            output_digest: canonical_digest(&output),
            output_size_bytes: output.len() as u64,
            output: output[..returned].to_vec(),
            measures: Measures::default(),
            exit_code: Some(0),
            signal: None,
            stderr_excerpt: Vec::new(),
        })
    }
}

/// `SplitMix64`: the same changes in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound.max(1) as u64) as usize
    }
}

/// One valid request of each kind, as bytes.
fn corpus() -> Vec<Vec<u8>> {
    let judgement = |checker: Option<pb::Checker>, function: &str| pb::JudgeProgramRequest {
        program: Some(program("python3", "def f(x): return x")),
        tests: tests(&[
            ("[1, 2.5, \"x\"]\n", "[1,2.5,\"x\"]"),
            ("1 2\n3", "1 2\n3\n"),
            ("", "nan"),
        ]),
        limits: Some(corpus::Limits {
            cpu_time: Some(Duration::from_millis(1500).try_into().unwrap()),
            wall_time: Some(Duration::from_secs(9).try_into().unwrap()),
            memory_bytes: 1 << 28,
            processes: 3,
            output_bytes: 1 << 20,
        }),
        checker,
        stop_at_first_failure: false,
        function: function.to_owned(),
    };
    let comparisons = (0..=6).map(|number| Some(checked_by(Rule::Comparison(number))));
    let tolerance = pb::FloatTolerance {
        absolute: 1e-9,
        relative: 1e-3,
    };
    let others = [
        None,
        Some(checked_by(Rule::Tolerance(tolerance))),
        Some(checked_by(Rule::Program(program("cpp17", "int main() {}")))),
    ];
    let mut corpus: Vec<Vec<u8>> = comparisons
        .chain(others)
        .map(|checker| judgement(checker, "").encode_to_vec())
        .collect();
    corpus.push(judgement(None, "f").encode_to_vec());
    let execution = pb::ExecuteProgramRequest {
        program: Some(program("cpp20", "int main() {}")),
        inputs: vec![b"1".to_vec(), Vec::new(), b"\xff\0".to_vec()],
        limits: None,
        returned_output_bytes: 100,
        stop_after_timeouts: 2,
        function: String::new(),
    };
    corpus.push(execution.encode_to_vec());
    corpus
}

fn changed(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 if !bytes.is_empty() => bytes[at] = dice.roll() as u8,
            // A length or a number that is a lie.
            2 => drop(bytes.splice(at..at, [0xff, 0xff, 0xff, 0xff, 0x07])),
            3 => bytes.truncate(at),
            4 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => {
                let piece = bytes[at..(at + dice.below(40)).min(bytes.len())].to_vec();
                let to = dice.below(bytes.len());
                drop(bytes.splice(to..to, piece));
            }
        }
    }
    bytes
}

/// Answers the bytes as both requests; tells how many of them were messages.
async fn answer(service: &VerifierService, bytes: &[u8]) -> usize {
    let mut messages = 0;
    if let Ok(request) = pb::JudgeProgramRequest::decode(bytes) {
        messages += 1;
        let count = request.tests.len();
        match service.judge_program(Request::new(request)).await {
            Ok(response) => assert_eq!(response.into_inner().tests.len(), count, "{bytes:?}"),
            Err(status) => assert_refused(&status, bytes),
        }
    }
    if let Ok(request) = pb::ExecuteProgramRequest::decode(bytes) {
        messages += 1;
        let count = request.inputs.len();
        match service.execute_program(Request::new(request)).await {
            Ok(stream) => {
                let events: Vec<_> = stream.into_inner().collect().await;
                assert!(events.iter().all(Result::is_ok), "{bytes:?}");
                assert_eq!(events.len(), count + 1, "{bytes:?}");
            }
            Err(status) => assert_refused(&status, bytes),
        }
    }
    messages
}

fn assert_refused(status: &Status, bytes: &[u8]) {
    assert_eq!(status.code(), Code::InvalidArgument, "{bytes:?}");
}

async fn fuzz(mut goes_on: impl FnMut(usize) -> bool) -> (usize, usize) {
    let service = VerifierService::new(Config::default(), Arc::new(Echo));
    let (corpus, mut dice) = (corpus(), Dice(0));
    let (mut rounds, mut messages) = (0, 0);
    for bytes in &corpus {
        assert!(
            answer(&service, bytes).await > 0,
            "the corpus is of messages"
        );
    }
    while goes_on(rounds) {
        messages += answer(&service, &changed(&corpus, &mut dice)).await;
        rounds += 1;
    }
    (rounds, messages)
}

#[tokio::test]
async fn changed_requests_are_refused_or_answered() {
    let (rounds, messages) = fuzz(|rounds| rounds < 3000).await;
    // Otherwise nothing gets past the decoding.
    assert!(messages > rounds / 4, "{messages} of {rounds}");
}

pub(crate) async fn long() {
    let seconds = std::env::var(BUDGET)
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    let budget = Duration::from_secs(seconds.unwrap_or(60));
    let began = Instant::now();
    let (rounds, messages) = fuzz(|_| began.elapsed() < budget).await;
    synthsmith_testkit::say(&format!(
        "{rounds} changed requests, {messages} of them messages"
    ));
}
