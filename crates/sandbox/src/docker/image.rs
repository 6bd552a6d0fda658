//! The image that programs run in, built through the engine where it is missing.

pub(super) mod derived;
pub(super) mod outdated;

mod build;

use std::collections::HashMap;
use std::fs::File;

use bollard::models::ImageInspect;
use bollard::query_parameters::BuildImageOptionsBuilder;

use super::base;
use super::engine::Engine;
use crate::Error;
use crate::error::engine_error;

static RUNNER: &[u8] = include_bytes!(env!("SYNTHSMITH_RUNNER"));
/// What a Python interpreter that runs programs executes first, if the runner tells it to.
static ZYGOTE: &[u8] = include_bytes!(env!("SYNTHSMITH_ZYGOTE"));
static ZYGOTE_LOOP: &[u8] = include_bytes!(env!("SYNTHSMITH_ZYGOTE_LOOP"));
const DOCKERFILE: &str = include_str!(env!("SYNTHSMITH_DOCKERFILE"));
const STAGE: &str = "sandbox";
/// All images of ours begin so.
const NAME: &str = "synthsmith-sandbox";

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
    Ok(inspected(engine, name).await?.is_some())
}

async fn inspected(engine: &Engine, name: &str) -> Result<Option<ImageInspect>, Error> {
    use bollard::errors::Error::DockerResponseServerError;
    match engine.docker.inspect_image(name).await {
        Ok(image) => Ok(Some(image)),
        Err(DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(None),
        Err(source) => Err(engine_error("look for an image", source)),
    }
}

/// Names an image after all that it is made of.
fn tag(base: &str) -> String {
    let stage = stage(DOCKERFILE);
    let parts = [
        stage.as_bytes(),
        RUNNER,
        ZYGOTE,
        ZYGOTE_LOOP,
        base.as_bytes(),
    ];
    format!("{NAME}:{}", digest(&parts))
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_hex()[..16].to_owned()
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
        .networkmode("host");
    build::build(engine, options, DOCKERFILE).await
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
}
