//! Clients that leave.

use std::time::{Duration, Instant};

use crate::engine::{own_containers, working_containers};
use crate::server::{Client, Held, Server, require};
use crate::submission::{AC, Submission};

const ENDLESS: &str = "while True: pass";
/// By then it is the program that works, and not what starts it.
const STARTS_WITHIN: Duration = Duration::from_millis(1_500);
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
        let working = containers_at_work().await?;
        drop(stream);
        all_go(&working, "a stream that is dropped").await?;

        let mut client = server.client.clone();
        let call = tokio::spawn(async move { client.judge_program(endless().request()).await });
        let working = containers_at_work().await?;
        call.abort();
        all_go(&working, "a call that is dropped").await?;

        let mut other = Client::connect(server.url.clone()).await.unwrap();
        let call = tokio::spawn(async move { other.judge_program(endless().request()).await });
        let working = containers_at_work().await?;
        call.abort();
        all_go(&working, "a connection that is dropped").await?;
    }
    Ok(())
}

/// Those in which the program runs by now; cells that wait for others do nothing.
async fn containers_at_work() -> Result<Vec<String>, String> {
    let asked = Instant::now();
    loop {
        let working = working_containers().await;
        if !working.is_empty() && asked.elapsed() > STARTS_WITHIN {
            return Ok(working);
        }
        require(asked.elapsed() < Duration::from_mins(1), "nothing starts")?;
    }
}

async fn all_go(containers: &[String], after: &str) -> Held {
    let left = Instant::now();
    while own_containers()
        .await
        .iter()
        .any(|id| containers.contains(id))
    {
        require(
            left.elapsed() < GONE_WITHIN,
            format!("containers outlive {after}"),
        )?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
