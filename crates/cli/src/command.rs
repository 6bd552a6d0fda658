//! The commands.

mod bench;
mod completion;
mod daemon;
mod demo;
mod doctor;
mod eval;
mod exec;
mod export;
mod job;
mod judge;
mod keys;
mod preview;
mod program;
mod run;
mod score;
mod serve_model;
mod status;
mod train;
mod up;
mod verifying;

use synthsmith_daemon::{Security, Settings};
use synthsmith_rpc::client::Connector;
use synthsmith_telemetry::Telemetry;

use crate::args::{Args, Command};
use crate::exit::Failure;

/// What every command may need.
#[derive(Debug)]
pub(crate) struct Session {
    pub settings: Settings,
    /// Of the settings that decide a run's output.
    pub configuration_digest: String,
    pub telemetry: Telemetry,
    pub is_json: bool,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    // These need no settings, or read them in their own way.
    match &args.command {
        Command::Completion { shell } => {
            completion::run(*shell);
            return Ok(());
        }
        Command::Keys(keys) => return keys::run(keys, args.json),
        Command::Daemon { service } => return daemon::run(*service, args.config.as_deref()).await,
        _ => {}
    }
    let session = Session::open(&args)?;
    let result = match args.command {
        Command::Demo(demo) => demo::run(&session, &demo).await,
        Command::Run(run) => run::run(&session, &run).await,
        Command::Up(up) => up::run(&session, &up).await,
        Command::Status(status) => status::run(&session, &status).await,
        Command::Score(score) => score::run(&session, &score),
        Command::Export(export) => export::run(&session, &export),
        Command::Train(train) => train::run(&session, &train).await,
        Command::Eval(eval) => eval::run(&session, &eval).await,
        Command::ServeModel(serve) => serve_model::run(&session, &serve).await,
        Command::Judge(judge) => judge::run(&session, &judge).await,
        Command::Exec(exec) => exec::run(&session, &exec).await,
        Command::Bench(bench) => bench::run(&session, args.config.as_deref(), &bench).await,
        Command::Doctor(doctor) => doctor::run(&session, &doctor).await,
        Command::Completion { .. } | Command::Keys(_) | Command::Daemon { .. } => Ok(()),
    };
    session.telemetry.shutdown();
    result
}

impl Session {
    /// Makes channels to daemons that are named, with this process's key and certificate.
    pub(crate) fn connector(&self) -> anyhow::Result<Connector> {
        let security = Security::load(&self.settings.security()?)?;
        Ok(security.connector().clone())
    }

    fn open(args: &Args) -> anyhow::Result<Self> {
        let below = match &args.command {
            Command::Demo(demo) if demo.train => demo::TRAINING_SETTINGS,
            _ => "",
        };
        let settings = Settings::load_over(below, args.config.as_deref())?;
        let mut log = settings.telemetry()?;
        // Wrong settings are said before anything is touched.
        let configuration_digest = crate::configuration::digest(&settings)?;
        match (&args.log, &args.command) {
            (Some(filter), _) => log.log.clone_from(filter),
            // A terminal with progress on it has no room for every line.
            (None, Command::Up(_)) => {}
            (None, _) => "warn".clone_into(&mut log.log),
        }
        let telemetry = Telemetry::start("cli", &log)
            .map_err(|error| Failure::Usage(synthsmith_rpc::error::chain(&error)))?;
        Ok(Self {
            settings,
            configuration_digest,
            telemetry,
            is_json: args.json,
        })
    }
}
