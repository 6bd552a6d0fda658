//! `synthsmith`: from code samples to a verified data set, on one machine or many.

mod args;
mod exit;

mod command;

mod cluster;
mod configuration;
mod orchestrator;
mod trainer;
mod uploading;
mod verifier;

mod claimed_folder;
mod data_set;
mod delivery;
mod exporting;
mod reading;
mod run_folder;
mod samples;
mod scoring;

mod output;
mod page;
mod progress;
mod ran;
mod summary;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    let args = args::Args::parse();
    exit::report(command::run(args).await)
}
