//! Builds an image through the engine from a Dockerfile and the runner.

use bollard::models::BuildInfo;
use bollard::query_parameters::BuildImageOptionsBuilder;
use bytes::Bytes;
use futures::StreamExt as _;

use super::{RUNNER, ZYGOTE, ZYGOTE_LOOP};
use crate::Error;
use crate::docker::engine::Engine;
use crate::error::{EngineAct, host, is_disk_full};

/// Lines of the builder that an error repeats.
const LAST_WORDS: usize = 12;

pub(super) async fn build(
    engine: &Engine,
    options: BuildImageOptionsBuilder,
    dockerfile: &str,
) -> Result<(), Error> {
    let options = options.rm(true).forcerm(true).build();
    let context = context(dockerfile).map_err(host("pack the build context"))?;
    let body = bollard::body_full(Bytes::from(context));
    let mut steps = engine.docker.build_image(options, None, Some(body));
    let mut words = Vec::new();
    while let Some(step) = steps.next().await {
        let failed = say(step.act("build the sandbox image")?, &mut words);
        if failed {
            let last_words = words
                .split_off(words.len().saturating_sub(LAST_WORDS))
                .join(" | ");
            return Err(if is_disk_full(&last_words) {
                Error::DiskFull { said: last_words }
            } else {
                Error::ImageBuild { last_words }
            });
        }
    }
    Ok(())
}

/// Logs what the builder says; tells whether it gave up.
fn say(step: BuildInfo, words: &mut Vec<String>) -> bool {
    let failure = step.error_detail.and_then(|detail| detail.message);
    let failed = failure.is_some();
    for line in step.stream.into_iter().chain(failure) {
        let line = line.trim_end().to_owned();
        if !line.is_empty() {
            tracing::info!(builder = line);
            words.push(line);
        }
    }
    failed
}

/// The Dockerfile, the runner and what belongs to it, with nothing of this machine in their headers.
fn context(dockerfile: &str) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes, mode) in [
        ("Dockerfile", dockerfile.as_bytes(), 0o644),
        ("runner", RUNNER, 0o755),
        ("zygote/sitecustomize.py", ZYGOTE, 0o644),
        ("zygote/loop.so", ZYGOTE_LOOP, 0o644),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        archive.append_data(&mut header, name, bytes)?;
    }
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_holds_the_dockerfile_and_an_executable_runner() {
        let bytes = context("FROM debian").unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries: Vec<(String, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                (
                    entry.path().unwrap().display().to_string(),
                    entry.header().mode().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            entries,
            [
                ("Dockerfile".to_owned(), 0o644),
                ("runner".to_owned(), 0o755),
                ("zygote/sitecustomize.py".to_owned(), 0o644),
                ("zygote/loop.so".to_owned(), 0o644)
            ]
        );
    }
}
