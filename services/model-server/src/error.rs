//! Why a request gets no answer.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use synthsmith_rpc::error::chain;
use synthsmith_sampling::Error as Sampling;

/// Why a request gets no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the body is not a chat request: {0}")]
    Malformed(serde_json::Error),
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("{0}")]
    Unsupported(String),
    #[error(transparent)]
    Sampling(#[from] synthsmith_sampling::Error),
    #[error("the key is missing or wrong")]
    WrongKey,
    #[error("there is no model {asked:?} here; it is {served:?}")]
    NoSuchModel { asked: String, served: String },
    #[error("the model gave no number for any token; its weights are damaged")]
    NotFinite,
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) | Self::Unsupported(_) | Self::Sampling(Sampling::Unfit(_)) => {
                StatusCode::BAD_REQUEST
            }
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongKey => StatusCode::UNAUTHORIZED,
            Self::NoSuchModel { .. } => StatusCode::NOT_FOUND,
            Self::Sampling(Sampling::Busy) => StatusCode::TOO_MANY_REQUESTS,
            Self::Sampling(_) | Self::NotFinite => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let kind = match status {
            StatusCode::UNAUTHORIZED => "authentication_error",
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            _ if status.is_server_error() => "server_error",
            _ => "invalid_request_error",
        };
        let body = json!({"error": {"message": chain(&self), "type": kind, "code": null}});
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let soon = axum::http::HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }
}
