//! The real server on a free port, called by the generated client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod checkers;
mod deadlines;
mod digests;
mod echo;
mod faults;
mod fuzz;
mod http;
mod leaving;
mod programs;
mod requests;
mod server;
mod turns;

/// Of the name that keeps it out of an ordinary run.
#[tokio::test]
async fn long_fuzz_requests() {
    fuzz::long().await;
}
