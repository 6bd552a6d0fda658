//! The real server on a free port, called by the generated client.

mod faults;
mod programs;
mod server;
