//! The evaluation as a job of a trainer somewhere.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use synthsmith_evaluation::report::Report;
use synthsmith_evaluator::Progress;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::evaluation_spec::Subject;
use synthsmith_proto::trainer::v1::put_data_request::Kind;

use super::Session;
use super::bar::Bar;
use crate::args::EvalArgs;
use crate::delivery::cannot_write;
use crate::exit::Failure;
use crate::output::say;
use crate::trainer::Trainer;
use crate::uploading::put_file;

/// Makes the job, or goes on with the one that the folder remembers, and brings its report.
pub(super) async fn evaluated(
    session: &Session,
    args: &EvalArgs,
    address: &str,
) -> anyhow::Result<Report> {
    let mut trainer = Trainer::at(&session.connector()?, address)?;
    let id = job_id(args)?;
    let put = put(session, args, &mut trainer).await?;
    match trainer.job(&id).await? {
        Some(job) if job.spec == Some(pb::job::Spec::Evaluation(put.clone())) => {
            trainer.resume(&id).await?;
        }
        Some(_) => return Err(other_evaluation(args)),
        None => {
            let spec = pb::create_job_request::Spec::Evaluation(put);
            trainer.create(&id, spec).await?;
        }
    }
    followed(session, &mut trainer, &id).await?;
    trainer.deliver(&id, &args.out).await?;
    let path = args.out.join("report.json");
    let report = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let report = serde_json::from_slice(&report)
        .with_context(|| format!("{} is not one of this version", path.display()))?;
    super::write(args, &report)?;
    Ok(report)
}

/// The job that belongs to the folder, also where it was not made yet.
fn job_id(args: &EvalArgs) -> anyhow::Result<String> {
    let state = args.out.join("state");
    fs::create_dir_all(&state).with_context(|| cannot_write(&state))?;
    let path: PathBuf = state.join("job");
    if let Ok(id) = fs::read_to_string(&path) {
        return Ok(id.trim().to_owned());
    }
    // An evaluation of this machine's own would be written over.
    if args.out.join("ledger.jsonl").exists() {
        return Err(other_evaluation(args));
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let id = format!("eval-{:x}-{:x}", now?.as_millis(), std::process::id());
    fs::write(&path, &id).with_context(|| cannot_write(&path))?;
    Ok(id)
}

fn other_evaluation(args: &EvalArgs) -> anyhow::Error {
    let shown = args.out.display();
    let text = format!(
        "{shown} holds another evaluation; choose another --out, or give the same flags again"
    );
    Failure::Usage(text).into()
}

/// Puts the problems; the answer is what the job shall do.
async fn put(
    session: &Session,
    args: &EvalArgs,
    trainer: &mut Trainer,
) -> anyhow::Result<pb::EvaluationSpec> {
    let problems = &args.problems;
    let benchmark = args.benchmark.as_deref().unwrap_or_default();
    let (data, tests) = if problems.is_dir() {
        let folder = problems.join("data");
        let tests = folder.join("tests.jsonl");
        let tests = put_file(trainer, Kind::Tests, "", &tests).await?;
        let tasks = folder.join("tasks.jsonl");
        (
            put_file(trainer, Kind::Tasks, "", &tasks).await?,
            tests.digest,
        )
    } else {
        let put = put_file(trainer, Kind::Problems, benchmark, problems).await?;
        (put, String::new())
    };
    if !session.is_json {
        let left_out = match data.left_out_row_count {
            0 => String::new(),
            count => format!(", {count} records cannot be read"),
        };
        say(&format!("{} problems{left_out}", data.row_count));
    }
    spec(args, data.digest, tests)
}

fn spec(args: &EvalArgs, data: String, tests: String) -> anyhow::Result<pb::EvaluationSpec> {
    let whose = &args.asked.whose;
    let window = |window: Option<synthsmith_evaluation::Window>| {
        window.map(|window| window.to_string()).unwrap_or_default()
    };
    let subject = match (&whose.model, &whose.gateway_model) {
        (Some(model), _) => {
            let name = model.to_str();
            let name = name.ok_or_else(|| Failure::Usage("--model must be a name".to_owned()))?;
            Subject::Model(name.to_owned())
        }
        (None, Some(name)) => Subject::GatewayModel(name.clone()),
        (None, None) => {
            let text = "with --connect, name a --model of the trainer or a --gateway-model";
            return Err(Failure::Usage(text.to_owned()).into());
        }
    };
    let sampling = super::solutions::sampling(args);
    Ok(pb::EvaluationSpec {
        data_digest: data,
        tests_digest: tests,
        benchmark: args.benchmark.clone().unwrap_or_default(),
        subject: Some(subject),
        sample_count: args.samples as i32,
        temperature: Some(sampling.temperature),
        top_p: sampling.top_p,
        max_token_count: sampling.max_tokens as i32,
        seed: sampling.seed,
        window: window(args.window),
        older_window: window(args.older),
        is_exact: args.exact,
        concurrency: args.concurrency as i32,
        thread_count: args.asked.threads.unwrap_or(0) as i32,
    })
}

async fn followed(session: &Session, trainer: &mut Trainer, id: &str) -> anyhow::Result<()> {
    let mut news = trainer.watch(id).await?;
    let mut bar = Bar::new(session.is_json);
    let mut last = None;
    while let Some(told) = news
        .message()
        .await
        .map_err(|status| trainer.failure(&status))?
    {
        let Some(job) = told.job else { continue };
        if let Some(progress) = &job.evaluation_progress {
            bar.show(Progress {
                samples: progress.sample_count as u64,
                graded: progress.graded_count as u64,
                passed: progress.passed_count as u64,
                ungraded: 0,
            });
        }
        last = Some(job);
    }
    bar.finish();
    let job = last.context("the trainer told nothing of the job")?;
    match job.state() {
        pb::job::State::Succeeded => Ok(()),
        pb::job::State::Paused => {
            anyhow::bail!(
                "the evaluation paused: {}; the same command goes on",
                job.error
            )
        }
        pb::job::State::Cancelled => {
            anyhow::bail!("the evaluation was cancelled; the same command goes on")
        }
        _ => anyhow::bail!("the evaluation failed: {}", job.error),
    }
}
