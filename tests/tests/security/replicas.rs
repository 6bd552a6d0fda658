//! Two verifiers behind one address.

use std::time::Duration;

use synthsmith_proto::corpus::v1::{Program, TestCase, Verdict};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::{ItemChannel, connect};
use synthsmith_rpc::is_retryable;
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::Daemon;
use tonic::{Code, Status};

type Client = VerifierServiceClient<ItemChannel>;

const CALLS: usize = 12;

fn program() -> Program {
    Program {
        language: "python3".to_owned(),
        source: "print(input())".to_owned(),
    }
}

async fn judge(client: &mut Client, digest: Option<&str>) -> Result<Verdict, Status> {
    let request = pb::JudgeProgramRequest {
        program: digest.is_none().then(program),
        program_digest: digest.unwrap_or_default().to_owned(),
        tests: vec![TestCase {
            input: b"7\n".to_vec(),
            expected_output: b"7\n".to_vec(),
            ..TestCase::default()
        }],
        ..pb::JudgeProgramRequest::default()
    };
    let answer = client.judge_program(request).await?.into_inner();
    Ok(answer.verdict())
}

/// What every client of ours does: once more where that can help.
async fn judge_with_retries(client: &mut Client) -> Result<Verdict, Status> {
    for _ in 0..3 {
        match judge(client, None).await {
            Err(status) if is_retryable(&status) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            answer => return answer,
        }
    }
    judge(client, None).await
}

#[tokio::test]
async fn calls_spread_and_the_loss_of_one_costs_none_beyond_a_retry() {
    let test = "calls_spread_and_the_loss_of_one_costs_none_beyond_a_retry";
    if !engine_or_skip(test) {
        return;
    }
    let settings = [("VERIFIER__POOL_SIZE", "1")];
    let one = Daemon::start("verifier", &settings).await;
    let two = Daemon::start("verifier", &settings).await;
    let address = format!("http://{},{}", one.authority(), two.authority());
    let mut both = Client::new(connect(&address).unwrap());

    // A program that only the first knows shows which of them was asked.
    let mut first = Client::new(connect(&format!("http://{}", one.authority())).unwrap());
    let put = pb::PutProgramRequest {
        program: Some(program()),
    };
    let digest = first.put_program(put).await.unwrap().into_inner().digest;
    // Both are asked whether they are up before they are called; on a busy machine one may take longer to say so.
    while judge(&mut both, Some(&digest)).await.is_ok() {}
    let mut known = 0;
    for _ in 0..CALLS {
        match judge(&mut both, Some(&digest)).await {
            Ok(verdict) => {
                assert_eq!(verdict, Verdict::Ac);
                known += 1;
            }
            Err(status) => assert_eq!(status.code(), Code::FailedPrecondition, "{status}"),
        }
    }
    assert_eq!(known, CALLS / 2);

    drop(one);
    for i in 0..CALLS {
        assert_eq!(
            judge_with_retries(&mut both).await.unwrap(),
            Verdict::Ac,
            "call {i}"
        );
    }
    two.terminate();
    assert_eq!(two.exit_code(Duration::from_mins(1)).await, Some(0));
}
