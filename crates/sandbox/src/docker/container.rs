//! One started container and the conversation with the runner in it.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::models::ContainerUpdateBody;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptions, InspectContainerOptions,
    StartContainerOptions, WaitContainerOptions,
};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use synthsmith_runner_protocol::{
    Cells, Frames, FromRunner, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION, ToRunner,
};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::engine::Engine;
use super::spec::Spec;
use crate::Error;
use crate::error::{EngineAct, engine_error};

const STARTS_WITHIN: Duration = Duration::from_mins(1);
const ENDS_WITHIN: Duration = Duration::from_secs(10);
const TAKES_A_FRAME_WITHIN: Duration = Duration::from_mins(1);
/// Longer pieces are not copied to join others.
const SMALL_BYTES: usize = 64 << 10;

type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, bollard::errors::Error>> + Send>>;

/// A started container whose runner waits. It is removed when dropped.
pub(super) struct Container {
    id: String,
    engine: Arc<Engine>,
    input: Pin<Box<dyn AsyncWrite + Send>>,
    output: Output,
    frames: Frames,
    /// What goes out with the next large frame, or before the next answer is waited for.
    outgoing: Vec<u8>,
    memory_bytes: u64,
    resizes: bool,
    first_uid: u32,
    has_cells: bool,
}

impl Container {
    /// Runs to its end even where nobody waits for it any more: of a request that was dropped on its way the engine may
    /// still make a container, which nobody would know to remove.
    pub(super) async fn start(engine: &Arc<Engine>, spec: &Spec) -> Result<Self, Error> {
        let (own_engine, spec) = (Arc::clone(engine), spec.clone());
        let (sender, started) = oneshot::channel();
        engine.settle(async move {
            // Where nobody waits, the container is dropped here, and its removal begins before this work has ended.
            let _ = sender.send(Self::start_unless_closing(&own_engine, &spec).await);
        });
        started.await.unwrap_or(Err(Error::Closed))
    }

    async fn start_unless_closing(engine: &Arc<Engine>, spec: &Spec) -> Result<Self, Error> {
        if engine.closing.is_cancelled() {
            return Err(Error::Closed);
        }
        let docker = &engine.docker;
        let body = spec.create_body(&engine.owner);
        let created = docker
            .create_container(None::<CreateContainerOptions>, body)
            .await
            .map_err(|source| not_created(spec, source))?;
        let removal = Removal(engine, Some(created.id));
        let id = removal.id();
        let options = AttachContainerOptionsBuilder::default()
            .stream(true)
            .stdin(true)
            .stdout(true)
            .build();
        let attached = docker
            .attach_container(id, Some(options))
            .await
            .act("attach to a container")?;
        docker
            .start_container(id, None::<StartContainerOptions>)
            .await
            .act("start a container")?;
        let mut container = Self {
            id: removal.disarm(),
            engine: Arc::clone(engine),
            input: attached.input,
            output: attached.output,
            frames: Frames::default(),
            outgoing: Vec::new(),
            memory_bytes: spec.memory_bytes,
            resizes: spec.resizes,
            first_uid: 0,
            has_cells: spec.has_cells(),
        };
        let highest_uid = container.ready().await?;
        container.first_uid = engine.first_uid(highest_uid);
        if spec.has_cells() {
            container.open_cells().await?;
        }
        Ok(container)
    }

    /// Waits until a job can come. Returns the highest id that a user can have.
    async fn ready(&mut self) -> Result<u32, Error> {
        match self.receive(STARTS_WITHIN).await? {
            FromRunner::Ready {
                protocol_version: PROTOCOL_VERSION,
                highest_uid,
            } => Ok(highest_uid),
            _ => Err(Error::OutOfTurn),
        }
    }

    async fn open_cells(&mut self) -> Result<(), Error> {
        let first_uid = self.first_uid;
        self.send(&ToRunner::Cells(Cells { first_uid })).await?;
        match self.ready().await {
            Err(Error::RunnerFault(reason)) => Err(Error::CellRefused { reason }),
            ready => ready.map(drop),
        }
    }

    /// Leaves the cell, whose job is done, and waits for the next one.
    pub(super) async fn next_cell(&mut self) -> Result<(), Error> {
        self.send(&ToRunner::End).await?;
        self.ready().await.map(drop)
    }

    /// The users for the compiler and for the program.
    pub(super) fn user_ids(&self) -> (u32, u32) {
        if self.has_cells {
            (Cells::COMPILER_UID, Cells::PROGRAM_UID)
        } else {
            (self.first_uid, self.first_uid + 1)
        }
    }

