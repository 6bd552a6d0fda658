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
    #[error("the engine has no image {image}; {remedy}", remedy = IMAGE_REMEDY)]
    ImageMissing { image: String },
    #[error("the engine has no image {image}, which a language names; {remedy}", remedy = IMAGE_REMEDY)]
    OperatorImageMissing { image: String },
    #[error("languages.{language} names the image {image}, which the engine does not have; {remedy}", remedy = IMAGE_REMEDY)]
    LanguageImageMissing { language: String, image: String },
    #[error("no programs can run in the image {image}: {reason}")]
    ImageUnfit { image: String, reason: &'static str },
    #[error("the engine knows no runtime {runtime}, only {known}")]
    RuntimeUnknown { runtime: String, known: String },
    #[error(
        "this sandbox keeps no cells; set cell_containers to how many programs shall run in cells at a time"
    )]
    CellsOff,
    #[error("no cell can be made: {reason}; {remedy}", remedy = CELL_REMEDY)]
    CellRefused { reason: String },
    #[error("the engine's disk is full: {said}")]
    DiskFull { said: String },
    #[error("a run was given a file of {0} bytes, which is more than the sandbox takes")]
    InputTooLarge(usize),
    #[error("a run was given {given} files beside its input, but was announced with {promised}")]
    FilesMissing { promised: u8, given: usize },
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
const IMAGE_REMEDY: &str = "pull it or build it there; the sandbox builds its own again by itself";
const CELL_REMEDY: &str = "let the kernel of the engine's machine make user namespaces (`sysctl user.max_user_namespaces`, `kernel.unprivileged_userns_clone`, `kernel.apparmor_restrict_unprivileged_userns`), or set cell_containers to 0";
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
            | Self::ImageMissing { .. }
            | Self::OperatorImageMissing { .. }
            | Self::LanguageImageMissing { .. }
            | Self::ImageUnfit { .. }
            | Self::RuntimeUnknown { .. }
            | Self::CellsOff
            | Self::CellRefused { .. }
            | Self::DiskFull { .. }
            | Self::FilesMissing { .. }
            | Self::InputTooLarge(_)
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
        self.map_err(|source| engine_error(act, source))
    }
}

pub(crate) fn engine_error(act: &'static str, source: bollard::errors::Error) -> Error {
    use bollard::errors::Error::DockerResponseServerError;
    match source {
        DockerResponseServerError { message, .. } if is_disk_full(&message) => {
            Error::DiskFull { said: message }
        }
        source => Error::Engine { act, source },
    }
}

/// Whether the engine passes on that its kernel has no room.
pub(crate) fn is_disk_full(said: &str) -> bool {
    said.contains("no space left on device") || said.contains("No space left on device")
}

pub(crate) fn host(act: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    move |source| Error::Host { act, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_failures_and_is_not_tried_again() {
        let failed = |message: &str| {
            let source = bollard::errors::Error::DockerResponseServerError {
                status_code: 500,
                message: message.to_owned(),
            };
            engine_error("create a container", source)
        };
        let full = failed("mkdir /var/lib/docker/overlay2/x: no space left on device");
        assert!(matches!(full, Error::DiskFull { .. }) && !full.is_passing());
        let busy = failed("context deadline exceeded");
        assert!(matches!(busy, Error::Engine { .. }) && busy.is_passing());
    }
}
