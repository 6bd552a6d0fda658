//! Clients that leave.

use std::time::{Duration, Instant};

use crate::engine::own_containers;
use crate::server::{Client, Held, Server, require};
use crate::submission::{AC, Submission};

const ENDLESS: &str = "while True: pass";
const GONE_WITHIN: Duration = Duration::from_secs(2);

fn endless() -> Submission {
    (0..10).fold(
        Submission::python(ENDLESS).cpu_ms(60_000).wall_ms(200_000),
        |submission, _| submission.test("", "", AC),
    )
}

/// Takes the only slots there are and leaves, by dropping a stream, a call and a connection.
///
/// Relies on: dropping a call ends its sandbox.
pub(crate) async fn case_57_a_client_that_leaves_takes_its_containers_along(
    server: &Server,
) -> Held {
    for _ in 0..2 {
        let mut client = server.client.clone();
        let call = client.execute_program(endless().execution());
        let mut stream = call
            .await
            .map_err(|status| status.to_string())?
            .into_inner();
        stream
            .message()
            .await
            .map_err(|status| status.to_string())?;
        drop(stream);
        containers_go("a stream that is dropped").await?;

        let mut client = server.client.clone();
        let call = tokio::spawn(async move { client.judge_program(endless().request()).await });
        containers_come().await?;
        call.abort();
        containers_go("a call that is dropped").await?;

        let mut other = Client::connect(server.url.clone()).await.unwrap();
        let call = tokio::spawn(async move { other.judge_program(endless().request()).await });
        containers_come().await?;
        call.abort();
        containers_go("a connection that is dropped").await?;
    }
    Ok(())
}

async fn containers_come() -> Held {
    let asked = Instant::now();
    while own_containers().await.is_empty() {
        require(asked.elapsed() < Duration::from_mins(1), "nothing starts")?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The program runs by then, and not only its container.
    tokio::time::sleep(Duration::from_millis(700)).await;
    Ok(())
}

async fn containers_go(after: &str) -> Held {
    let left = Instant::now();
    while !own_containers().await.is_empty() {
        require(
            left.elapsed() < GONE_WITHIN,
            format!("containers outlive {after}"),
        )?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
