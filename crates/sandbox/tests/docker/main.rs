//! Runs real programs in real containers of the machine's engine.
//!
//! Without an engine every test here is left out, and says so; `SYNTHSMITH_REQUIRE_DOCKER=1` makes that a failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod closing;
mod containment;
mod hostile;
mod languages;
mod life;
mod near_limit;
mod outcomes;
mod runs;
