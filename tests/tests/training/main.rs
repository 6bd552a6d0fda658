//! The trainer as a daemon: evaluations over a real verifier, kill -9, and disks that are full.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod disk;
mod evaluation;
mod trainer;
