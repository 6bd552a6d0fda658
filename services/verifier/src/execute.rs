//! Runs a program on inputs and tells what it does as it happens.

use std::sync::Arc;

use futures::{Stream, StreamExt as _, stream};
use synthsmith_sandbox::{Event, Job, Sandbox};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::queue::Place;
use crate::{Error, metrics};

/// What happens, in order; the last item is an error if the sandbox failed. Dropping the stream ends the program.
pub fn execute(
    sandbox: Arc<dyn Sandbox>,
    job: Job,
    place: Place,
) -> impl Stream<Item = Result<Event, Error>> {
    let (sender, receiver) = mpsc::channel(1);
    let running = tokio::spawn(async move {
        let ran = sandbox.run(job, sender).await;
        drop(place);
        ran
    });
    let failure = stream::once(running).filter_map(async |joined| match joined {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(Err(Error::RunProgram(error))),
        Err(error) => Some(Err(Error::FinishRun(error))),
    });
    let events = ReceiverStream::new(receiver).map(Ok).chain(failure);
    events.inspect(|event| {
        if let Ok(Event::Finished(outcome)) = event {
            metrics::outcome(outcome);
        }
    })
}
