//! What the runner could not do. None of it says anything about the program under test.

use std::fmt;
use std::io;

use synthsmith_runner_protocol::DecodeError;

#[derive(Debug)]
pub(crate) enum Error {
    Usage,
    /// The host closed the connection.
    HostLeft,
    Frame(DecodeError),
    OutOfTurn(&'static str),
    System(&'static str, io::Error),
    Start(String, io::Error),
    /// Before the program was even looked at.
    Confine(io::Error),
    /// The kernel killed a process although the container had memory left.
    MachineShort,
    NotEmptied(&'static str),
    NotPlaced,
    /// The kernel or the container makes no namespaces.
    Namespaces(io::Error),
    /// A cell did not end as it should, or left something behind.
    CellLost,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => {
                formatter.write_str("this program runs only as the first process of a sandbox")
            }
            Self::HostLeft => formatter.write_str("the host closed the connection"),
            Self::Frame(error) => write!(formatter, "cannot read a frame: {error}"),
            Self::OutOfTurn(expected) => write!(formatter, "expected {expected}"),
            Self::System(act, error) => write!(formatter, "cannot {act}: {error}"),
            Self::Start(program, error) => write!(formatter, "cannot start {program}: {error}"),
            Self::Confine(error) => write!(formatter, "cannot confine a program: {error}"),
            Self::MachineShort => {
                formatter.write_str("the machine, not the container, is out of memory")
            }
            Self::Namespaces(error) => write!(formatter, "cannot make namespaces: {error}"),
            Self::CellLost => formatter.write_str("a cell did not end as it should"),
            Self::NotPlaced => {
                formatter.write_str("cannot place the files of the working directory")
            }
            Self::NotEmptied(directory) => write!(formatter, "cannot empty {directory}"),
        }
    }
}

impl std::error::Error for Error {}

/// Says which act failed.
pub(crate) trait During<T> {
    fn during(self, act: &'static str) -> Result<T, Error>;
}

impl<T, E: Into<io::Error>> During<T> for Result<T, E> {
    fn during(self, act: &'static str) -> Result<T, Error> {
        self.map_err(|error| Error::System(act, error.into()))
    }
}
