//! `synthsmith demo`: the whole job on what is built in.

mod training;

use super::Session;
use super::job::{Begin, Job};
use super::run::{conclude, new};
use crate::args::{DemoArgs, SpecArgs};
use crate::output::say;
use crate::run_folder::{RunFolder, SampleSource};
use crate::samples;

/// Settings that the training is shown with, below those of the user.
pub(super) use training::SETTINGS as TRAINING_SETTINGS;

const TASKS: u64 = 40;

pub(super) async fn run(session: &Session, args: &DemoArgs) -> anyhow::Result<()> {
    if args.train {
        return training::run(session, args).await;
    }
    let folder = RunFolder::new(&args.out);
    let spec = SpecArgs {
        tasks: Some(args.tasks.unwrap_or(TASKS)),
        seed: Some(args.seed),
        ..SpecArgs::default()
    };
    let remembered = new(&spec, None, SampleSource::BuiltIn);
    folder.claim(&remembered)?;
    let samples = samples::from(&SampleSource::BuiltIn)?;
    if !session.is_json {
        say(&format!(
            "{} code samples are built in; the teacher stands in for a model: it programs by grammar and errs on purpose",
            samples.samples.len()
        ));
    }
    let job = Job {
        session,
        folder: &folder,
        remembered,
        concurrency: 0,
        is_throwaway: false,
        begin: Begin::New(samples),
    };
    let took = job.work().await?;
    conclude(session, &folder, took)?;
    if !session.is_json {
        let shown = args.out.display();
        say(&format!(
            "next: `synthsmith score {shown}` measures it against the truth"
        ));
        say("      `synthsmith run --samples DIR --out out/mine` uses your own code");
        say("      `synthsmith demo --train --out out/trained` goes on to a model");
    }
    Ok(())
}
