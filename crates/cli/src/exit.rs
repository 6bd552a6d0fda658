//! Exit codes: what a script may rely on.

use std::process::ExitCode;

use synthsmith_daemon::ConfigError;

/// A failure with the code to leave with; everything else leaves with 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked for cannot be done as it was asked: flags, files, settings.
    #[error("{0}")]
    Usage(String),
    /// Something this machine needs is missing.
    #[error("{0}")]
    Machine(String),
    /// The result is bad, and was told already as what was asked for.
    #[error("the result tells")]
    Told,
    /// Ctrl-C or SIGTERM; what was done is kept.
    #[error("{0}")]
    Interrupted(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Machine(_) => 3,
            Self::Told => 1,
            Self::Interrupted(_) => 130,
        }
    }
}

/// Ends the command: nothing more on success, one sentence on standard error otherwise.
pub(crate) fn report(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    if !matches!(error.downcast_ref(), Some(Failure::Told)) {
        crate::output::error(&error);
    }
    ExitCode::from(code(&error))
}

fn code(error: &anyhow::Error) -> u8 {
    if error.is::<ConfigError>() {
        return 2;
    }
    error.downcast_ref::<Failure>().map_or(1, Failure::code)
}

/// The text of `--help` on exit codes.
pub(crate) const HELP: &str = "Exit codes: 0 done; 1 failed, and the message says what to do; of \
judge and exec that the program is not accepted, and nothing else; 2 asked for something \
that cannot be (flags, files, settings); 3 this machine lacks something (`synthsmith doctor` tells); \
130 interrupted, and what was done is kept.";
