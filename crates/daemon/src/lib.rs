//! The chassis that every daemon runs on: configuration → telemetry → start → bind → serve → drain.
//!
//! A daemon is a [`Component`]: a name, a configuration section and a way to start. [`run`] is all
//! that its binary calls; `synthsmith up` and the tests [`launch`] the same components in one process.
//! The chassis knows no service.

mod component;
mod config;

mod security;

mod launch;
mod run;

mod admin;
mod connections;
mod contract;
mod expiry;
mod health;
mod http_gate;
mod http_server;
mod incoming;

pub use component::{Component, Context, Parts, Port};
pub use config::{Error as ConfigError, Section, ServerConfig, Settings};
pub use incoming::Peer;
pub use launch::{Running, launch};
pub use run::{Shutdown, run, serve};
pub use security::{Security, SecurityConfig};
