//! Requests that were changed at random: each is refused or answered, and none breaks the service.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use prost::Message as _;
use synthsmith_proto::corpus::v1 as corpus;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_proto::verifier::v1::verifier_service_server::VerifierService as _;
use synthsmith_verifier::{Config, VerifierService};
use tonic::{Code, Request, Status};

use crate::echo::Echo;
use crate::server::{checked_by, program, refusal, tests};

/// Seconds for the long run.
const BUDGET: &str = "SYNTHSMITH_FUZZ_SECONDS";

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
fn corpus(kept: &Kept) -> Vec<Vec<u8>> {
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
        isolation: pb::Isolation::Container as i32,
        batch: "task 1".to_owned(),
        ..Default::default()
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
    let named = pb::JudgeProgramRequest {
        program_digest: kept.program.clone(),
        test_suite_digest: kept.suite.clone(),
        ..Default::default()
    };
    corpus.push(named.encode_to_vec());
    corpus.extend(executions(kept).map(|request| request.encode_to_vec()));
    corpus.push(put_program().encode_to_vec());
    corpus.push(put_tests().encode_to_vec());
    corpus
}

fn executions(kept: &Kept) -> [pb::ExecuteProgramRequest; 2] {
    let whole = pb::ExecuteProgramRequest {
        program: Some(program("cpp20", "int main() {}")),
        inputs: vec![b"1".to_vec(), Vec::new(), b"\xff\0".to_vec()],
        limits: None,
        returned_output_bytes: 100,
        stop_after_timeouts: 2,
        isolation: pb::Isolation::Cell as i32,
        ..Default::default()
    };
    let named = pb::ExecuteProgramRequest {
        program: None,
        program_digest: kept.program.clone(),
        ..whole.clone()
    };
    [whole, named]
}

fn put_program() -> pb::PutProgramRequest {
    pb::PutProgramRequest {
        program: Some(program("python3", "def f(x): return x")),
    }
}

fn put_tests() -> pb::PutTestSuiteRequest {
    let mut tests = tests(&[("1", "1"), ("2", "3")]);
    "first".clone_into(&mut tests[0].id);
    pb::PutTestSuiteRequest { tests }
}

/// The digests of what is kept in the beginning.
struct Kept {
    program: String,
    suite: String,
}

impl Kept {
    async fn by(service: &VerifierService) -> Self {
        let program = service.put_program(Request::new(put_program())).await;
        let suite = service.put_test_suite(Request::new(put_tests())).await;
        Self {
            program: program.unwrap().into_inner().digest,
            suite: suite.unwrap().into_inner().digest,
        }
    }
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

/// Answers the bytes as each of the requests; tells how many of them were messages.
async fn answer(service: &VerifierService, bytes: &[u8]) -> usize {
    let mut messages = 0;
    if let Ok(request) = pb::JudgeProgramRequest::decode(bytes) {
        messages += 1;
        let count = Some(request.tests.len()).filter(|&count| count > 0);
        match service.judge_program(Request::new(request)).await {
            Ok(response) => {
                let judged = response.into_inner().tests.len();
                assert!(judged > 0, "{bytes:?}");
                assert_eq!(judged, count.unwrap_or(judged), "{bytes:?}");
            }
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
    messages + answer_put(service, bytes).await
}

async fn answer_put(service: &VerifierService, bytes: &[u8]) -> usize {
    let mut digests = Vec::new();
    if let Ok(request) = pb::PutProgramRequest::decode(bytes) {
        let answer = service.put_program(Request::new(request)).await;
        digests.push(answer.map(|response| response.into_inner().digest));
    }
    if let Ok(request) = pb::PutTestSuiteRequest::decode(bytes) {
        let answer = service.put_test_suite(Request::new(request)).await;
        digests.push(answer.map(|response| response.into_inner().digest));
    }
    for digest in &digests {
        match digest {
            Ok(digest) => assert_eq!(digest.len(), "blake3:".len() + 64, "{bytes:?}"),
            Err(status) => assert_refused(status, bytes),
        }
    }
    digests.len()
}

fn assert_refused(status: &Status, bytes: &[u8]) {
    let is_unknown = status.code() == Code::FailedPrecondition;
    if is_unknown {
        assert_eq!(refusal(status).0, "DIGEST_UNKNOWN", "{bytes:?}");
    } else {
        assert_eq!(status.code(), Code::InvalidArgument, "{bytes:?}");
    }
}

async fn fuzz(mut goes_on: impl FnMut(usize) -> bool) -> (usize, usize) {
    let config = Config {
        // So little that things go.
        max_kept_bytes: 64 << 10,
        ..Config::default()
    };
    let service = VerifierService::new(config, Arc::new(Echo));
    let kept = Kept::by(&service).await;
    let (corpus, mut dice) = (corpus(&kept), Dice(0));
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
