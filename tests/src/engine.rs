//! What the container engine knows of a daemon.

use std::collections::HashMap;
use std::path::Path;

use bollard::Docker;
use bollard::models::{ContainerCreateBody, ContainerSummary};
use bollard::query_parameters::{
    CreateContainerOptions, DownloadFromContainerOptionsBuilder, ListContainersOptionsBuilder,
    RemoveContainerOptions,
};
use futures::TryStreamExt as _;

/// Holds the owner's process id as its second word.
const OWNER_LABEL: &str = "synthsmith.owner";

#[derive(Debug)]
pub struct Engine(Docker);

// === impl Engine ===

impl Engine {
    pub fn connect() -> Self {
        Self(Docker::connect_with_defaults().unwrap())
    }

    /// The containers, in whatever state, that the process has made.
    pub async fn containers_of(&self, process_id: u32) -> Vec<ContainerSummary> {
        let filters = HashMap::from([("label", vec![OWNER_LABEL])]);
        let options = ListContainersOptionsBuilder::default()
            .all(true)
            .filters(&filters)
            .build();
        let mut containers = self.0.list_containers(Some(options)).await.unwrap();
        containers.retain(|container| owner(container) == Some(process_id));
        containers
    }

    /// Panics, and says what they are, where a process that has ended left containers.
    pub async fn assert_nothing_left_of(&self, process_id: u32) {
        let left = self.containers_of(process_id).await;
        let described: Vec<_> = left
            .iter()
            .map(|container| (&container.id, &container.state, &container.status))
            .collect();
        assert!(
            described.is_empty(),
            "containers stay behind: {described:?}"
        );
    }

    /// Copies a folder out of an image; below `target` it has the same last name.
    pub async fn copy_out(&self, image: &str, folder: &str, target: &Path) {
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            ..ContainerCreateBody::default()
        };
        let made = self
            .0
            .create_container(None::<CreateContainerOptions>, body)
            .await;
        let container = made.unwrap().id;
        let options = DownloadFromContainerOptionsBuilder::default()
            .path(folder)
            .build();
        let archive = self.0.download_from_container(&container, Some(options));
        let archive = archive.try_fold(Vec::new(), |mut bytes, piece| async move {
            bytes.extend_from_slice(&piece);
            Ok(bytes)
        });
        let archive = archive.await;
        let removed = self
            .0
            .remove_container(&container, None::<RemoveContainerOptions>)
            .await;
        tar::Archive::new(archive.unwrap().as_slice())
            .unpack(target)
            .unwrap();
        removed.unwrap();
    }
}

fn owner(container: &ContainerSummary) -> Option<u32> {
    let label = container.labels.as_ref()?.get(OWNER_LABEL)?;
    label.split(' ').nth(1)?.parse().ok()
}
