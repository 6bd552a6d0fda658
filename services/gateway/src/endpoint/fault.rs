//! Why an attempt brought no answer, and whether another may.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};

use super::MAX_ANSWER_BYTES;
use super::complaint::{Complaint, shown};
use crate::Error;
use crate::config::ApiKey;
use crate::store::Ending;

/// An attempt that brought no answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Asking again does not help.
    Final { error: Error, ending: Ending },
    /// The endpoint wants to be asked later.
    Busy { retry_after: Option<Duration> },
    /// It may pass.
    Passing { message: String, ending: Ending },
}

/// A reply as it came over HTTP.
pub(super) struct HttpReply<'a> {
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) url: &'a Url,
}

// === impl Fault ===

impl Fault {
    pub fn ending(&self) -> Ending {
        match self {
            Self::Final { ending, .. } | Self::Passing { ending, .. } => *ending,
            Self::Busy { .. } => Ending::Failed,
        }
    }

    /// Nothing was paid for what never reached the endpoint; all else may have been.
    pub(super) fn of_transport(error: &reqwest::Error) -> Self {
        let never_sent = error.is_connect() || error.is_builder();
        let ending = if never_sent {
            Ending::Failed
        } else {
            Ending::Lost
        };
        // The address may hold secrets of its own.
        let mut message = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            String::new()
        };
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            message = if message.is_empty() {
                inner.to_string()
            } else {
                format!("{message}: {inner}")
            };
            cause = inner.source();
        }
        Self::Passing {
            message: shown(&message),
            ending,
        }
    }

    pub(super) fn too_large() -> Self {
        let error = Error::AnswerTooLarge {
            limit_bytes: MAX_ANSWER_BYTES,
        };
        Self::Final {
            error,
            ending: Ending::Lost,
        }
    }

    pub(super) fn unreadable(message: &str) -> Self {
        let error = Error::AnswerUnreadable {
            message: shown(message),
        };
        Self::Final {
            error,
            ending: Ending::Lost,
        }
    }

    fn refused(error: Error) -> Self {
        Self::Final {
            error,
            ending: Ending::Failed,
        }
    }

    /// The same fault from an endpoint that is known to answer: an unreadable answer is then an
    /// accident on the way, and may have been paid.
    pub(super) fn of_proven_endpoint(self) -> Self {
        match self {
            Self::Final {
                error: error @ (Error::NotAnApi { .. } | Error::AnswerUnreadable { .. }),
                ..
            } => Self::Passing {
                message: error.to_string(),
                ending: Ending::Lost,
            },
            other => other,
        }
    }

    /// Some endpoints repeat the key in their complaint about it.
    pub(super) fn redacted(mut self, key: Option<&ApiKey>) -> Self {
        let message = match &mut self {
            Self::Passing { message, .. } => message,
            Self::Final { error, .. } => match error {
                Error::KeyWrong { message, .. }
                | Error::QuotaSpent { message }
                | Error::ModelUnknown { message, .. }
                | Error::RequestRefused { message, .. }
                | Error::AnswerUnreadable { message } => message,
                _ => return self,
            },
            Self::Busy { .. } => return self,
        };
        if let Some(key) = key {
            *message = message.replace(key.reveal(), "***");
        }
        self
    }
}

/// The meaning of a reply whose status is no success.
pub(super) fn classify(reply: &HttpReply<'_>, model: &str) -> Fault {
    let status = reply.status.as_u16();
    let complaint = Complaint::read(reply.body);
    let message = complaint.message;
    match status {
        300..=399 => Fault::refused(not_an_api(reply, "a redirect")),
        401 | 403 => Fault::refused(Error::KeyWrong { status, message }),
        402 => Fault::refused(Error::QuotaSpent { message }),
        429 if complaint.code == "insufficient_quota" => {
            Fault::refused(Error::QuotaSpent { message })
        }
        429 => Fault::Busy {
            retry_after: retry_after(reply.headers),
        },
        408 | 425 | 500..=599 => Fault::Passing {
            message: format!("status {status}: {message}"),
            ending: ending_of(status),
        },
        _ if is_html(reply.body) => Fault::refused(not_an_api(reply, "HTML")),
        404 => Fault::refused(Error::ModelUnknown {
            model: model.to_owned(),
            message,
        }),
        _ => Fault::refused(Error::RequestRefused { status, message }),
    }
}

