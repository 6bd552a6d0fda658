//! What cannot be done is said in one sentence, with an exit code, and nothing is touched.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod endpoint;
mod folders;
mod keys;
mod machine;
mod programs;
mod refused;
