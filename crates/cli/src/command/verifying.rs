//! A question to a verifier: one that is named, or one of this process for as long as the question takes.

use std::pin::pin;

use synthsmith_daemon::Shutdown;
use synthsmith_rpc::client::Connector;

use super::Session;
use crate::cluster::{self, Cluster};
use crate::exit::Failure;
use crate::verifier::Verifier;

/// Asks the verifier at `connect`, or else one that keeps so many containers ready, and ends it.
pub(super) async fn ask<T>(
    session: &Session,
    connect: Option<&str>,
    containers: usize,
    question: impl AsyncFnOnce(Verifier) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut signals = Shutdown::listen()?;
    if let Some(address) = connect {
        let verifier = Verifier::at(&session.connector()?, address)?;
        return tokio::select! {
            answer = question(verifier) => answer,
            () = signals.received() => Err(interrupted()),
        };
    }
    let (own, mut signals) = start(session, containers, signals).await?;
    let verifier = Verifier::at(&Connector::default(), &own.address)?;
    let answer = tokio::select! {
        answer = question(verifier) => answer,
        () = signals.received() => Err(interrupted()),
    };
    signals.then_exit();
    own.stop().await;
    answer
}

/// Starts a verifier. A start that is interrupted is waited for, since its containers have to be removed.
async fn start(
    session: &Session,
    containers: usize,
    mut signals: Shutdown,
) -> anyhow::Result<(Cluster, Shutdown)> {
    tokio::select! {
        built = cluster::build_image(&session.settings) => built?,
        () = signals.received() => return Err(interrupted()),
    };
    let starting = cluster::start_verifier(&session.settings, containers, &session.telemetry);
    let mut starting = pin!(starting);
    tokio::select! {
        started = &mut starting => return Ok((started?, signals)),
        () = signals.received() => {}
    }
    signals.then_exit();
    starting.await?.stop().await;
    Err(interrupted())
}

fn interrupted() -> anyhow::Error {
    Failure::Interrupted("interrupted".to_owned()).into()
}
