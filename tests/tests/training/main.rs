//! The trainer as a daemon: evaluations over a real verifier, kill -9, disks that are full, and buckets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bucket;
mod disk;
mod evaluation;
mod trainer;
