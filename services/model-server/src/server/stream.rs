//! Answers piece by piece, as server-sent events.

use std::convert::Infallible;

use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, select_all};
use futures::{Stream, StreamExt as _};
use serde_json::{Value, json};
use synthsmith_rpc::error::chain;
use synthsmith_sampling::{Error as Sampling, Event};
use tokio::sync::mpsc::UnboundedReceiver;

use super::chat::{self, Head};

/// The pieces of all choices as they come, and `[DONE]`.
pub(super) fn response(head: &Head, events: Vec<UnboundedReceiver<Event>>) -> Response {
    let choices = events.into_iter().enumerate();
    let pieces = choices.map(|(index, events)| Box::pin(choice(head.clone(), index, events)));
    let done = stream::once(async { Sent::default().data("[DONE]") });
    let pieces = select_all(pieces).map(|piece| Sent::default().data(piece.to_string()));
    let sent = pieces.chain(done).map(Ok::<_, Infallible>);
    Sse::new(sent)
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn choice(head: Head, index: usize, events: UnboundedReceiver<Event>) -> impl Stream<Item = Value> {
    stream::unfold((Some(events), true), move |(events, is_first)| {
        let head = head.clone();
        async move {
            let mut events = events?;
            if is_first {
                let role = json!({"role": "assistant", "content": ""});
                return Some((
                    chat::chunk(&head, index, &role, None),
                    (Some(events), false),
                ));
            }
            let told = match events.recv().await {
                Some(Event::Text(text)) => {
                    let piece = chat::chunk(&head, index, &json!({"content": text}), None);
                    return Some((piece, (Some(events), false)));
                }
                Some(Event::Done(completion)) => chat::finish_reason(&completion),
                Some(Event::Refused(error)) => Err(Sampling::Unfit(error).into()),
                None => Err(Sampling::Ended.into()),
            };
            let last = match told {
                Ok(reason) => chat::chunk(&head, index, &json!({}), Some(reason)),
                Err(error) => json!({"error": {"message": chain(&error), "type": "server_error"}}),
            };
            Some((last, (None, false)))
        }
    })
}
