//! `synthsmith bench`: how fast programs are judged on this machine, and models trained ([`trainer`]).
//!
//! A verifier in a process of its own is given work over gRPC, and the CPU time of the whole tree behind it is counted:
//! service, engine, containers. What the machine does without any sandbox, the floors, is measured in turns with it.

mod workload;

mod service;

mod engine;
mod machine;

mod cpu;

mod floors;

mod load;

mod plan;
mod statistics;

mod measure;

mod checks;
mod report;
mod table;

mod soak;

mod trainer;

use std::path::Path;

use synthsmith_daemon::Shutdown;

use super::Session;
use crate::args::{Bench, BenchArgs, VerifierArgs};
use crate::cluster;
use crate::exit::Failure;
use engine::Engine;

pub(super) async fn run(
    session: &Session,
    settings_file: Option<&Path>,
    args: &BenchArgs,
) -> anyhow::Result<()> {
    let args = match &args.what {
        Bench::Verifier(args) => args,
        Bench::Trainer(args) => return trainer::run(session, args).await,
        Bench::TrainerPart(args) => return trainer::part(args),
        Bench::Serve => return service::serve(session).await,
    };
    let mut signals = Shutdown::listen()?;
    let bench = Setting {
        session,
        settings_file,
        args,
        engine: tokio::select! {
            engine = prepare(session) => engine?,
            () = signals.received() => return Err(interrupted()),
        },
    };
    if args.soak {
        soak::run(&bench, signals).await
    } else {
        measure::run(&bench, signals).await
    }
}

/// What a measurement takes place in.
#[derive(Debug)]
struct Setting<'a> {
    session: &'a Session,
    settings_file: Option<&'a Path>,
    args: &'a VerifierArgs,
    engine: Engine,
}

async fn prepare(session: &Session) -> anyhow::Result<Engine> {
    cluster::build_image(&session.settings).await?;
    let config: synthsmith_verifier::Config = session.settings.section("verifier")?;
    Engine::connect(&config).await
}

fn interrupted() -> anyhow::Error {
    Failure::Interrupted("interrupted; nothing is left running".to_owned()).into()
}
