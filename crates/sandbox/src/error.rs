//! What the sandbox could not do.

use std::time::Duration;

use synthsmith_runner_protocol::DecodeError;

/// What the sandbox could not do. None of it says anything about a program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no container engine answers at {host}; {remedy}", remedy = ENGINE_REMEDY)]
    EngineMissing {
        host: String,
        #[source]
        source: bollard::errors::Error,
    },
    #[error("the engine could not {act}")]
    Engine {
        act: &'static str,
        #[source]
        source: bollard::errors::Error,
    },
    #[error("the engine does not enforce {limit}: {seen}; {remedy}", remedy = LIMIT_REMEDY)]
    LimitIgnored { limit: &'static str, seen: String },
    #[error("no base for the sandbox image: {reason}; {remedy}", remedy = BASE_REMEDY)]
    BaseMissing { reason: String },
    #[error("the sandbox image does not build; the builder's last words: {last_words}")]
    ImageBuild { last_words: String },
    #[error("cannot {act}")]
    Host {
        act: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the sandbox is closed")]
    Closed,
    #[error("the compilation stood still for {} s", .0.as_secs())]
    CompilationStalled(Duration),
    #[error("the runner reports: {0}")]
    RunnerFault(String),
    #[error("the runner said nothing for {} s", .0.as_secs())]
    RunnerSilent(Duration),
    #[error("the container ended under the runner")]
    ContainerLost { oom_killed: bool },
    #[error("the runner speaks out of turn")]
    OutOfTurn,
    #[error("the runner sends what is no frame")]
    Frame(#[source] DecodeError),
}

const ENGINE_REMEDY: &str = "install one (`apt-get install docker.io`), start `dockerd`, or let DOCKER_HOST name the socket of a running one";
const LIMIT_REMEDY: &str = "programs would not be contained; give the engine a control group hierarchy with this controller and start it again";
const BASE_REMEDY: &str =
    "let the engine reach its registry, or install mmdebstrap (`apt-get install mmdebstrap`)";

impl Error {
    /// Whether the same job may succeed in another container.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Engine { .. }
            | Self::Host { .. }
            | Self::CompilationStalled(_)
            | Self::RunnerFault(_)
            | Self::RunnerSilent(_)
            | Self::ContainerLost { .. }
            | Self::OutOfTurn
            | Self::Frame(_) => true,
            Self::EngineMissing { .. }
            | Self::LimitIgnored { .. }
            | Self::BaseMissing { .. }
            | Self::ImageBuild { .. }
            | Self::Closed => false,
        }
    }
}

/// Says which act of the engine failed.
pub(crate) trait EngineAct<T> {
    fn act(self, act: &'static str) -> Result<T, Error>;
}

impl<T> EngineAct<T> for Result<T, bollard::errors::Error> {
    fn act(self, act: &'static str) -> Result<T, Error> {
        self.map_err(|source| Error::Engine { act, source })
    }
}

pub(crate) fn host(act: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    move |source| Error::Host { act, source }
}
