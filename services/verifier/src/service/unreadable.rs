//! Refuses requests that are no messages of the contract as what they are: invalid arguments.
//!
//! The gRPC library answers them before any handler sees them, and as faults of the server.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use synthsmith_rpc::Violations;
use synthsmith_rpc::error::into_status;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Code, Status};
use tower::Service;

use super::arriving::{Arriving, List};
use super::intake::{Intake, Peer};
use crate::Error;
use crate::deadline::Deadline;

const NOT_DECODED: &str = "failed to decode Protobuf message: ";
const TOO_LARGE: &str = "decoded message length too large";
/// Where the message as a whole is at fault, and none of its fields.
const WHOLE: &str = "request";

/// A server whose callers are told that their requests cannot be read, and that reads only so much at a time.
#[derive(Debug, Clone)]
pub struct Readable<S> {
    pub(super) server: S,
    pub(super) intake: Intake,
    /// Inputs or tests of a request.
    pub(super) max_inputs: usize,
}

impl<S> Service<Request<Body>> for Readable<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.server.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.server.call(self.arriving(request));
        Box::pin(async move {
            let response = answer.await?;
            let status = Status::from_header_map(response.headers());
            let violations = status.as_ref().and_then(unreadable);
            Ok(match violations {
                Some(violations) => into_status(&Error::InvalidRequest(violations)).into_http(),
                None => response,
            })
        })
    }
}

impl<S> Readable<S> {
    fn arriving(&self, mut request: Request<Body>) -> Request<Body> {
        // Receiving the request counts.
        if let Some(deadline) = Deadline::of_call(request.headers()) {
            request.extensions_mut().insert(deadline);
        }
        let list = List {
            field: list_of(request.uri().path()),
            max_entries: self.max_inputs,
        };
        let portion = Arc::new(self.intake.portion(peer(&request)));
        request.extensions_mut().insert(Arc::clone(&portion));
        request.map(|body| Body::new(Arriving::new(body, portion, list)))
    }
}

/// The list in the request of a method.
fn list_of(path: &str) -> &'static str {
    if path.ends_with("/ExecuteProgram") {
        "inputs"
    } else {
        "tests"
    }
}

fn peer(request: &Request<Body>) -> Peer {
    let connection = request.extensions().get::<TcpConnectInfo>()?;
    Some(connection.remote_addr()?.ip().to_canonical())
}

impl<S: NamedService> NamedService for Readable<S> {
    const NAME: &'static str = S::NAME;
}

/// What is wrong with a request that the library could not read; `None` for every other status.
fn unreadable(status: &Status) -> Option<Violations> {
    let message = status.message();
    let (field, description) = match status.code() {
        Code::Internal => at_fault(message.strip_prefix(NOT_DECODED)?),
        Code::OutOfRange if message.contains(TOO_LARGE) => (WHOLE.to_owned(), message),
        _ => return None,
    };
    let mut violations = Violations::default();
    violations.add(field, description);
    Some(violations)
}

/// Splits `Inner.field: Outer.field: description` into the path, from the outside, and the description.
fn at_fault(message: &str) -> (String, &str) {
    let mut path = Vec::new();
    let mut rest = message;
    while let Some((place, after)) = rest.split_once(": ")
        && let Some((_, field)) = place.split_once('.')
        && !place.contains(' ')
    {
        path.push(field);
        rest = after;
    }
    if path.is_empty() {
        path.push(WHOLE);
    }
    path.reverse();
    (path.join("."), rest)
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use synthsmith_proto::verifier::v1::JudgeProgramRequest;

    use super::*;

    fn told(bytes: &[u8]) -> String {
        let error = JudgeProgramRequest::decode(bytes).unwrap_err();
        unreadable(&Status::internal(error.to_string()))
            .unwrap()
            .to_string()
    }

    #[test]
    fn names_the_field_that_is_no_text() {
        // Field 1, a program of four bytes: its field 2, the source, of two bytes that are no UTF-8.
        let source = told(&[0x0a, 4, 0x12, 2, 0xff, 0xfe]);
        assert_eq!(
            source,
            "program.source invalid string value: data is not UTF-8 encoded"
        );
        let function = told(&[0x32, 1, 0x80]);
        assert!(
            function.starts_with("function invalid string"),
            "{function}"
        );
        assert_eq!(told(&[0xff]), "request invalid varint");
    }

    #[test]
    fn leaves_other_statuses_alone() {
        for status in [
            Status::internal("internal error RUN_BROKEN"),
            Status::unavailable(format!("{NOT_DECODED}it")),
            Status::out_of_range("page"),
        ] {
            assert_eq!(unreadable(&status), None);
        }
    }
}
