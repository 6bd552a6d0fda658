//! Removes images that earlier versions left.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::models::ImageSummary;
use bollard::query_parameters::{ListImagesOptionsBuilder, RemoveImageOptions};

use super::NAME;
use super::derived::{RUNNER_LABEL, runner_digest};
use crate::Error;
use crate::docker::engine::Engine;
use crate::error::EngineAct;

/// Younger images may be another version's, which still runs.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// Tries, and makes nobody wait for it.
pub(in crate::docker) fn remove_later(engine: &Arc<Engine>, current: &str) {
    let (own_engine, current) = (Arc::clone(engine), current.to_owned());
    engine.settle(async move {
        if let Err(error) = remove(&own_engine, &current).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "outdated images stay behind"
            );
        }
    });
}

async fn remove(engine: &Engine, current: &str) -> Result<(), Error> {
    let references = vec![NAME.to_owned(), format!("{NAME}-on")];
    let filters = HashMap::from([("reference", references)]);
    let options = ListImagesOptionsBuilder::default()
        .filters(&filters)
        .build();
    let images = engine
        .docker
        .list_images(Some(options))
        .await
        .act("list images")?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    for tag in images
        .iter()
        .flat_map(|image| outdated(image, current, now))
    {
        // Not by force: the engine refuses where a container still uses the image.
        match engine
            .docker
            .remove_image(tag, None::<RemoveImageOptions>, None)
            .await
        {
            Ok(_) => tracing::info!(image = tag, "removed an outdated image"),
            Err(error) => tracing::info!(
                error = &error as &dyn std::error::Error,
                image = tag,
                "an outdated image stays behind"
            ),
        }
    }
    Ok(())
}

/// The names of an image that no process of this version will ask for.
fn outdated<'a>(image: &'a ImageSummary, current: &'a str, now: Duration) -> Vec<&'a str> {
    let age = now.saturating_sub(Duration::from_secs(image.created.max(0) as u64));
    let has_our_runner = image.labels.get(RUNNER_LABEL) == Some(&runner_digest());
    if age < KEPT_FOR || has_our_runner {
        return Vec::new();
    }
    let tags = image.repo_tags.iter().map(String::as_str);
    tags.filter(|tag| *tag != current && is_ours(tag)).collect()
}

fn is_ours(tag: &str) -> bool {
    let name = tag.rsplit_once(':').map_or(tag, |(name, _)| name);
    // Podman puts a registry's name before.
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    name == NAME || name.strip_prefix(NAME) == Some("-on")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_hours(1_000);

    fn image(tags: &[&str], age: Duration) -> ImageSummary {
        ImageSummary {
            repo_tags: tags.iter().map(ToString::to_string).collect(),
            created: NOW.saturating_sub(age).as_secs() as i64,
            ..ImageSummary::default()
        }
    }

    #[test]
    fn only_old_images_of_other_versions_are_outdated() {
        let current = "synthsmith-sandbox:now";
        let old = Duration::from_hours(25);
        let table = [
            (
                image(&["synthsmith-sandbox:then"], old),
                vec!["synthsmith-sandbox:then"],
            ),
            (
                image(&["synthsmith-sandbox-on:then"], old),
                vec!["synthsmith-sandbox-on:then"],
            ),
            (
                image(&["synthsmith-sandbox:then", "kept:x"], old),
                vec!["synthsmith-sandbox:then"],
            ),
            (
                image(&["synthsmith-sandbox:then"], Duration::from_hours(23)),
                vec![],
            ),
            (image(&["synthsmith-sandbox:now"], old), vec![]),
            (
                image(&["synthsmith-sandbox-of-mine:x", "debian:bookworm"], old),
                vec![],
            ),
        ];
        for (image, expected) in table {
            assert_eq!(
                outdated(&image, current, NOW),
                expected,
                "{:?}",
                image.repo_tags
            );
        }
    }

    #[test]
    fn an_image_with_this_runner_is_kept() {
        let labels = HashMap::from([(RUNNER_LABEL.to_owned(), runner_digest())]);
        let ours = ImageSummary {
            labels,
            ..image(&["synthsmith-sandbox-on:x"], Duration::from_hours(99))
        };
        assert_eq!(outdated(&ours, "", NOW), Vec::<&str>::new());
    }
}
