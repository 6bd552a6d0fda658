//! The database of one process: a SQLite file in a folder that nobody else works on.
//!
//! What is in the tables is the business of the services.

mod database;

pub use database::{Database, Error};

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, for due times and for people; no decision depends on it.
pub fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_millis() as i64)
}
