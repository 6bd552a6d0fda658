//! The whole pipeline by the command, against the real engine: the same seed gives the same bytes,
//! however it is run and however it is interrupted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod command;

mod demo;
mod interrupted;
mod repeatable;
mod separate_processes;
