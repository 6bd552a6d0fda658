//! The one edge to models: who is asked, when, and at what price.
//!
//! A question arrives ([`service`]) → its [`key`] is looked up in the [`store`] → callers of one
//! key share one flight ([`complete`]) → it waits for a turn ([`admission`]) → an intent is stored
//! → the [`endpoint`] is asked → answer and intent are stored together → the answer is returned.
//! Asking the same again, after a crash or in a replay, costs nothing.
//!
//! What an answer *holds* is not looked at here: readers judge it, and a bad answer is stored and
//! paid for like a good one.

pub mod service;
mod wire;

pub mod complete;

pub mod chat;
pub mod key;
pub mod price;

pub mod admission;
pub mod store;

pub mod endpoint;

pub mod config;
pub mod error;
mod metrics;

pub use complete::Gateway;
pub use config::{Config, EndpointConfig};
pub use endpoint::{ProbeReport, probe};
pub use error::Error;
pub use service::GatewayService;
