//! The real gateway on a free port, before an endpoint that speaks the real protocol.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod drain;
mod endpoints;
mod faults;
mod harness;
mod limits;
mod mock;
mod model;
mod probe;
