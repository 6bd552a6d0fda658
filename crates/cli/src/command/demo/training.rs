//! `synthsmith demo --train`: from samples to a model that is measured on tasks it never saw.
//!
//! Each part has a folder of its own, and what is done already is not done again: an interrupted demo goes on by the
//! same command.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use serde_json::{Value, json};

use super::super::{Session, eval, train};
use super::{Begin, Job, new};
use crate::args::{Args, Command, DemoArgs, SpecArgs, Train};
use crate::exit::Failure;
use crate::output::{self, say};
use crate::run_folder::{RunFolder, SampleSource};
use crate::samples;

/// The teacher's profile for small tasks.
pub(in super::super) const SETTINGS: &str = include_str!("../../../../../docs/micro.toml");

const TASKS: u64 = 1000;
/// For each ten that are learnt. Some are left out, since the data set has the same.
const HELD_OUT_OF_TEN: u64 = 3;
/// So far apart are the seeds of what is learnt and what is held out.
const SEED_DISTANCE: i64 = 1_000_003;
const CANDIDATES: u32 = 3;
const TESTS: u32 = 6;
const ROUNDS: u32 = 1;
const EVOLUTION_STEPS: u32 = 8;
const CONCURRENCY: u32 = 32;

/// The folders of the parts.
#[derive(Debug)]
struct Places {
    data: PathBuf,
    trained: PathBuf,
    held_out: PathBuf,
    evaluation: PathBuf,
}

pub(super) async fn run(session: &Session, args: &DemoArgs) -> anyhow::Result<()> {
    let places = Places::below(&args.out)?;
    let told = |text: &str| {
        if !session.is_json {
            say(text);
        }
    };
    told("1 of 4: a data set of small tasks");
    let tasks = args.tasks.unwrap_or(TASKS);
    made(session, &places.data, tasks, args.seed).await?;
    told("2 of 4: a new model learns its golden solutions");
    trained(session, &places, args.steps).await?;
    told("3 of 4: other tasks, which the model never saw");
    let seed = args.seed.wrapping_add(SEED_DISTANCE);
    let held_out = tasks.saturating_mul(HELD_OUT_OF_TEN) / 10;
    made(session, &places.held_out, held_out.max(1), seed).await?;
    told("4 of 4: the model solves those, and its programs are judged");
    evaluated(session, &places).await?;
    conclude(session, args, &places)
}

impl Places {
    fn below(out: &Path) -> anyhow::Result<Self> {
        let shown = out.display();
        let places = Self {
            data: out.join("data-set"),
            trained: out.join("trained"),
            held_out: out.join("held-out"),
            evaluation: out.join("evaluation"),
        };
        let entries = fs::read_dir(out).into_iter().flatten().flatten();
        let strange = entries.map(|entry| entry.path()).find(|path| {
            ![
                &places.data,
                &places.trained,
                &places.held_out,
                &places.evaluation,
            ]
            .contains(&path)
        });
        if let Some(strange) = strange {
            let text = format!(
                "{shown} holds {}, which is no part of such a demo; choose another --out",
                strange.display()
            );
            return Err(Failure::Usage(text).into());
        }
        Ok(places)
    }
}

/// A run of the data half, or the rest of it.
async fn made(session: &Session, path: &Path, tasks: u64, seed: i64) -> anyhow::Result<()> {
    let folder = RunFolder::new(path);
    if folder.report().exists() {
        return Ok(());
    }
    let spec = SpecArgs {
        tasks: Some(tasks),
        seed: Some(seed),
        candidates: Some(CANDIDATES),
        tests: Some(TESTS),
        evolution_rounds: Some(ROUNDS),
        evolution_steps: Some(EVOLUTION_STEPS),
        ..SpecArgs::default()
    };
    let (remembered, begin) = if folder.state().exists() {
        (folder.recall()?, Begin::Resume)
    } else {
        let samples = samples::from(&SampleSource::BuiltIn)?;
        let remembered = new(&spec, None, SampleSource::BuiltIn);
        folder.claim(&remembered)?;
        (remembered, Begin::New(samples))
    };
    let job = Job {
        session,
        folder: &folder,
        remembered,
        concurrency: CONCURRENCY,
        is_throwaway: false,
        begin,
    };
    let took = job.work().await?;
    if !session.is_json {
        let report = report(path)?;
        say(&format!(
            "        {} of {tasks} items accepted in {:.0} s",
            report["accepted"],
            took.job.as_secs_f64()
        ));
    }
    Ok(())
}

async fn trained(session: &Session, places: &Places, steps: u64) -> anyhow::Result<()> {
    let out = places.trained.as_os_str();
    if places.trained.join("report.json").exists() {
        return Ok(());
    }
    let steps = steps.to_string();
    let fixed = ["synthsmith", "train", "sft", "--out"].map(AsRef::as_ref);
    let how = if places.trained.join("state").exists() {
        vec!["--resume".as_ref()]
    } else {
        let data = places.data.as_os_str();
        vec![
            data,
            "--length".as_ref(),
            "384".as_ref(),
            "--steps".as_ref(),
            steps.as_ref(),
        ]
    };
    let words = fixed.into_iter().chain([out]).chain(how);
    let Command::Train(parsed) = Args::try_parse_from(words)?.command else {
        anyhow::bail!("the words of a training are those of another command");
    };
    let Train::Sft(sft) = parsed.command;
    train::sft(session, &sft).await?;
    Ok(())
}

async fn evaluated(session: &Session, places: &Places) -> anyhow::Result<()> {
    let words = [
        "synthsmith".as_ref(),
        "eval".as_ref(),
        places.held_out.as_os_str(),
        "--out".as_ref(),
        places.evaluation.as_os_str(),
        "--model".as_ref(),
        places.trained.as_os_str(),
        "--without".as_ref(),
        places.data.as_os_str(),
        "--max-tokens".as_ref(),
        "120".as_ref(),
    ];
    let Command::Eval(args) = Args::try_parse_from(words)?.command else {
        anyhow::bail!("the words of an evaluation are those of another command");
    };
    let (_, trouble) = eval::evaluated(session, &args).await?;
    trouble.map_or(Ok(()), |trouble| Err(eval::unfinished(trouble)))
}

fn conclude(session: &Session, args: &DemoArgs, places: &Places) -> anyhow::Result<()> {
    let evaluation = report(&places.evaluation)?;
    if session.is_json {
        return output::print_json(&json!({
            "data_set": report(&places.data)?,
            "training": report(&places.trained)?,
            "held_out": report(&places.held_out)?,
            "evaluation": evaluation,
        }));
    }
    let shown = args.out.display();
    let pass = &evaluation["pass_at"][0];
    let percent = |value: &Value| 100.0 * value.as_f64().unwrap_or_default();
    output::print(&format!(
        "it solves {:.1} % of {} tasks that it never saw (95 % interval {:.1} to {:.1})",
        percent(&pass["value"]),
        evaluation["problems"],
        percent(&pass["interval"]["low"]),
        percent(&pass["interval"]["high"]),
    ));
    say(&format!(
        "plots: {shown}/trained/report.html and {shown}/evaluation/report.html"
    ));
    say(&format!(
        "next: `synthsmith serve-model {shown}/trained` answers as an OpenAI-compatible endpoint"
    ));
    say("      docs/training.md lets the pipeline's own solver use it");
    Ok(())
}

/// What a part came to.
fn report(path: &Path) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(&fs::read(
        path.join("report.json"),
    )?)?)
}