    /// Small frames wait for each other: every piece that goes out wakes the engine.
    pub(super) async fn send(&mut self, frame: &ToRunner<'_>) -> Result<(), Error> {
        let (head, body) = frame.encode();
        self.outgoing.extend_from_slice(&head);
        if body.len() <= SMALL_BYTES {
            self.outgoing.extend_from_slice(body);
            return Ok(());
        }
        self.pass_on(body).await
    }

    /// Fails rather than waits where the runner does not read: it reads whenever it is the host's turn.
    async fn pass_on(&mut self, body: &[u8]) -> Result<(), Error> {
        let sent = async {
            self.input.write_all(&self.outgoing).await?;
            self.input.write_all(body).await?;
            self.input.flush().await
        };
        let sent = timeout(TAKES_A_FRAME_WITHIN, sent).await;
        self.outgoing.clear();
        match sent {
            Ok(Ok(())) => Ok(()),
            // A runner that is gone may have said why.
            Ok(Err(_)) => self
                .next_frame(TAKES_A_FRAME_WITHIN)
                .await
                .and(Err(Error::OutOfTurn)),
            Err(_) => Err(Error::RunnerSilent(TAKES_A_FRAME_WITHIN)),
        }
    }

    /// The runner's next frame. A fault that it reports is an error here.
    pub(super) async fn receive(&mut self, within: Duration) -> Result<FromRunner, Error> {
        if !self.outgoing.is_empty() {
            self.pass_on(&[]).await?;
        }
        self.next_frame(within).await
    }

    async fn next_frame(&mut self, within: Duration) -> Result<FromRunner, Error> {
        loop {
            match self.frames.next_frame().map_err(Error::Frame)? {
                Some(FromRunner::Fault(text)) => return Err(Error::RunnerFault(text)),
                Some(frame) => return Ok(frame),
                None => {}
            }
            match timeout(within, self.output.next()).await {
                Ok(Some(Ok(LogOutput::StdOut { message }))) => self.frames.push(&message),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(source))) => {
                    return Err(Error::Engine {
                        act: "pass on output",
                        source,
                    });
                }
                Ok(None) => return Err(self.lost().await),
                Err(_) => return Err(Error::RunnerSilent(within)),
            }
        }
    }

    /// A program that was built, in so many bytes.
    pub(super) async fn program(&mut self, size_bytes: u64) -> Result<Bytes, Error> {
        let mut program = Vec::with_capacity(size_bytes.min(MAX_PAYLOAD_BYTES as u64) as usize);
        while (program.len() as u64) < size_bytes {
            match self.receive(ENDS_WITHIN).await? {
                FromRunner::Program(piece) if program.len() + piece.len() <= MAX_PAYLOAD_BYTES => {
                    program.extend_from_slice(&piece);
                }
                _ => return Err(Error::OutOfTurn),
            }
        }
        Ok(Bytes::from(program))
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// Says what ended the container, once the engine knows.
    async fn lost(&mut self) -> Error {
        let docker = &self.engine.docker;
        let ended = docker
            .wait_container(&self.id, None::<WaitContainerOptions>)
            .collect::<Vec<_>>();
        // Whether or not the engine answers, the container is of no more use.
        let _ = timeout(ENDS_WITHIN, ended).await;
        let inspected = docker
            .inspect_container(&self.id, None::<InspectContainerOptions>)
            .await;
        let state = inspected.ok().and_then(|container| container.state);
        Error::ContainerLost {
            oom_killed: state.and_then(|state| state.oom_killed) == Some(true),
        }
    }

    /// Gives the whole container so much memory. The engine is not asked where it has that already.
    pub(super) async fn set_memory(&mut self, bytes: u64) -> Result<(), Error> {
        if self.memory_bytes == bytes || !self.resizes {
            return Ok(());
        }
        let update = ContainerUpdateBody {
            memory: Some(bytes as i64),
            memory_swap: Some(bytes as i64),
            ..ContainerUpdateBody::default()
        };
        self.engine
            .docker
            .update_container(&self.id, update)
            .await
            .act("change a container's memory")?;
        self.memory_bytes = bytes;
        Ok(())
    }
}

fn not_created(spec: &Spec, source: bollard::errors::Error) -> Error {
    use bollard::errors::Error::DockerResponseServerError;
    match source {
        DockerResponseServerError {
            status_code: 404, ..
        } => Error::ImageMissing {
            image: spec.image.clone(),
        },
        source => engine_error("create a container", source),
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        self.engine.remove_later(std::mem::take(&mut self.id));
    }
}

impl std::fmt::Debug for Container {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Container")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Removes a container that did not come to start.
struct Removal<'a>(&'a Engine, Option<String>);

impl Removal<'_> {
    fn id(&self) -> &str {
        self.1.as_deref().unwrap_or_default()
    }

    fn disarm(mut self) -> String {
        self.1.take().unwrap_or_default()
    }
}

impl Drop for Removal<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.1.take() {
            self.0.remove_later(id);
        }
    }
}
