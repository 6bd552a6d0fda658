//! The deadline of a request: what the caller grants, capped by what the server grants.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, Request};
use tower::{BoxError, Layer, Service};

/// The answer did not begin in time.
#[derive(Debug, thiserror::Error)]
#[error("the deadline of {0:?} passed")]
pub(crate) struct DeadlineExceeded(Duration);

#[derive(Debug, Clone, Copy)]
pub(crate) struct DeadlineLayer {
    pub(crate) cap: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Deadline<S> {
    inner: S,
    cap: Duration,
}

// === impl Deadline ===

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        let cap = self.cap;
        Deadline { inner, cap }
    }
}

impl<S, B> Service<Request<B>> for Deadline<S>
where
    S: Service<Request<B>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    S::Response: 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let granted = requested(request.headers()).map_or(self.cap, |asked| asked.min(self.cap));
        let answer = self.inner.call(request);
        Box::pin(async move {
            match tokio::time::timeout(granted, answer).await {
                Ok(result) => result.map_err(Into::into),
                Err(_) => Err(DeadlineExceeded(granted).into()),
            }
        })
    }
}

/// Reads `grpc-timeout`: at most eight digits and a unit.
fn requested(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let unit = text.chars().last().filter(char::is_ascii)?;
    let digits = &text[..text.len() - 1];
    if digits.len() > 8 {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        'H' => Some(Duration::from_secs(amount * 3600)),
        'M' => Some(Duration::from_secs(amount * 60)),
        'S' => Some(Duration::from_secs(amount)),
        'm' => Some(Duration::from_millis(amount)),
        'u' => Some(Duration::from_micros(amount)),
        'n' => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit_and_nothing_else() {
        let cases = [
            ("2H", Some(Duration::from_hours(2))),
            ("3M", Some(Duration::from_mins(3))),
            ("5S", Some(Duration::from_secs(5))),
            ("70m", Some(Duration::from_millis(70))),
            ("123456789S", None),
            ("S", None),
            ("", None),
            ("-1S", None),
            ("1x", None),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().unwrap());
            assert_eq!(requested(&headers), expected, "{text}");
        }
    }
}
