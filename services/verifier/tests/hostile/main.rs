//! The 61 hostile and bad inputs that the verifier must withstand, each through the real service on the real engine.
//!
//! A case is a function of a server, so that a negative control can call it with a server that has one protection
//! switched off; it must then return an error. Before and after each case a good submission must be accepted, and the
//! second time may not take much longer than the first.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;
mod checkers;
mod compile;
mod controls;
mod endings;
mod engine;
mod faults;
mod files;
mod forgery;
mod leaving;
mod leftovers;
mod memory;
mod network;
mod overload;
mod privileges;
mod processes;
mod python;
mod recursion;
mod server;
mod service;
mod streams;
mod submission;
mod time;

// At the root, since what begins with `long_` runs only with all tests.
#[tokio::test]
async fn long_case_58_overload_is_refused_and_changes_no_verdict() {
    if synthsmith_testkit::engine_or_skip("long_case_58") {
        overload::case_58_overload_is_refused_and_changes_no_verdict().await;
    }
}
