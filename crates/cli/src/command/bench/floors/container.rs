//! The container that the floors run in: the image of the judged programs, their compiler and interpreter, and none of
//! the protections that cost time.

use std::fmt::Write as _;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bollard::container::LogOutput;
use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptions, StartContainerOptions,
    UploadToContainerOptionsBuilder,
};
use futures::{Stream, StreamExt as _};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::{Floor, Sample, Tools, files};
use crate::command::bench::engine::Engine;

/// The header takes a few seconds to compile; a measurement about one.
const ANSWERS_WITHIN: Duration = Duration::from_mins(5);
const MAX_LINE_BYTES: usize = 1 << 20;

type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, bollard::errors::Error>> + Send>>;

/// A container in which floors are measured on demand. It ends, and is removed by the engine, when this is dropped.
pub(in crate::command::bench) struct Floors {
    input: Pin<Box<dyn AsyncWrite + Send>>,
    output: Output,
    heard: Vec<u8>,
    complaints: String,
    pub(in crate::command::bench) tools: Tools,
}

impl Floors {
    pub(in crate::command::bench) async fn start(
        engine: &Engine,
        image: &str,
    ) -> anyhow::Result<Self> {
        let docker = engine.docker();
        let created = docker
            .create_container(None::<CreateContainerOptions>, body(image))
            .await?;
        let target = UploadToContainerOptionsBuilder::default().path("/").build();
        let archive = bollard::body_full(archive()?.into());
        docker
            .upload_to_container(&created.id, Some(target), archive)
            .await?;
        let options = AttachContainerOptionsBuilder::default()
            .stream(true)
            .stdin(true)
            .stdout(true)
            .stderr(true)
            .build();
        let attached = docker.attach_container(&created.id, Some(options)).await?;
        docker
            .start_container(&created.id, None::<StartContainerOptions>)
            .await?;
        let mut floors = Self {
            input: attached.input,
            output: attached.output,
            heard: Vec::new(),
            complaints: String::new(),
            tools: Tools {
                compiler: String::new(),
                python: String::new(),
            },
        };
        let told = floors.line().await.context("the floors are not made")?;
        floors.tools = serde_json::from_str(&told)?;
        Ok(floors)
    }

    pub(in crate::command::bench) async fn measure(
        &mut self,
        floor: Floor,
        seconds: f64,
    ) -> anyhow::Result<Sample> {
        let submissions = (floor.submissions_per_second() * seconds).ceil().max(1.0);
        let asked = format!("{} {submissions}\n", floor.name());
        self.input.write_all(asked.as_bytes()).await?;
        self.input.flush().await?;
        let line = self.line().await;
        let line = line.with_context(|| format!("the floor {} fails", floor.name()))?;
        Ok(serde_json::from_str(&line)?)
    }

    async fn line(&mut self) -> anyhow::Result<String> {
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line = self.heard.drain(..=end).collect();
                return Ok(String::from_utf8(line)?);
            }
            match timeout(ANSWERS_WITHIN, self.output.next()).await {
                Err(_) => bail!("nothing was heard for {} s", ANSWERS_WITHIN.as_secs()),
                Ok(None) => bail!("the container ended: {}", self.complaints.trim_end()),
                Ok(Some(Err(error))) => return Err(error.into()),
                Ok(Some(Ok(LogOutput::StdErr { message }))) => {
                    let _ = write!(self.complaints, "{}", String::from_utf8_lossy(&message));
                }
                Ok(Some(Ok(output))) => self.heard.extend_from_slice(&output.into_bytes()),
            }
            if self.heard.len() > MAX_LINE_BYTES || self.complaints.len() > MAX_LINE_BYTES {
                bail!("it says more than can be meant");
            }
        }
    }
}

impl std::fmt::Debug for Floors {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Floors")
            .field("tools", &self.tools)
            .finish_non_exhaustive()
    }
}

fn body(image: &str) -> ContainerCreateBody {
    ContainerCreateBody {
        image: Some(image.to_owned()),
        entrypoint: Some(vec!["/bin/sh".to_owned(), "/floors/floors.sh".to_owned()]),
        attach_stdin: Some(true),
        open_stdin: Some(true),
        stdin_once: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        network_disabled: Some(true),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            // A filter would make every system call dearer, and the floor with it.
            security_opt: Some(vec!["seccomp=unconfined".to_owned()]),
            tmpfs: Some([("/tmp".to_owned(), "exec,size=1g".to_owned())].into()),
            auto_remove: Some(true),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

fn archive() -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in files() {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("floors/{name}"), content.as_slice())?;
    }
    Ok(archive.into_inner()?)
}
