//! The image that programs run in, built through the engine where it is missing.

use std::collections::HashMap;
use std::fs::File;

use bollard::models::BuildInfo;
use bollard::query_parameters::BuildImageOptionsBuilder;
use bytes::Bytes;
use futures::StreamExt as _;

use super::base;
use super::engine::Engine;
use crate::Error;
use crate::error::{EngineAct, host};

static RUNNER: &[u8] = include_bytes!(env!("SYNTHSMITH_RUNNER"));
const DOCKERFILE: &str = include_str!(env!("SYNTHSMITH_DOCKERFILE"));
const STAGE: &str = "sandbox";
/// Lines of the builder that an error repeats.
const LAST_WORDS: usize = 12;

/// The name of the image; it is built first if the engine has none.
pub(super) async fn ensure(engine: &Engine) -> Result<String, Error> {
    if let Some(tag) = built(engine).await? {
        return Ok(tag);
    }
    let _lock = build_lock().await;
    if let Some(tag) = built(engine).await? {
        return Ok(tag);
    }
    let base = base::choose(engine).await?;
    let tag = tag(base);
    tracing::info!(
        image = tag,
        base,
        "building the sandbox image; this takes a minute or two, once"
    );
    build(engine, base, &tag).await?;
    Ok(tag)
}

pub(super) async fn built(engine: &Engine) -> Result<Option<String>, Error> {
    for base in base::ALL {
        let tag = tag(base);
        if has_image(engine, &tag).await? {
            return Ok(Some(tag));
        }
    }
    Ok(None)
}

pub(super) async fn has_image(engine: &Engine, name: &str) -> Result<bool, Error> {
    use bollard::errors::Error::DockerResponseServerError;
    match engine.docker.inspect_image(name).await {
        Ok(_) => Ok(true),
        Err(DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(false),
        Err(source) => Err(Error::Engine {
            act: "look for an image",
            source,
        }),
    }
}

/// Names an image after all that it is made of.
fn tag(base: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [stage(DOCKERFILE).as_bytes(), RUNNER, base.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("synthsmith-sandbox:{}", &hasher.finalize().to_hex()[..16])
}

/// The lines up to the end of the sandbox's stage, so that other stages can change without a new image.
fn stage(dockerfile: &str) -> String {
    let is_next = |line: &&str| line.starts_with("FROM ") && !line.ends_with(" AS sandbox");
    let lines = dockerfile.lines().take_while(|line| !is_next(line));
    lines
        .filter(|line| !line.starts_with('#'))
        .collect::<Vec<_>>()
        .join("\n")
}

async fn build(engine: &Engine, base: &str, tag: &str) -> Result<(), Error> {
    let options = BuildImageOptionsBuilder::default()
        .t(tag)
        .target(STAGE)
        .buildargs(&HashMap::from([("SANDBOX_BASE", base)]))
        // Engines without a bridge can build with the host's network only; programs never get any.
        .networkmode("host")
        .rm(true)
        .forcerm(true)
        .build();
    let context = context().map_err(host("pack the build context"))?;
    let mut steps = engine.docker.build_image(
        options,
        None,
        Some(bollard::body_full(Bytes::from(context))),
    );
    let mut words = Vec::new();
    while let Some(step) = steps.next().await {
        let failed = say(step.act("build the sandbox image")?, &mut words);
        if failed {
            let last_words = words
                .split_off(words.len().saturating_sub(LAST_WORDS))
                .join(" | ");
            return Err(Error::ImageBuild { last_words });
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

/// The Dockerfile and the runner, with nothing of this machine in their headers.
fn context() -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes, mode) in [
        ("Dockerfile", DOCKERFILE.as_bytes(), 0o644),
        ("runner", RUNNER, 0o755),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        archive.append_data(&mut header, name, bytes)?;
    }
    archive.into_inner()
}

/// Lets one process at a time build. Where the lock cannot be had, two may build the same image, which harms nothing.
async fn build_lock() -> Option<File> {
    let path = std::env::temp_dir().join("synthsmith-sandbox-image.lock");
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(path).ok()?;
        file.lock().ok().map(|()| file)
    });
    locked.await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_ends_where_the_next_begins_and_comments_do_not_count() {
        let dockerfile =
            "# a\nARG B=c\nFROM ${B} AS sandbox\nRUN x\n# d\nFROM rust AS build\nRUN y\n";
        assert_eq!(stage(dockerfile), "ARG B=c\nFROM ${B} AS sandbox\nRUN x");
    }

    #[test]
    fn the_repository_has_the_stage() {
        assert!(stage(DOCKERFILE).contains("COPY runner /runner"));
    }

    #[test]
    fn images_of_different_bases_have_different_names() {
        let [first, second] = base::ALL;
        assert_ne!(tag(first), tag(second));
    }

    #[test]
    fn the_context_holds_the_dockerfile_and_an_executable_runner() {
        let bytes = context().unwrap();
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
                ("runner".to_owned(), 0o755)
            ]
        );
    }
}
