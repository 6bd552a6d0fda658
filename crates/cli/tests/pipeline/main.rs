//! The command against the real engine: the whole pipeline, where the same seed gives the same bytes,
//! however it is run and however it is interrupted; and the judging of single programs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod command;

mod benching;
mod demo;
mod executing;
mod interrupted;
mod judging;
mod repeatable;
mod separate_processes;
mod training;
