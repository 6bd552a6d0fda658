//! Runs real programs in real containers of the machine's engine.
//!
//! Without an engine every test here is left out, and says so; `SYNTHSMITH_REQUIRE_DOCKER=1` makes that a failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ahead;
mod cells;
mod closing;
mod containment;
mod faults;
mod gvisor;
mod hostile;
mod languages;
mod life;
mod memory;
mod near_limit;
mod outcomes;
mod runs;
mod second_engine;
mod working_files;
mod zygote;

// At the root, since what begins with `long_` runs only with all tests.
#[tokio::test]
async fn long_cells_are_refused_where_no_namespaces_can_be_made() {
    let test = "long_cells_are_refused_where_no_namespaces_can_be_made";
    cells::cells_are_refused_where_no_namespaces_can_be_made(test).await;
}

#[tokio::test]
async fn long_faults_of_an_engine_are_no_outcomes() {
    faults::faults_of_an_engine_are_no_outcomes("long_faults_of_an_engine_are_no_outcomes").await;
}

#[tokio::test]
async fn long_gvisor_runs_programs_and_holds_limits() {
    gvisor::gvisor_runs_programs_and_holds_limits("long_gvisor_runs_programs_and_holds_limits")
        .await;
}
