//! The real gateway on a free port, before an endpoint that speaks the real protocol.

mod answers;
mod drain;
mod faults;
mod harness;
mod limits;
mod mock;
mod probe;
