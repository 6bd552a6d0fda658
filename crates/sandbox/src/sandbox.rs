//! The port to whatever runs untrusted programs.

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::{Error, Event, Job};

/// Runs untrusted programs.
#[async_trait]
pub trait Sandbox: std::fmt::Debug + Send + Sync {
    /// Runs a job and sends what happens. Dropping the future or the receiver ends the program.
    async fn run(&self, job: Job, events: mpsc::Sender<Event>) -> Result<(), Error>;
}
