//! The connection to the engine, and what is known about it.

use std::sync::atomic::{AtomicU32, Ordering};

use bollard::Docker;
use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum};
use bollard::query_parameters::RemoveContainerOptionsBuilder;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::image;
use super::owner::Owner;
use crate::error::EngineAct;
use crate::{Config, Error};

const USUAL_SOCKET: &str = "unix:///var/run/docker.sock";
const ANSWER_WITHIN_SECONDS: u64 = 60;

/// What is known about the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub host: String,
    pub version: String,
    pub cgroup_version: u8,
    pub has_seccomp: bool,
}

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
    next_uid: AtomicU32,
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
        let facts = facts(host, &told);
        refuse_ignored_limits(&told, &facts)?;
        let owner = Owner::new_in_this_process();
        Ok(Self {
            docker,
            facts,
            runtime: Handle::current(),
            closing: CancellationToken::new(),
            unsettled: TaskTracker::new(),
            next_uid: AtomicU32::new(owner.spread()),
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

    /// Two user ids that no other living container of this machine is likely to have: some kernel limits count per
    /// user, whatever the container. They stay below 65,536, the range of a user namespace.
    pub(super) fn user_ids(&self) -> (u32, u32) {
        const FIRST: u32 = 10_000;
        const PAIRS: u32 = 25_000;
        let uid = FIRST + self.next_uid.fetch_add(1, Ordering::Relaxed) % PAIRS * 2;
        (uid, uid + 1)
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

fn facts(host: String, told: &SystemInfo) -> Facts {
    let security = told.security_options.as_deref().unwrap_or_default();
    Facts {
        host,
        version: told.server_version.clone().unwrap_or_default(),
        cgroup_version: match told.cgroup_version {
            Some(SystemInfoCgroupVersionEnum::_2) => 2,
            _ => 1,
        },
        has_seccomp: security
            .iter()
            .any(|option| option.contains("seccomp") && !option.contains("unconfined")),
    }
}

fn refuse_ignored_limits(told: &SystemInfo, facts: &Facts) -> Result<(), Error> {
    let supported = [
        ("the memory limit", told.memory_limit),
        ("the limit of processes", told.pids_limit),
        ("the CPU quota", told.cpu_cfs_quota),
        ("the filter of system calls", Some(facts.has_seccomp)),
    ];
    for (limit, supported) in supported {
        if supported != Some(true) {
            return Err(Error::LimitIgnored {
                limit,
                seen: "the engine says so itself".to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn able() -> SystemInfo {
        SystemInfo {
            memory_limit: Some(true),
            pids_limit: Some(true),
            cpu_cfs_quota: Some(true),
            security_options: Some(vec!["name=seccomp,profile=default".to_owned()]),
            ..SystemInfo::default()
        }
    }

    fn refused(told: &SystemInfo) -> Option<&'static str> {
        match refuse_ignored_limits(told, &facts(String::new(), told)) {
            Err(Error::LimitIgnored { limit, .. }) => Some(limit),
            _ => None,
        }
    }

    #[test]
    fn refuses_an_engine_that_ignores_a_limit_and_names_it() {
        assert_eq!(refused(&able()), None);
        assert_eq!(
            refused(&SystemInfo {
                memory_limit: Some(false),
                ..able()
            }),
            Some("the memory limit")
        );
        assert_eq!(
            refused(&SystemInfo {
                pids_limit: None,
                ..able()
            }),
            Some("the limit of processes")
        );
        assert_eq!(
            refused(&SystemInfo {
                cpu_cfs_quota: Some(false),
                ..able()
            }),
            Some("the CPU quota")
        );
        let unconfined = vec!["name=seccomp,profile=unconfined".to_owned()];
        let told = SystemInfo {
            security_options: Some(unconfined),
            ..able()
        };
        assert_eq!(refused(&told), Some("the filter of system calls"));
    }
}