/// A proxy that gave up waiting does not know whether the model behind it answered, and was paid.
fn ending_of(status: u16) -> Ending {
    match status {
        425 | 503 => Ending::Failed,
        _ => Ending::Lost,
    }
}

pub(super) fn not_an_api(reply: &HttpReply<'_>, what: &str) -> Error {
    Error::NotAnApi {
        what: what.to_owned(),
        url: reply.url.to_string(),
    }
}

pub(super) fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// Reads `retry-after-ms` and the seconds of `retry-after`; the date form is left to our backoff.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let milliseconds = number("retry-after-ms").map(|ms| ms / 1e3);
    let seconds = milliseconds.or_else(|| number("retry-after"))?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::complaint::MAX_MESSAGE_CHARS;

    fn fault(status: u16, body: &str) -> Fault {
        let reply = HttpReply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
            url: &Url::parse("http://h/v1").unwrap(),
        };
        classify(&reply, "m")
    }

    #[test]
    fn tells_what_asking_again_can_mend() {
        use synthsmith_rpc::RpcError as _;
        let table = [
            (
                401,
                r#"{"error":{"message":"bad key"}}"#,
                "ENDPOINT_KEY_WRONG",
            ),
            (403, "<html>no</html>", "ENDPOINT_KEY_WRONG"),
            (402, "{}", "ENDPOINT_QUOTA_SPENT"),
            (
                429,
                r#"{"error":{"code":"insufficient_quota"}}"#,
                "ENDPOINT_QUOTA_SPENT",
            ),
            (404, r#"{"error":"model m not found"}"#, "MODEL_UNKNOWN"),
            (404, "<html>nothing here</html>", "ENDPOINT_NOT_AN_API"),
            (302, "", "ENDPOINT_NOT_AN_API"),
            (400, r#"{"detail":"too long"}"#, "ENDPOINT_REFUSED_REQUEST"),
            (422, "", "ENDPOINT_REFUSED_REQUEST"),
            (429, "", "busy"),
            (500, "", "passing"),
            (503, "<html>down</html>", "passing"),
        ];
        for (status, body, want) in table {
            let got = match fault(status, body) {
                Fault::Final { error, .. } => error.reason(),
                Fault::Busy { .. } => "busy",
                Fault::Passing { .. } => "passing",
            };
            assert_eq!(got, want, "{status} {body}");
        }
    }

    #[test]
    fn shows_a_bounded_complaint_without_control_characters_and_key() {
        let body = format!(
            r#"{{"error":{{"message":"key sk-1 \u001b[31m {}"}}}}"#,
            "x".repeat(1000)
        );
        let fault = fault(400, &body).redacted(Some(&ApiKey::new("sk-1")));
        let Fault::Final {
            error: Error::RequestRefused { message, .. },
            ..
        } = fault
        else {
            panic!("{fault:?}");
        };
        assert!(message.starts_with("key ***  [31m x"), "{message}");
        assert!(message.chars().count() <= MAX_MESSAGE_CHARS);
    }

    #[test]
    fn reads_when_to_ask_again() {
        let table = [
            ("retry-after", "2", Some(Duration::from_secs(2))),
            ("retry-after", "0.5", Some(Duration::from_millis(500))),
            ("retry-after-ms", "20", Some(Duration::from_millis(20))),
            ("retry-after", "-1", None),
            ("retry-after", "inf", None),
            ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ];
        for (name, value, want) in table {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(retry_after(&headers), want, "{name}: {value}");
        }
    }
}
