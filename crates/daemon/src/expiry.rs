//! Says in the log that this process's certificate is about to expire, while somebody can still do something about it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use synthsmith_security::{Watched, valid_until};

/// From then on it is said.
const AHEAD: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How often it is said.
const EVERY: Duration = Duration::from_hours(24);

/// Watches a certificate for as long as the process lives; new contents of the file count.
pub(crate) fn watch(certificate: PathBuf, interval: Duration) -> anyhow::Result<()> {
    let file = certificate.display().to_string();
    let parse = |contents: &[Vec<u8>]| valid_until(&contents[0]);
    let until =
        Watched::start(vec![certificate], interval, parse).context("security.certificate_file")?;
    tokio::spawn(tell(file, until));
    Ok(())
}

async fn tell(file: String, until: Arc<Watched<Timestamp>>) {
    loop {
        let until = *until.current();
        let left = until.duration_since(Timestamp::now());
        if left.is_negative() {
            tracing::error!(%file, %until, "the certificate has expired: callers refuse it");
        } else if left < AHEAD {
            tracing::warn!(%file, %until, "the certificate expires soon");
        }
        tokio::time::sleep(EVERY).await;
    }
}
