//! Why a request gets no answer of its protocol, in the form in which clients of both protocols expect it.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Why a request gets no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Its body is not what the protocol asks for.
    Unfit(Vec<Flaw>),
    TooLarge {
        max_bytes: usize,
    },
    /// It broke off.
    Unread,
    Stalled(Duration),
    /// A passing fault of ours.
    Later {
        status: StatusCode,
        come_back_in: Duration,
        reason: String,
    },
}

/// What is wrong with one part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Flaw {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// The path of the part, from the outside.
    pub(super) loc: Vec<Step>,
    pub(super) msg: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Step {
    Field(String),
    Index(usize),
}

pub(super) async fn no_such_route() -> Response {
    plain(StatusCode::NOT_FOUND, "Not Found")
}

pub(super) async fn no_such_method() -> Response {
    plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}

fn plain(status: StatusCode, detail: &str) -> Response {
    (status, Json(serde_json::json!({ "detail": detail }))).into_response()
}

// === impl Refusal ===

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unread => StatusCode::BAD_REQUEST,
            Self::Stalled(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Later { status, .. } => *status,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        match self {
            Self::Unfit(flaws) => {
                (status, Json(serde_json::json!({ "detail": flaws }))).into_response()
            }
            Self::TooLarge { max_bytes } => {
                let detail =
                    format!("the body is larger than {max_bytes} bytes (http_max_body_bytes)");
                plain(status, &detail)
            }
            Self::Unread => plain(status, "the body broke off"),
            Self::Stalled(patience) => {
                let seconds = patience.as_secs();
                plain(
                    status,
                    &format!("the body brought next to nothing for {seconds} s"),
                )
            }
            Self::Later {
                come_back_in,
                reason,
                ..
            } => {
                let mut response = plain(status, &reason);
                let seconds = come_back_in.as_secs().max(1);
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                response
            }
        }
    }
}

// === impl Flaw ===

impl Flaw {
    pub(super) fn of_body(kind: &'static str, field: &str, msg: impl Into<String>) -> Self {
        Self {
            kind,
            loc: vec!["body".into(), field.into()],
            msg: msg.into(),
        }
    }
}

// === impl Step ===

impl From<&str> for Step {
    fn from(field: &str) -> Self {
        Self::Field(field.to_owned())
    }
}
