//! Daemons that have keys and certificates, as callers see them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod certificates;
mod exposure;
mod http_edges;
mod keys;
mod replicas;
mod vault;
