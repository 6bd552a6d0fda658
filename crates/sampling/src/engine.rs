//! The thread that samples for all callers.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use synthsmith_transformer::Sampler;
use synthsmith_transformer::sampler::{Completion, Progress, Request, SequenceId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// Takes requests for the thread. Cheap to clone; the thread ends with the last clone.
#[derive(Debug, Clone)]
pub struct Engine {
    asked: Sender<Asked>,
    room: Arc<Semaphore>,
}

/// What happens to a request.
#[derive(Debug)]
pub enum Event {
    /// More text.
    Text(String),
    Done(Completion),
    Refused(synthsmith_transformer::Error),
}

#[derive(Debug)]
struct Asked {
    request: Request,
    listener: Listener,
}

/// Who asked. The events of a sequence are as many as its tokens, so they need no bound of their own.
#[derive(Debug)]
struct Listener {
    events: UnboundedSender<Event>,
    _room: OwnedSemaphorePermit,
}

impl Engine {
    /// Starts the thread, for so many requests at a time. `count` is told of every token that is sampled.
    pub(crate) fn start(
        sampler: Sampler,
        room: usize,
        count: impl Fn(u64) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (asked, asking) = channel();
        std::thread::Builder::new()
            .name("sampling".to_owned())
            .spawn(move || sample(sampler, &asking, &count))?;
        Ok(Self {
            asked,
            room: Arc::new(Semaphore::new(room)),
        })
    }

    /// Asks for sequences, all or none. Each ends early when nobody listens to it any more.
    pub fn ask(&self, requests: Vec<Request>) -> Result<Vec<UnboundedReceiver<Event>>, Error> {
        let count = requests.len() as u32;
        let room = Arc::clone(&self.room).try_acquire_many_owned(count);
        let mut room = room.map_err(|_| Error::Busy)?;
        let each = requests.into_iter().filter_map(|request| {
            let own_room = room.split(1)?;
            Some(self.begin(request, own_room))
        });
        each.collect()
    }

    fn begin(
        &self,
        request: Request,
        room: OwnedSemaphorePermit,
    ) -> Result<UnboundedReceiver<Event>, Error> {
        let (events, listening) = unbounded_channel();
        let asked = Asked {
            request,
            listener: Listener {
                events,
                _room: room,
            },
        };
        self.asked.send(asked).map_err(|_| Error::Ended)?;
        Ok(listening)
    }
}

/// The completion of a sequence, whose text nobody waits for piece by piece.
pub async fn completed(mut events: UnboundedReceiver<Event>) -> Result<Completion, Error> {
    loop {
        match events.recv().await {
            Some(Event::Text(_)) => {}
            Some(Event::Done(completion)) => return Ok(completion),
            Some(Event::Refused(error)) => return Err(Error::Unfit(error)),
            None => return Err(Error::Ended),
        }
    }
}

fn sample(mut sampler: Sampler, asking: &Receiver<Asked>, count: &dyn Fn(u64)) {
    let mut listeners = HashMap::new();
    loop {
        if sampler.is_idle() {
            // Nobody can ask any more.
            let Ok(asked) = asking.recv() else { return };
            add(&mut sampler, &mut listeners, asked);
        }
        loop {
            match asking.try_recv() {
                Ok(asked) => add(&mut sampler, &mut listeners, asked),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        if sampler.is_idle() {
            continue;
        }
        match sampler.step() {
            Ok(progress) => {
                count(progress.len() as u64);
                tell(&mut sampler, &mut listeners, progress);
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "sampling failed");
                // Their channels close, and that tells them.
                for (id, _) in listeners.drain() {
                    sampler.remove(id);
                }
            }
        }
    }
}

fn add(sampler: &mut Sampler, listeners: &mut HashMap<SequenceId, Listener>, asked: Asked) {
    match sampler.add(asked.request) {
        Ok(id) => {
            listeners.insert(id, asked.listener);
        }
        // Who asked may have left.
        Err(error) => drop(asked.listener.events.send(Event::Refused(error))),
    }
}

fn tell(
    sampler: &mut Sampler,
    listeners: &mut HashMap<SequenceId, Listener>,
    progress: Vec<Progress>,
) {
    for step in progress {
        let Some(listener) = listeners.get(&step.id) else {
            continue;
        };
        let text = Some(step.text).filter(|text| !text.is_empty());
        let heard = text.is_none_or(|text| listener.events.send(Event::Text(text)).is_ok());
        match step.completion {
            Some(completion) => {
                // As above.
                let _ = listener.events.send(Event::Done(completion));
                listeners.remove(&step.id);
            }
            None if !heard || listener.events.is_closed() => {
                sampler.remove(step.id);
                listeners.remove(&step.id);
            }
            None => {}
        }
    }
}
