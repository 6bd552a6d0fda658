//! What the sandbox image is built upon: the registry's Debian, or one made here where there is no registry.

use std::process::Stdio;
use std::time::Duration;

use bollard::query_parameters::CreateImageOptionsBuilder;
use futures::TryStreamExt as _;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio_util::io::ReaderStream;

use super::engine::Engine;
use super::image::has_image;
use crate::Error;
use crate::error::{EngineAct, host};

const REGISTRY_BASE: &str = "debian:bookworm-slim";
const OWN_BASE: &str = "synthsmith-base:bookworm";

/// In the order of preference.
pub(super) const ALL: [&str; 2] = [REGISTRY_BASE, OWN_BASE];

const PULLS_WITHIN: Duration = Duration::from_secs(90);

/// Programs that write a Debian to standard output as a tar archive.
const BOOTSTRAPS: [(&str, &str); 2] = [
    ("mmdebstrap", "exec mmdebstrap --variant=minbase bookworm -"),
    (
        "debootstrap",
        "set -e; d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT; \
         debootstrap --variant=minbase bookworm \"$d\" >&2; tar -C \"$d\" -c .",
    ),
];

/// A base that the engine has when this returns.
pub(super) async fn choose(engine: &Engine) -> Result<&'static str, Error> {
    if has_image(engine, REGISTRY_BASE).await? || pull(engine).await {
        return Ok(REGISTRY_BASE);
    }
    if has_image(engine, OWN_BASE).await? {
        return Ok(OWN_BASE);
    }
    for (tool, script) in BOOTSTRAPS {
        if is_installed(tool).await {
            bootstrap(engine, tool, script).await?;
            return Ok(OWN_BASE);
        }
    }
    Err(Error::BaseMissing {
        reason: format!("{REGISTRY_BASE} cannot be pulled and no bootstrap tool is installed"),
    })
}

/// Whether the registry gave the image. A machine without one is no error, there are other ways.
async fn pull(engine: &Engine) -> bool {
    let options = CreateImageOptionsBuilder::default()
        .from_image(REGISTRY_BASE)
        .build();
    let pulled = engine
        .docker
        .create_image(Some(options), None, None)
        .try_for_each(|_| async { Ok(()) });
    match tokio::time::timeout(PULLS_WITHIN, pulled).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::info!(
                error = &error as &dyn std::error::Error,
                image = REGISTRY_BASE,
                "cannot pull"
            );
            false
        }
        Err(_) => false,
    }
}

async fn is_installed(tool: &str) -> bool {
    let found = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
    found.is_ok_and(|status| status.success())
}

async fn bootstrap(engine: &Engine, tool: &'static str, script: &str) -> Result<(), Error> {
    tracing::info!(tool, image = OWN_BASE, "making a base image");
    let mut child = Command::new("/bin/sh")
        .args(["-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(host("start a bootstrap tool"))?;
    let said = last_words(&mut child);
    let imported = import(engine, &mut child).await;
    let status = child
        .wait()
        .await
        .map_err(host("wait for a bootstrap tool"))?;
    if status.success() {
        return imported;
    }
    let said = said.await.unwrap_or_default();
    Err(Error::BaseMissing {
        reason: format!("{tool} failed: {said}"),
    })
}

/// Collects what the tool complains about without letting it wait.
fn last_words(child: &mut Child) -> tokio::task::JoinHandle<String> {
    const KEPT_BYTES: usize = 600;
    let stderr = child.stderr.take();
    tokio::spawn(async move {
        let mut bytes = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.read_to_end(&mut bytes).await;
        }
        let kept = &bytes[bytes.len().saturating_sub(KEPT_BYTES)..];
        String::from_utf8_lossy(kept).trim().to_owned()
    })
}

async fn import(engine: &Engine, child: &mut Child) -> Result<(), Error> {
    let Some(archive) = child.stdout.take() else {
        return Ok(());
    };
    let (name, tag) = OWN_BASE.split_once(':').unwrap_or((OWN_BASE, "latest"));
    let options = CreateImageOptionsBuilder::default()
        .from_src("-")
        .repo(name)
        .tag(tag)
        .build();
    let body = bollard::body_try_stream(ReaderStream::new(archive));
    let imported = engine
        .docker
        .create_image(Some(options), Some(body), None)
        .try_for_each(|_| async { Ok(()) });
    imported.await.act("import a base image")
}
