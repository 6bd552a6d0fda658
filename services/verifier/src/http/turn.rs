//! Waits for turns, and runs programs in them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use synthsmith_sandbox::WorkingFiles;
use tokio::time::{Instant, sleep, timeout_at};

use super::Edges;
use crate::client::Client;
use crate::deadline::Deadline;
use crate::execute::{Event, Execution, execute};
use crate::program::Program;
use crate::queue::Turn;
use crate::{Error, metrics};

/// How often one who found the queue full looks again.
const PAUSE: Duration = Duration::from_millis(200);
/// What one is told who waited in vain.
const COME_BACK: Duration = Duration::from_secs(1);

impl Edges {
    /// A turn that begins in time, whether or not the queue has room now; else the queue is full.
    pub(super) async fn turn(
        &self,
        client: &Client,
        bytes: u64,
        begin_by: Instant,
    ) -> Result<Turn, Error> {
        let bytes = bytes.min(self.config.max_queued_bytes);
        loop {
            match timeout_at(begin_by, self.queue.turn(client, bytes)).await {
                Ok(Err(Error::QueueFull { .. } | Error::Displaced { .. }))
                    if Instant::now() + PAUSE < begin_by =>
                {
                    sleep(PAUSE).await;
                }
                Ok(turned) => return turned,
                Err(_) => {
                    metrics::refused();
                    return Err(Error::QueueFull {
                        come_back_in: COME_BACK,
                    });
                }
            }
        }
    }

    /// What the program does on the inputs, until the turn must end.
    pub(super) fn running(
        &self,
        program: Program,
        inputs: Vec<Bytes>,
        working_files: WorkingFiles,
        turn: Turn,
        end_by: Instant,
    ) -> impl Stream<Item = Result<Event, Error>> + use<> {
        let granted = end_by.saturating_duration_since(Instant::now());
        let deadline = Deadline::after(self.config.max_turn().min(granted));
        let execution = Execution {
            returned_output_bytes: program.limits.output_bytes,
            program,
            inputs,
            working_files,
            stop_after_timeouts: None,
        };
        execute(Arc::clone(&self.sandbox), execution, turn, deadline)
    }
}
