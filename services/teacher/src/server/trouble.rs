//! Transport faults: drawn anew for each attempt, they delay an answer and never change it.

use super::Teacher;
use crate::dice::Dice;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    Busy,
    Broken,
    Hang,
    Drop,
}

#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) outcome: Trouble,
    delay: Duration,
}

/// What happens to the next attempt.
pub(super) fn next(teacher: &Teacher) -> Attempt {
    let faults = &teacher.config.faults;
    let attempt = teacher.attempts.fetch_add(1, Ordering::Relaxed);
    let mut dice = Dice::new(&[
        "trouble",
        &teacher.config.seed.to_string(),
        &attempt.to_string(),
    ]);
    let latency = dice.within(faults.latency_min_ms as i64, faults.latency_max_ms as i64);
    let rates = [
        (Trouble::Busy, faults.rate_429),
        (Trouble::Broken, faults.rate_500),
        (Trouble::Hang, faults.rate_hang),
        (Trouble::Drop, faults.rate_drop),
    ];
    let outcome = rates
        .into_iter()
        .find(|(_, rate)| dice.chance(*rate))
        .map_or(Trouble::None, |(trouble, _)| trouble);
    let delay = match outcome {
        Trouble::Hang => Duration::from_secs(faults.hang_seconds),
        Trouble::Busy => Duration::ZERO,
        _ => Duration::from_millis(latency as u64),
    };
    Attempt { outcome, delay }
}

impl Attempt {
    pub(super) async fn wait(&self) {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
    }
}

/// Half of the body, and then a broken connection.
pub(super) fn broken_off(body: String) -> Response {
    let length = body.len();
    let half = Bytes::from(body).slice(..length / 2);
    let parts = [
        Ok(half),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ];
    let stream = futures::stream::iter(parts);
    (
        [
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::CONTENT_LENGTH, length.to_string()),
        ],
        Body::from_stream(stream),
    )
        .into_response()
}
