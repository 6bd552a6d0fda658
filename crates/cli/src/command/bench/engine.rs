//! The container engine, as the measurement sees it.

mod empty;

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bollard::Docker;
use bollard::models::{ContainerSummary, ContainerSummaryStateEnum as State};
use bollard::query_parameters::{InspectContainerOptions, ListContainersOptionsBuilder};
use serde::Serialize;
use synthsmith_verifier::Config;

use crate::exit::Failure;
pub(super) use empty::Mould;

/// Holds the owner's process id as its second word.
const OWNER_LABEL: &str = "synthsmith.owner";
const ANSWER_WITHIN_SECONDS: u64 = 60;
/// Longer than the engine takes from one start to the next.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const RESTS_WITHIN: Duration = Duration::from_secs(30);

/// A connection to the engine that the verifier uses.
#[derive(Debug)]
pub(super) struct Engine {
    docker: Docker,
    pub(super) about: About,
}

/// What it is.
#[derive(Debug, Clone, Serialize)]
pub(super) struct About {
    pub(super) name: String,
    pub(super) version: String,
    /// What runs the verifier's containers.
    pub(super) runtime: String,
    pub(super) runtimes: Vec<String>,
    pub(super) cgroup_version: u8,
}

// === impl Engine ===

impl Engine {
    pub(super) async fn connect(config: &Config) -> anyhow::Result<Self> {
        let unusable = |error| Failure::Machine(synthsmith_rpc::error::chain(&error));
        let known = synthsmith_sandbox::Engine::connect(&config.sandbox()).await;
        let facts = known.map_err(unusable)?.facts().clone();
        let path = facts.host.strip_prefix("unix://").unwrap_or(&facts.host);
        let docker = if path.starts_with('/') {
            Docker::connect_with_unix(path, ANSWER_WITHIN_SECONDS, bollard::API_DEFAULT_VERSION)?
        } else {
            Docker::connect_with_host(&facts.host)?
        };
        let docker = docker.negotiate_version().await?;
        let about = About {
            runtime: facts.runtime(&config.runtime).to_owned(),
            name: facts.name,
            version: facts.version,
            runtimes: facts.runtimes,
            cgroup_version: facts.cgroup_version,
        };
        Ok(Self { docker, about })
    }

    async fn containers(&self) -> anyhow::Result<Vec<ContainerSummary>> {
        let filters = HashMap::from([("label", vec![OWNER_LABEL])]);
        let options = ListContainersOptionsBuilder::default()
            .all(true)
            .filters(&filters)
            .build();
        let listed = self.docker.list_containers(Some(options)).await;
        listed.context("the engine does not list its containers")
    }

    /// The containers of a process, and whether each of them runs.
    pub(super) async fn containers_of(
        &self,
        process_id: u32,
    ) -> anyhow::Result<Vec<(String, bool)>> {
        let containers = self.containers().await?.into_iter();
        let own = containers.filter(|container| owner(container) == Some(process_id));
        let running = |it: &ContainerSummary| it.state == Some(State::RUNNING);
        Ok(own
            .filter_map(|container| {
                let runs = running(&container);
                Some((container.id?, runs))
            })
            .collect())
    }

    /// Containers that run for others, whose work would be counted too.
    pub(super) async fn others_running(&self, process_id: u32) -> anyhow::Result<usize> {
        let running = self.docker.list_containers(None).await?;
        let is_other = |container: &&ContainerSummary| owner(container) != Some(process_id);
        Ok(running.iter().filter(is_other).count())
    }

    /// Waits until all containers of a process run, at least so many, and none comes or goes. The answer is since when;
    /// none where that does not come to be.
    pub(super) async fn at_rest(
        &self,
        process_id: u32,
        at_least: usize,
    ) -> anyhow::Result<Option<Instant>> {
        let began = Instant::now();
        let mut before = None;
        while began.elapsed() < RESTS_WITHIN {
            let looked = Instant::now();
            let containers = self.containers_of(process_id).await?;
            let is_resting =
                containers.len() >= at_least && containers.iter().all(|(_, runs)| *runs);
            let ids: BTreeSet<String> = containers.into_iter().map(|(id, _)| id).collect();
            before = match before {
                Some((same, since)) if is_resting && same == ids => return Ok(Some(since)),
                _ => is_resting.then_some((ids, looked)),
            };
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Ok(None)
    }

    /// The first process of a container, as this machine numbers it.
    pub(super) async fn first_process(&self, container: &str) -> anyhow::Result<u32> {
        let options = None::<InspectContainerOptions>;
        let inspected = self.docker.inspect_container(container, options).await?;
        let process_id = inspected.state.and_then(|state| state.pid);
        let process_id = process_id.and_then(|id| u32::try_from(id).ok());
        process_id.context("the engine names no process of a container")
    }

    /// The image that a container is made of.
    pub(super) async fn image_of(&self, container: &str) -> anyhow::Result<String> {
        let options = None::<InspectContainerOptions>;
        let inspected = self.docker.inspect_container(container, options).await?;
        inspected.image.context("the engine names no image")
    }

    pub(super) fn docker(&self) -> &Docker {
        &self.docker
    }
}

fn owner(container: &ContainerSummary) -> Option<u32> {
    let label = container.labels.as_ref()?.get(OWNER_LABEL)?;
    label.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_the_second_word_of_the_label() {
        let labelled = |label: &str| ContainerSummary {
            labels: Some(HashMap::from([(OWNER_LABEL.to_owned(), label.to_owned())])),
            ..ContainerSummary::default()
        };
        assert_eq!(owner(&labelled("boot:4026 317 99 0")), Some(317));
        assert_eq!(owner(&labelled("boot")), None);
        assert_eq!(owner(&ContainerSummary::default()), None);
    }
}
