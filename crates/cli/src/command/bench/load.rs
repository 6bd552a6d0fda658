//! The load: submissions, so many in flight, each verdict checked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::bail;
use futures::{StreamExt as _, TryStreamExt as _};
use synthsmith_proto::corpus::v1::{TestCase, Verdict};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::{ItemChannel, MAX_MESSAGE_BYTES, connect};
use tonic::{Code, Status};

use super::workload::{self, Cache, TESTS};
use crate::args::{Level, Workload};

/// Submits to a verifier.
#[derive(Debug)]
pub(super) struct Load {
    client: VerifierServiceClient<ItemChannel>,
    tests: Vec<TestCase>,
    /// Of this run alone, so that no cache knows its sources.
    run: String,
    next: AtomicU64,
}

/// Submissions of one kind.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) level: Level,
    pub(super) workload: Workload,
    pub(super) cache: Cache,
    pub(super) submissions: usize,
    pub(super) in_flight: usize,
    /// Names the tests, instead of sending them.
    pub(super) suite_digest: Option<String>,
}

// === impl Load ===

impl Load {
    pub(super) fn new(address: &str) -> anyhow::Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let run = now.unwrap_or_default().as_nanos().to_string();
        Ok(Self {
            client: client(address)?,
            tests: workload::tests(TESTS),
            run,
            next: AtomicU64::new(0),
        })
    }

    /// Submits all, and tells how long each took. Anything but AC is an error.
    pub(super) async fn submit(&self, batch: &Batch) -> anyhow::Result<Vec<Duration>> {
        futures::stream::iter(0..batch.submissions)
            .map(|_| self.submit_one(batch))
            .buffer_unordered(batch.in_flight)
            .try_collect()
            .await
    }

    /// Submits all, and goes on where one fails.
    pub(super) async fn try_submit(&self, batch: &Batch) -> Vec<anyhow::Result<Duration>> {
        futures::stream::iter(0..batch.submissions)
            .map(|_| self.submit_one(batch))
            .buffer_unordered(batch.in_flight)
            .collect()
            .await
    }

    async fn submit_one(&self, batch: &Batch) -> anyhow::Result<Duration> {
        let request = self.request(batch);
        let began = Instant::now();
        let answer = self.client.clone().judge_program(request).await;
        let took = began.elapsed();
        check(answer?.get_ref(), batch)?;
        Ok(took)
    }

    /// Why the verifier does not judge at a level, where it does not.
    pub(super) async fn refusal(&self, batch: &Batch) -> anyhow::Result<Option<Status>> {
        let request = self.request(batch);
        match self.client.clone().judge_program(request).await {
            Err(status) if status.code() == Code::FailedPrecondition => Ok(Some(status)),
            Err(status) => Err(status.into()),
            Ok(answer) => check(answer.get_ref(), batch).map(|()| None),
        }
    }

    /// Has the verifier keep the tests; the answer names them.
    pub(super) async fn put_tests(&self) -> anyhow::Result<String> {
        let request = pb::PutTestSuiteRequest {
            tests: self.tests.clone(),
        };
        let answer = self.client.clone().put_test_suite(request).await?;
        Ok(answer.into_inner().digest)
    }

    fn request(&self, batch: &Batch) -> pb::JudgeProgramRequest {
        let mark = match batch.cache {
            Cache::Hit => self.run.clone(),
            Cache::Cold => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                format!("{} {number}", self.run)
            }
        };
        let tests = match batch.suite_digest {
            None => self.tests.clone(),
            Some(_) => Vec::new(),
        };
        pb::JudgeProgramRequest {
            program: Some(workload::program(batch.workload, &mark)),
            tests,
            test_suite_digest: batch.suite_digest.clone().unwrap_or_default(),
            isolation: isolation(batch.level) as i32,
            ..pb::JudgeProgramRequest::default()
        }
    }
}

pub(super) fn client(address: &str) -> anyhow::Result<VerifierServiceClient<ItemChannel>> {
    let client = VerifierServiceClient::new(connect(address)?);
    Ok(client.max_decoding_message_size(MAX_MESSAGE_BYTES))
}

pub(super) fn isolation(level: Level) -> pb::Isolation {
    match level {
        Level::Cell => pb::Isolation::Cell,
        Level::Floor | Level::Container | Level::Gvisor => pb::Isolation::Container,
    }
}

fn check(answer: &pb::JudgeProgramResponse, batch: &Batch) -> anyhow::Result<()> {
    let accepted = answer
        .tests
        .iter()
        .filter(|test| test.verdict() == Verdict::Ac);
    let accepted = accepted.count();
    if answer.verdict() == Verdict::Ac && accepted == TESTS {
        return Ok(());
    }
    bail!(
        "a right {} at level {} got {}, and {accepted} of {TESTS} tests accepted; a measurement with a wrong verdict is none",
        batch.workload.name(),
        batch.level.name(),
        answer.verdict().as_str_name(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(cache: Cache) -> Batch {
        Batch {
            level: Level::Cell,
            workload: Workload::PythonSum,
            cache,
            submissions: 1,
            in_flight: 1,
            suite_digest: None,
        }
    }

    fn answer(verdict: Verdict, accepted: usize) -> pb::JudgeProgramResponse {
        let test = |index| pb::TestVerdict {
            verdict: if index < accepted {
                Verdict::Ac
            } else {
                Verdict::Wa
            } as i32,
            ..pb::TestVerdict::default()
        };
        pb::JudgeProgramResponse {
            verdict: verdict as i32,
            tests: (0..TESTS).map(test).collect(),
            ..pb::JudgeProgramResponse::default()
        }
    }

    #[tokio::test]
    async fn a_cold_source_is_new_each_time_and_a_hit_is_the_same() {
        let load = Load::new("http://127.0.0.1:1").unwrap();
        let source = |cache| load.request(&batch(cache)).program.unwrap().source;
        assert_ne!(source(Cache::Cold), source(Cache::Cold));
        assert_eq!(source(Cache::Hit), source(Cache::Hit));
    }

    #[tokio::test]
    async fn a_suite_that_is_named_is_not_sent() {
        let load = Load::new("http://127.0.0.1:1").unwrap();
        let mut named = batch(Cache::Cold);
        assert_eq!(load.request(&named).tests.len(), TESTS);
        named.suite_digest = Some("d".to_owned());
        let request = load.request(&named);
        assert_eq!(
            (request.tests.len(), request.test_suite_digest.as_str()),
            (0, "d")
        );
        assert_eq!(request.isolation(), pb::Isolation::Cell);
    }

    #[test]
    fn one_wrong_verdict_is_an_error_that_names_it() {
        let batch = batch(Cache::Hit);
        assert!(check(&answer(Verdict::Ac, TESTS), &batch).is_ok());
        for wrong in [answer(Verdict::Ac, TESTS - 1), answer(Verdict::Wa, TESTS)] {
            let told = check(&wrong, &batch).unwrap_err().to_string();
            assert!(
                told.contains("python_sum at level CELL got VERDICT_"),
                "{told}"
            );
        }
    }
}
