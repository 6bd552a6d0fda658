//! The gate in front of HTTP.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use synthsmith_rpc::{Caller, Holding};
use synthsmith_security::{Gate, Refusal, Role};

/// Lets callers in who have a key.
///
/// Clients that can only be given a URL write the key into it, as the password of any user; it arrives as basic
/// authorization.
pub(crate) fn guard(router: Router, gate: Option<Arc<Gate>>) -> Router {
    match gate {
        Some(gate) => router.layer(from_fn_with_state(gate, admit)),
        None => router,
    }
}

async fn admit(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    // Nobody after this needs the key.
    let shown = request.headers_mut().remove(AUTHORIZATION);
    let bearer = shown.as_ref().map(|value| bearer(value.as_bytes()));
    match gate.admit(bearer.as_deref(), Role::Caller, Timestamp::now()) {
        Ok(admission) => {
            let caller = Caller(Arc::clone(&admission.principal));
            request.extensions_mut().insert(caller);
            let response = next.run(request).await;
            // The request is in work until the last byte of its answer was sent.
            response.map(|body| Body::new(Holding::new(body, admission)))
        }
        Err(refusal) => refused(&refusal),
    }
}

/// Basic authorization as the bearer's that it stands for; anything else as it is.
fn bearer(authorization: &[u8]) -> Vec<u8> {
    let password = || {
        let text = std::str::from_utf8(authorization).ok()?;
        let (scheme, encoded) = text.split_once(' ')?;
        let decoded = STANDARD.decode(encoded.trim()).ok()?;
        let colon = decoded.iter().position(|byte| *byte == b':')?;
        scheme
            .eq_ignore_ascii_case("basic")
            .then(|| decoded[colon + 1..].to_vec())
    };
    match password() {
        Some(password) => [b"Bearer ", &*password].concat(),
        None => authorization.to_vec(),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::NoKey | Refusal::Malformed | Refusal::Unknown | Refusal::Expired { .. } => {
            StatusCode::UNAUTHORIZED
        }
        Refusal::RoleTooLow { .. } => StatusCode::FORBIDDEN,
        Refusal::QuotaExhausted { .. } => StatusCode::TOO_MANY_REQUESTS,
    };
    tracing::debug!(reason = refusal.reason(), "request refused");
    let body = serde_json::json!({ "reason": refusal.reason(), "message": refusal.to_string() });
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(delay) = refusal.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(delay.as_secs() + 1));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stands_for_a_bearers_key() {
        let basic = format!("Basic {}", STANDARD.encode("any:ssk_a:b"));
        let table = [
            (basic.as_str(), "Bearer ssk_a:b"),
            ("Bearer ssk_a", "Bearer ssk_a"),
            ("Basic ???", "Basic ???"),
            ("", ""),
        ];
        for (shown, expected) in table {
            assert_eq!(bearer(shown.as_bytes()), expected.as_bytes(), "{shown}");
        }
    }
}
