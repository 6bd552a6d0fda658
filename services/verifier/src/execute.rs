//! Runs a program on inputs and tells what it does as it happens.

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use synthsmith_corpus::{Compilation, Outcome};
use synthsmith_sandbox::{Input, LeftFile, Sandbox, WorkingFiles};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::deadline::Deadline;
use crate::outcome::{is_timeout, not_run};
use crate::program::Program;
use crate::queue::Turn;
use crate::{Error, metrics};

/// How long a listener may leave one event lying; the turn belongs to the others, too.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program and the inputs to run it on.
#[derive(Debug)]
pub struct Execution {
    pub program: Program,
    pub inputs: Vec<Bytes>,
    pub working_files: WorkingFiles,
    /// How much of each output to tell; 0 tells digests only.
    pub returned_output_bytes: u64,
    /// After so many runs that exceed their time the others are not run.
    pub stop_after_timeouts: Option<NonZeroU32>,
}

/// What happens: first one compilation, then one outcome per input, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Compiled(Compilation),
    Finished {
        outcome: Outcome,
        /// Of the files that are wanted back, in their order.
        left_files: Vec<LeftFile>,
    },
}

/// What happens, in order; the last item is an error where the sandbox failed or the deadline passed. Dropping the stream ends the program and
/// the turn.
pub fn execute(
    sandbox: Arc<dyn Sandbox>,
    execution: Execution,
    turn: Turn,
    deadline: Deadline,
) -> impl Stream<Item = Result<Event, Error>> {
    execute_with(PATIENCE, sandbox, execution, turn, deadline)
}

fn execute_with(
    patience: Duration,
    sandbox: Arc<dyn Sandbox>,
    execution: Execution,
    turn: Turn,
    deadline: Deadline,
) -> impl Stream<Item = Result<Event, Error>> {
    let (sender, receiver) = mpsc::channel(1);
    let events = Telling { sender, patience };
    let running = tokio::spawn(async move {
        let _turn = turn;
        tokio::select! {
            ran = run(sandbox.as_ref(), execution, &events) => ran,
            () = events.sender.closed() => Ok(()),
            error = deadline.passed() => Err(error),
        }
    });
    let failure = stream::once(running).filter_map(async |joined| match joined {
        Ok(ran) => ran.err().map(Err),
        Err(error) => Some(Err(Error::FinishRun(error))),
    });
    ReceiverStream::new(receiver).map(Ok).chain(failure)
}

impl Execution {
    /// What it holds in memory while it waits.
    pub fn size_bytes(&self) -> u64 {
        let inputs: usize = self.inputs.iter().map(Bytes::len).sum();
        (inputs + self.program.source.len()) as u64
    }
}

async fn run(sandbox: &dyn Sandbox, execution: Execution, events: &Telling) -> Result<(), Error> {
    let input_count = execution.inputs.len();
    let mut job = execution.program.job(execution.returned_output_bytes);
    job.working_files = execution.working_files;
    let compiled = sandbox.compile(job).await.map_err(Error::RunProgram)?;
    events.tell(Event::Compiled(compiled.compilation)).await?;
    let mut run_count = 0;
    if let Some(mut runs) = compiled.runs {
        let mut timeouts = 0;
        let inputs: Vec<Input> = execution.inputs.into_iter().map(Input::from).collect();
        runs.announce(&inputs);
        for input in inputs {
            let ran = runs.run(input).await;
            let outcome = ran.map_err(Error::RunProgram)?;
            metrics::outcome(&outcome);
            run_count += 1;
            timeouts += u32::from(is_timeout(outcome.status));
            let left_files = runs.left_files();
            let finished = Event::Finished {
                outcome,
                left_files,
            };
            events.tell(finished).await?;
            let enough = execution.stop_after_timeouts;
            if enough.is_some_and(|enough| timeouts >= enough.get()) {
                break;
            }
        }
    }
    for index in run_count..input_count {
        let finished = Event::Finished {
            outcome: not_run(index),
            left_files: Vec::new(),
        };
        events.tell(finished).await?;
    }
    Ok(())
}

struct Telling {
    sender: mpsc::Sender<Event>,
    patience: Duration,
}

impl Telling {
    /// A listener that is gone ends the whole run elsewhere.
    async fn tell(&self, event: Event) -> Result<(), Error> {
        match tokio::time::timeout(self.patience, self.sender.send(event)).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::ListenerStalled(self.patience)),
        }
    }
}
