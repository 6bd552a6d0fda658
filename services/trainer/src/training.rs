//! Training as a job: the backend on a thread of its own, and what it tells on its way into the table.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, Ending, Failure, Prepared, SftWork, StepMetrics, Watcher};
use crate::desk::Desk;
use crate::store::StoreError;

/// What may wait to be written; training waits beyond that.
const UNWRITTEN: usize = 256;

/// What training tells.
#[derive(Debug)]
enum News {
    Prepared(Prepared),
    Stepped(StepMetrics),
}

/// Trains until it is done or stopped. The outer error is the table's.
pub(crate) async fn trained(
    backend: Arc<dyn Backend>,
    work: SftWork,
    desk: &Desk,
    stop: &CancellationToken,
) -> Result<Result<Ending, Failure>, StoreError> {
    let (news, told) = mpsc::channel(UNWRITTEN);
    let teller = Teller {
        news,
        stop: stop.clone(),
    };
    let training = tokio::task::spawn_blocking(move || backend.sft(&work, &teller));
    let written = write(desk, told).await;
    if written.is_err() {
        // What cannot be told of is not worth going on with.
        stop.cancel();
    }
    let trained = training
        .await
        .unwrap_or_else(|panic| Err(Failure::broke_down("training", &panic)));
    written.map(|()| trained)
}

/// Writes what training tells, until it has ended.
async fn write(desk: &Desk, mut told: mpsc::Receiver<News>) -> Result<(), StoreError> {
    let mut news = Vec::new();
    while told.recv_many(&mut news, UNWRITTEN).await > 0 {
        let mut steps = Vec::new();
        for piece in news.drain(..) {
            match piece {
                News::Prepared(prepared) => desk.store.prepared(&desk.id, prepared).await?,
                News::Stepped(step) => steps.push(step),
            }
        }
        desk.store.add_steps(&desk.id, &steps).await?;
        metrics::counter!("synthsmith_trainer_steps_total").increment(steps.len() as u64);
        let tokens = steps.iter().map(|step| step.tokens).sum();
        metrics::counter!("synthsmith_trainer_tokens_total").increment(tokens);
        desk.changed();
    }
    Ok(())
}

/// Where training tells what happens.
struct Teller {
    news: mpsc::Sender<News>,
    stop: CancellationToken,
}

impl Watcher for Teller {
    fn prepared(&self, prepared: Prepared) {
        // Who wrote it down may have failed; then the job is stopped.
        let _ = self.news.blocking_send(News::Prepared(prepared));
    }

    fn stepped(&self, step: StepMetrics) {
        let _ = self.news.blocking_send(News::Stepped(step));
    }

    fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }
}
