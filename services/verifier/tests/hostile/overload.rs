//! Far more requests than there are slots.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use synthsmith_proto::corpus::v1::Verdict;
use synthsmith_verifier::Config;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::server::{Server, config};
use crate::submission::{AC, Submission, good_submission};

const OVERLOADED_FOR: Duration = Duration::from_mins(1);
/// Ten times as many as run and wait.
const CLIENTS: usize = 60;

/// A program that needs a good part of its time.
fn near_the_limit() -> Submission {
    Submission::python("import time\nwhile time.process_time() < 0.3: pass\nprint('right')")
        .cpu_ms(500)
        .test("", "right", AC)
        .test("", "right", AC)
}

/// What every answer was; a client that is told to come back does so when it is told to.
async fn insist(mut client: crate::server::Client, until: Instant) -> Vec<String> {
    let mut answers = Vec::new();
    while Instant::now() < until {
        match client.judge_program(near_the_limit().request()).await {
            Ok(response) => answers.push(format!("{:?}", response.get_ref().verdict())),
            Err(status) if status.code() == Code::ResourceExhausted => {
                let retry = status.get_details_retry_info();
                match retry.and_then(|retry| retry.retry_delay) {
                    Some(delay) => tokio::time::sleep(delay).await,
                    None => answers.push("refused without a delay".to_owned()),
                }
                answers.push("refused".to_owned());
            }
            Err(status) => answers.push(format!("{status:?}")),
        }
    }
    answers
}

/// Relies on: the bounded queue, no more programs at a time than there are slots, CPU time decides.
pub(crate) async fn case_58_overload_is_refused_and_changes_no_verdict() {
    let server = Server::open(Config {
        max_queue: 4,
        ..config()
    })
    .await;
    let before = good_submission(&server).await.unwrap();
    let until = Instant::now() + OVERLOADED_FOR;
    let clients = (0..CLIENTS).map(|_| tokio::spawn(insist(server.client.clone(), until)));
    let clients: Vec<_> = clients.collect();
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for client in clients {
        for answer in client.await.unwrap() {
            *answers.entry(answer).or_default() += 1;
        }
    }
    let after = good_submission(&server).await.unwrap();
    server.close().await;
    let allowed = [format!("{:?}", Verdict::Ac), "refused".to_owned()];
    assert!(
        answers.keys().eq(allowed.iter()),
        "verdicts or faults under load: {answers:?}"
    );
    assert!(after < before * 3 + Duration::from_millis(150));
}
