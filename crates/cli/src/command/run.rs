//! `synthsmith run`.

use std::fs;

use serde_json::Value;

use super::Session;
use super::job::{Begin, Job, Took};
use crate::args::{RunArgs, SpecArgs};
use crate::exit::Failure;
use crate::output::{self, say};
use crate::run_folder::{Remembered, RunFolder, SampleSource};
use crate::samples::{self, Samples};
use crate::summary;

const DEFAULT_TASKS: u64 = 100;
const DEFAULT_SEED: i64 = 1;
const DEFAULT_CANDIDATES: u32 = 8;
const DEFAULT_TESTS: u32 = 15;
const DEFAULT_EVOLUTION_ROUNDS: u32 = 2;
const DEFAULT_EVOLUTION_STEPS: u32 = 16;

pub(super) async fn run(session: &Session, args: &RunArgs) -> anyhow::Result<()> {
    if let Some(items) = args.preview {
        return super::preview::run(session, args, items).await;
    }
    let out = args.out.as_ref();
    let out = out.ok_or_else(|| Failure::Usage("--out is required".to_owned()))?;
    let folder = RunFolder::new(out);
    let (remembered, begin) = if args.resume {
        (resumed(&folder.recall()?, args), Begin::Resume)
    } else {
        let source = given_source(args)?;
        let samples = read_samples(&source)?;
        let remembered = new(&args.spec, args.connect.clone(), source);
        folder.claim(&remembered)?;
        (remembered, Begin::New(samples))
    };
    let job = Job {
        session,
        folder: &folder,
        remembered,
        concurrency: args.spec.concurrency.unwrap_or_default(),
        is_throwaway: false,
        begin,
    };
    let took = job.work().await?;
    conclude(session, &folder, took)
}

/// The samples that the flags name; the path stays right when the next process starts elsewhere.
pub(super) fn given_source(args: &RunArgs) -> anyhow::Result<SampleSource> {
    let path = args.samples.as_ref();
    let path = path.ok_or_else(|| Failure::Usage("--samples is required".to_owned()))?;
    Ok(SampleSource::Path {
        path: fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
        max_samples: args.max_samples,
    })
}

/// Reads the samples and says what was left out.
pub(super) fn read_samples(source: &SampleSource) -> anyhow::Result<Samples> {
    let samples = samples::from(source)?;
    let count = samples.samples.len();
    match samples.skipped.total() {
        0 => say(&format!("{count} code samples")),
        _ => say(&format!(
            "{count} code samples; left out: {}",
            samples.skipped
        )),
    }
    Ok(samples)
}

/// What a new run is made with.
pub(super) fn new(spec: &SpecArgs, connect: Option<String>, samples: SampleSource) -> Remembered {
    Remembered {
        run_id: fresh_id(),
        tasks: spec.tasks.unwrap_or(DEFAULT_TASKS),
        accepted: spec.accepted.unwrap_or_default(),
        seed: spec.seed.unwrap_or(DEFAULT_SEED),
        candidates: spec.candidates.unwrap_or(DEFAULT_CANDIDATES),
        tests: spec.tests.unwrap_or(DEFAULT_TESTS),
        evolution_rounds: spec.evolution_rounds.unwrap_or(DEFAULT_EVOLUTION_ROUNDS),
        evolution_steps: spec.evolution_steps.unwrap_or(DEFAULT_EVOLUTION_STEPS),
        connect,
        samples,
    }
}

/// What the folder's run was made with, as far as no flag says otherwise; the orchestrator refuses
/// another one.
fn resumed(made: &Remembered, args: &RunArgs) -> Remembered {
    let spec = &args.spec;
    Remembered {
        run_id: made.run_id.clone(),
        tasks: spec.tasks.unwrap_or(made.tasks),
        accepted: spec.accepted.unwrap_or(made.accepted),
        seed: spec.seed.unwrap_or(made.seed),
        candidates: spec.candidates.unwrap_or(made.candidates),
        tests: spec.tests.unwrap_or(made.tests),
        evolution_rounds: spec.evolution_rounds.unwrap_or(made.evolution_rounds),
        evolution_steps: spec.evolution_steps.unwrap_or(made.evolution_steps),
        connect: args.connect.clone().or_else(|| made.connect.clone()),
        samples: made.samples.clone(),
    }
}

/// Tells what the run came to.
pub(super) fn conclude(session: &Session, folder: &RunFolder, took: Took) -> anyhow::Result<()> {
    let report: Value = serde_json::from_slice(&fs::read(folder.report())?)?;
    if session.is_json {
        return output::print_json(&report);
    }
    output::print(&output::printable(&summary::of_report(&report)));
    if let Some(build) = took.sandbox.build {
        say(&format!(
            "building the sandbox's image took {:.1} s",
            build.as_secs_f64()
        ));
    }
    say(&format!(
        "sandbox ready in {:.1} s, other services in {:.1} s; the job took {:.1} s",
        took.sandbox.start.as_secs_f64(),
        took.start.as_secs_f64(),
        took.job.as_secs_f64(),
    ));
    say(&format!("the data set is in {}", folder.path().display()));
    Ok(())
}

/// Ids need to differ only among the runs of one orchestrator.
fn fresh_id() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let ms = now.map_or(0, |elapsed| elapsed.as_millis());
    format!("{ms:x}-{:x}", std::process::id())
}
