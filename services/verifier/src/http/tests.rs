//! The edges without a network and without an engine.

mod bodies;
mod echo;
mod waiting;
