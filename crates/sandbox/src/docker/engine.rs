//! The connection to the engine, and what is known about it.

use std::sync::atomic::{AtomicU32, Ordering};

use bollard::Docker;
use bollard::query_parameters::RemoveContainerOptionsBuilder;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::facts::{Facts, refuse_ignored_limits, refuse_missing};
use super::image;
use super::owner::Owner;
use super::users;
use crate::error::EngineAct;
use crate::{Config, Error};

const USUAL_SOCKET: &str = "unix:///var/run/docker.sock";
const ANSWER_WITHIN_SECONDS: u64 = 60;

/// A connection to an engine.
#[derive(Debug)]
pub struct Engine {
    pub(super) docker: Docker,
    pub(super) owner: Owner,
    facts: Facts,
    /// Once cancelled, no container starts any more.
    pub(super) closing: CancellationToken,
    runtime: Handle,
    /// Containers that are being started or removed.
    unsettled: TaskTracker,
    next_users: AtomicU32,
}

impl Engine {
    /// Connects, and refuses an engine that says itself that it ignores limits.
    pub async fn connect(config: &Config) -> Result<Self, Error> {
        let host = host(config);
        let missing = |source| Error::EngineMissing {
            host: host.clone(),
            source,
        };
        let docker = open(&host)
            .map_err(missing)?
            .negotiate_version()
            .await
            .map_err(missing)?;
        let told = docker.info().await.act("describe itself")?;
        let version = docker.version().await.act("tell its version")?;
        let facts = Facts::new(host, &told, &version);
        refuse_ignored_limits(&told, &facts)?;
        refuse_missing(&facts.settled(config), &facts)?;
        let owner = Owner::new_in_this_process();
        Ok(Self {
            docker,
            facts,
            runtime: Handle::current(),
            closing: CancellationToken::new(),
            unsettled: TaskTracker::new(),
            next_users: AtomicU32::new(owner.spread()),
            owner,
        })
    }

    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether the engine has the image that programs run in.
    pub async fn has_sandbox_image(&self) -> Result<bool, Error> {
        Ok(image::built(self).await?.is_some())
    }

    /// Builds that image where it is missing, which takes a minute or two.
    pub async fn build_sandbox_image(&self) -> Result<(), Error> {
        image::ensure(self).await.map(drop)
    }

    /// The first of the user ids for a container that has those up to `highest`.
    pub(super) fn first_uid(&self, highest: u32) -> u32 {
        users::first_of(self.next_users.fetch_add(1, Ordering::Relaxed), highest)
    }

    /// Does work that must not end with the one who asked for it; [`Self::settled`] waits for it.
    pub(super) fn settle(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.unsettled.spawn_on(work, &self.runtime);
    }

    /// Removes a container without making anyone wait for it.
    pub(super) fn remove_later(&self, id: String) {
        let docker = self.docker.clone();
        self.settle(async move {
            if let Err(error) = remove(&docker, &id).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    container.id = id,
                    "a container stays behind"
                );
            }
        });
    }

    pub(super) async fn settled(&self) {
        self.unsettled.close();
        self.unsettled.wait().await;
        self.unsettled.reopen();
    }
}

/// Removes a container and its volumes, running or not. One that is gone already is as good as removed.
pub(super) async fn remove(docker: &Docker, id: &str) -> Result<(), Error> {
    use bollard::errors::Error::DockerResponseServerError;
    let options = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    match docker.remove_container(id, Some(options)).await {
        // 404: gone. 409: somebody else is removing it.
        Err(DockerResponseServerError {
            status_code: 404 | 409,
            ..
        }) => Ok(()),
        removed => removed.act("remove a container"),
    }
}

fn host(config: &Config) -> String {
    let configured = Some(config.docker_host.clone()).filter(|host| !host.is_empty());
    configured
        .or_else(|| std::env::var("DOCKER_HOST").ok())
        .unwrap_or_else(|| USUAL_SOCKET.to_owned())
}

fn open(host: &str) -> Result<Docker, bollard::errors::Error> {
    if host.starts_with('/') || host.starts_with("unix://") {
        Docker::connect_with_unix(host, ANSWER_WITHIN_SECONDS, bollard::API_DEFAULT_VERSION)
    } else {
        Docker::connect_with_host(host)
    }
}
