//! Single-use containers that are given nothing to do.

use anyhow::Context as _;
use bollard::models::{ContainerCreateBody, ContainerInspectResponse};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptions, InspectContainerOptions,
    RemoveContainerOptionsBuilder, StartContainerOptions,
};
use futures::{StreamExt as _, TryStreamExt as _};

use super::Engine;

/// What a container like another one is made of.
#[derive(Debug, Clone)]
pub(in crate::command::bench) struct Mould(ContainerCreateBody);

impl Engine {
    /// A container's own conditions, to make others by.
    pub(in crate::command::bench) async fn mould(&self, container: &str) -> anyhow::Result<Mould> {
        let options = None::<InspectContainerOptions>;
        let inspected = self.docker.inspect_container(container, options).await?;
        Ok(Mould(body(inspected)))
    }

    /// Makes so many containers, waits for the runner in each of them, and removes them.
    pub(in crate::command::bench) async fn make_empty(
        &self,
        mould: &Mould,
        count: usize,
        in_flight: usize,
    ) -> anyhow::Result<()> {
        futures::stream::iter(0..count)
            .map(|_| self.make_one(mould))
            .buffer_unordered(in_flight)
            .try_collect::<()>()
            .await
            .context("the engine makes no empty container")
    }

    async fn make_one(&self, mould: &Mould) -> anyhow::Result<()> {
        let body = mould.0.clone();
        let created = self
            .docker
            .create_container(None::<CreateContainerOptions>, body)
            .await?;
        let ready = self.wait_for_runner(&created.id).await;
        let removal = RemoveContainerOptionsBuilder::default()
            .force(true)
            .v(true)
            .build();
        self.docker
            .remove_container(&created.id, Some(removal))
            .await?;
        ready
    }

    async fn wait_for_runner(&self, id: &str) -> anyhow::Result<()> {
        let options = AttachContainerOptionsBuilder::default()
            .stream(true)
            .stdin(true)
            .stdout(true)
            .build();
        let mut attached = self.docker.attach_container(id, Some(options)).await?;
        self.docker
            .start_container(id, None::<StartContainerOptions>)
            .await?;
        attached
            .output
            .try_next()
            .await?
            .context("the runner says nothing")?;
        Ok(())
    }
}

fn body(inspected: ContainerInspectResponse) -> ContainerCreateBody {
    let config = inspected.config.unwrap_or_default();
    ContainerCreateBody {
        image: config.image,
        labels: config.labels,
        hostname: config.hostname,
        attach_stdin: config.attach_stdin,
        open_stdin: config.open_stdin,
        stdin_once: config.stdin_once,
        attach_stdout: config.attach_stdout,
        attach_stderr: config.attach_stderr,
        network_disabled: config.network_disabled,
        cmd: config.cmd,
        env: config.env,
        entrypoint: config.entrypoint,
        host_config: inspected.host_config,
        ..ContainerCreateBody::default()
    }
}
