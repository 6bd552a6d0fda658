//! Puts the runner into an image of the operator's, which needs nothing of ours.

use bollard::models::ImageInspect;
use bollard::query_parameters::BuildImageOptionsBuilder;

use super::{NAME, RUNNER, ZYGOTE, ZYGOTE_LOOP, build, digest, inspected};
use crate::Error;
use crate::docker::engine::Engine;

/// Says which runner an image has; those with another one are outdated.
pub(super) const RUNNER_LABEL: &str = "synthsmith.runner";

/// The name of the image with the runner in it; it is built first if the engine has none.
pub(in crate::docker) async fn ensure(engine: &Engine, image: &str) -> Result<String, Error> {
    let Some(told) = inspected(engine, image).await? else {
        return Err(Error::OperatorImageMissing {
            image: image.to_owned(),
        });
    };
    if let Some(reason) = flaw(&told) {
        return Err(Error::ImageUnfit {
            image: image.to_owned(),
            reason,
        });
    }
    // The name may mean another image by the time that the engine builds.
    let dockerfile = dockerfile(told.id.as_deref().unwrap_or(image));
    let tag = format!("{NAME}-on:{}", digest(&[dockerfile.as_bytes()]));
    if inspected(engine, &tag).await?.is_none() {
        tracing::info!(image, tag, "putting the runner into an image");
        let options = BuildImageOptionsBuilder::default().t(&tag);
        build::build(engine, options, &dockerfile).await?;
    }
    Ok(tag)
}

fn flaw(told: &ImageInspect) -> Option<&'static str> {
    let volumes = told.config.as_ref()?.volumes.as_ref()?;
    // The engine would mount them writable.
    (!volumes.is_empty()).then_some("it declares volumes, which programs could write to")
}

/// `WORKDIR` makes the directory without a shell, which the image may not have.
fn dockerfile(image: &str) -> String {
    format!(
        "FROM {image}\n\
         USER 0\n\
         WORKDIR /box\n\
         WORKDIR /\n\
         COPY zygote /zygote\n\
         COPY runner /runner\n\
         LABEL {RUNNER_LABEL}={runner}\n\
         HEALTHCHECK NONE\n\
         ENTRYPOINT [\"/runner\"]\n",
        runner = runner_digest(),
    )
}

pub(super) fn runner_digest() -> String {
    digest(&[RUNNER, ZYGOTE, ZYGOTE_LOOP])
}

#[cfg(test)]
mod tests {
    use bollard::models::ImageConfig;

    use super::*;

    #[test]
    fn the_runner_is_all_that_is_added_and_its_digest_is_told() {
        let text = dockerfile("sha256:07af");
        assert!(text.starts_with("FROM sha256:07af\n"));
        assert!(text.contains(&format!("LABEL {RUNNER_LABEL}={}\n", runner_digest())));
        assert!(!text.contains("RUN "), "there may be no shell");
    }

    #[test]
    fn refuses_an_image_with_volumes() {
        let with = |volumes: &[&str]| ImageInspect {
            config: Some(ImageConfig {
                volumes: Some(volumes.iter().map(ToString::to_string).collect()),
                ..ImageConfig::default()
            }),
            ..ImageInspect::default()
        };
        assert!(flaw(&with(&["/var/lib/kept"])).is_some());
        assert!(flaw(&with(&[])).is_none());
        assert!(flaw(&ImageInspect::default()).is_none());
    }
}
