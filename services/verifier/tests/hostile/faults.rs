//! The engine, its containers and the verifier itself fail under the programs.

use std::process::Stdio;
use std::time::Duration;

use synthsmith_proto::corpus::v1::Verdict;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_testkit::say;
use synthsmith_verifier::Config;
use tokio::process::Command;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;

use crate::engine::{Engine, Mood, containers_of, own_containers, remove_container};
use crate::server::{Held, Server, config, require};
use crate::submission::{AC, Submission, good_submission};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

fn slow_program() -> Submission {
    Submission::python("import time; time.sleep(2); print('right')")
        .wall_ms(30_000)
        .test("", "right", AC)
        .test("", "right", AC)
}

type Answer = Result<Response<pb::JudgeProgramResponse>, Status>;

/// Holds if the answer is AC, or an error that says why and when to come back; never another verdict.
fn require_no_blame(answer: Answer) -> Held {
    match answer {
        Ok(response) => {
            let verdict = response.get_ref().verdict();
            require(
                verdict == Verdict::Ac,
                format!("the program is blamed: {verdict:?}"),
            )
        }
        Err(status) => {
            let reason = status
                .get_details_error_info()
                .map(|details| details.reason);
            let come_back = status
                .get_details_retry_info()
                .and_then(|details| details.retry_delay);
            let is_known = matches!(
                reason.as_deref(),
                Some("SANDBOX_UNAVAILABLE" | "SANDBOX_IMAGE_MISSING" | "HOST_DISK_FULL")
            );
            let is_told = is_known && come_back.is_some();
            require(
                status.code() == Code::Unavailable && is_told,
                format!("{status:?} {reason:?} {come_back:?}"),
            )
        }
    }
}

/// Waits, while a call is under way, until the engine knows a container of this process.
async fn first_container() -> Result<String, String> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < deadline {
        if let Some(id) = own_containers().await.pop() {
            return Ok(id);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err("no container was started".to_owned())
}

/// Once, the job goes on in another container; again and again, it is a fault.
///
/// Relies on: the loss of a container is no outcome.
pub(crate) async fn case_59_a_container_removed_by_hand_is_no_verdict(server: &Server) -> Held {
    let request = slow_program().request();
    let mut client = server.client.clone();
    let call = tokio::spawn({
        let request = request.clone();
        async move { client.judge_program(request).await }
    });
    first_container().await?;
    // The program runs by then, in one of them; others may wait for programs.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for id in own_containers().await {
        remove_container(&id).await;
    }
    let answer = call.await.unwrap();
    let verdict = answer.as_ref().map(|response| response.get_ref().verdict());
    require(
        verdict.as_ref().ok() == Some(&Verdict::Ac),
        format!("not taken up in another container: {verdict:?}"),
    )?;

    let mut client = server.client.clone();
    let call = tokio::spawn(async move { client.judge_program(request).await });
    while !call.is_finished() {
        for id in own_containers().await {
            remove_container(&id).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
    require_no_blame(call.await.unwrap())
}

/// Each is what an engine says, or fails to say: a restart, no such image, a full disk, a daemon out of threads.
const MOODS: [Mood; 4] = [
    Mood::Gone,
    Mood::Refusing(404, "No such image: sandbox"),
    Mood::Refusing(500, "write /var/lib: no space left on device"),
    Mood::Refusing(503, "resource temporarily unavailable"),
];

/// The engine that all share is not restarted, and its image and disk are left alone: a stand-in before it fails in
/// the same words.
///
/// Relies on: faults of the engine are no outcomes.
pub(crate) async fn case_59_an_engine_that_fails_is_no_verdict(other: &Server) -> Held {
    say(
        "case 59: the engine is not restarted and no image or disk is touched; a stand-in between fails in their words",
    );
    let engine = Engine::listen();
    let server = Server::open(Config {
        docker_host: engine.host(),
        ..other.config.clone()
    })
    .await;
    let held = withstand_moods(&server, &engine).await;
    engine.become_so(Mood::Well);
    server.close().await;
    held
}

async fn withstand_moods(server: &Server, engine: &Engine) -> Held {
    let mut wrong = Vec::new();
    for mood in MOODS {
        let answers = answers_under(mood, server, engine).await?;
        engine.become_so(Mood::Well);
        for answer in answers {
            if let Err(reason) = require_no_blame(answer) {
                wrong.push(format!("{mood:?}: {reason}"));
            }
        }
        good_submission(server)
            .await
            .map_err(|reason| format!("after {mood:?}: {reason}"))?;
    }
    require(wrong.is_empty(), wrong.join("; "))
}

/// The answers to a call that is under way when the engine changes, and to one that comes after.
async fn answers_under(
    mood: Mood,
    server: &Server,
    engine: &Engine,
) -> Result<[Answer; 2], String> {
    let request = slow_program().request();
    let under_way = tokio::spawn({
        let (mut client, request) = (server.client.clone(), request.clone());
        async move { client.judge_program(request).await }
    });
    first_container().await?;
    engine.become_so(mood);
    let first = under_way.await.unwrap();
    let second = server.client.clone().judge_program(request).await;
    require(second.is_err(), format!("{mood:?} goes unnoticed"))?;
    Ok([first, second])
}

const SETTINGS: &str = "[verifier]\npool_size = 2\n[server.verifier]\nlisten = \"127.0.0.1:0\"\n";

/// Relies on: runners end with their host, orphans are swept at the start.
pub(crate) async fn case_59_what_a_killed_verifier_leaves_is_swept_away(_: &Server) -> Held {
    let settings =
        std::env::temp_dir().join(format!("synthsmith-hostile-{}.toml", std::process::id()));
    std::fs::write(&settings, SETTINGS).unwrap();
    let mut verifier = Command::new(env!("CARGO_BIN_EXE_synthsmith-verifier"))
        .arg("--config")
        .arg(&settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let process = verifier.id().unwrap();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while containers_of(process).await.len() < 2 {
        require(
            tokio::time::Instant::now() < deadline,
            "the other verifier starts no containers",
        )?;
        tokio::time::sleep(PAUSE).await;
    }
    verifier.kill().await.unwrap();
    let next = Server::open(config()).await;
    let left = containers_of(process).await;
    next.close().await;
    let _ = std::fs::remove_file(&settings);
    require(left.is_empty(), format!("left behind: {left:?}"))
}
