//! `synthsmith eval`: how many problems of a benchmark a model solves.

mod bar;
mod connected;
mod page;
mod problems;
mod solutions;

use std::fs;
use std::time::Instant;

use anyhow::Context as _;
use synthsmith_daemon::Shutdown;
use synthsmith_evaluation::files::LedgerFile;
use synthsmith_evaluation::grading::{Fidelity, Options};
use synthsmith_evaluation::report::{Choices, Report, report};
use synthsmith_evaluation::settings::ProblemsDigest;
use synthsmith_evaluation::{Problem, Settings, Window};
use synthsmith_evaluator::{Grader, Trouble, Work};
use synthsmith_rpc::client::Connector;

use super::Session;
use crate::args::EvalArgs;
use crate::cluster::{self, Cluster, EvaluationPlan};
use crate::delivery::cannot_write;
use crate::exit::Failure;
use crate::output::{self, say};
use bar::Bar;
use solutions::Solutions;

pub(super) async fn run(session: &Session, args: &EvalArgs) -> anyhow::Result<()> {
    let (report, trouble) = match &args.connect {
        Some(address) => (connected::evaluated(session, args, address).await?, None),
        None => evaluated(session, args).await?,
    };
    if session.is_json {
        output::print_json(&report)?;
    } else {
        output::print(&output::printable(&report.to_string()));
        let shown = args.out.display();
        say(&format!(
            "the report is in {shown}/report.json, with plots in {shown}/report.html"
        ));
    }
    match trouble {
        None => Ok(()),
        Some(trouble) => Err(unfinished(trouble)),
    }
}

pub(super) fn unfinished(trouble: Trouble) -> anyhow::Error {
    anyhow::Error::new(trouble).context("the evaluation is not complete; the same command goes on")
}

/// Evaluates, or goes on with it. The report is in the folder then; trouble left samples ungraded.
pub(super) async fn evaluated(
    session: &Session,
    args: &EvalArgs,
) -> anyhow::Result<(Report, Option<Trouble>)> {
    let problems = problems::read(args)?;
    let settings = settings(args, &problems);
    let state = args.out.join("state");
    fs::create_dir_all(&state).with_context(|| cannot_write(&state))?;
    let ledger = LedgerFile::open(&args.out.join("ledger.jsonl"), settings.fingerprint())?;
    let began = Instant::now();
    let mut signals = Shutdown::listen()?;
    let plan = plan(session, args, state)?;
    let cluster = cluster::start_evaluation(&session.settings, plan, &session.telemetry).await?;
    let ended = tokio::select! {
        ended = graded(session, args, &cluster, &problems, ledger) => ended,
        () = signals.received() => {
            signals.then_exit();
            let text = "interrupted; the same command goes on".to_owned();
            Err(Failure::Interrupted(text).into())
        }
    };
    cluster.stop().await;
    let (ledger, trouble) = ended?;
    let attempts: Vec<_> = problems
        .iter()
        .map(|it| ledger.ledger().attempts(it))
        .collect();
    let mut report = report(&settings, &attempts, &choices(args));
    report.seconds = Some(began.elapsed().as_secs_f64());
    write(args, &report)?;
    Ok((report, trouble))
}

async fn graded(
    session: &Session,
    args: &EvalArgs,
    cluster: &Cluster,
    problems: &[Problem],
    ledger: LedgerFile,
) -> anyhow::Result<(LedgerFile, Option<Trouble>)> {
    let connector = Connector::default();
    let grader = Grader::new(connector.connect(&cluster.address)?, options(args));
    let gateway = cluster.address_of("gateway");
    let solutions = Solutions::of(args, gateway.as_deref(), &connector)?;
    let work = Work {
        problems,
        samples: args.samples,
        concurrency: args.concurrency.max(1),
    };
    let mut bar = Bar::new(session.is_json);
    let tell = |progress| bar.show(progress);
    let done = work.done(&solutions, &grader, ledger, tell).await;
    bar.finish();
    Ok(done?)
}

fn plan(
    session: &Session,
    args: &EvalArgs,
    state: std::path::PathBuf,
) -> anyhow::Result<EvaluationPlan> {
    let asked = &args.asked;
    let whose = &asked.whose;
    let slots: synthsmith_verifier::Config = session.settings.section("verifier")?;
    Ok(EvaluationPlan {
        state,
        model: whose.model.as_deref().map(super::serve_model::model_folder),
        endpoint: whose.endpoint.clone(),
        name: asked.name.clone(),
        api_key_env: asked.api_key_env.clone(),
        threads: asked.threads,
        containers: slots.pool_size,
        concurrency: args.concurrency.max(1),
    })
}

fn settings(args: &EvalArgs, problems: &[Problem]) -> Settings {
    Settings {
        model: solutions::name(args),
        sampling: solutions::sampling(args),
        benchmark: problems[0].benchmark,
        problems: ProblemsDigest::of(problems),
        grading: options(args),
    }
}

fn options(args: &EvalArgs) -> Options {
    Options {
        fidelity: if args.exact {
            Fidelity::LcbRunner
        } else {
            Fidelity::BuiltIn
        },
        ..Options::default()
    }
}

fn choices(args: &EvalArgs) -> Choices {
    let window = args.window.unwrap_or(Window::ALL);
    Choices::of(args.samples, window, args.older)
}

fn write(args: &EvalArgs, report: &Report) -> anyhow::Result<()> {
    let write = |name: &str, content: &[u8]| {
        let path = args.out.join(name);
        fs::write(&path, content).with_context(|| cannot_write(&path))
    };
    write("report.html", page::of(report).as_bytes())?;
    write("report.json", &serde_json::to_vec_pretty(report)?)
}
