//! `synthsmith run --preview N`: a few items for real, in a folder of their own that is thrown away.

use std::fs;

use serde::Serialize;
use serde_json::Value;

use super::Session;
use super::job::{Begin, Job};
use super::run::{given_source, new, read_samples};
use crate::args::RunArgs;
use crate::output::{self, say};
use crate::run_folder::RunFolder;

/// What a whole run would take, judged by a few items.
#[derive(Debug, PartialEq, Serialize)]
struct Forecast {
    previewed_items: u64,
    accepted: u64,
    whole_items: u64,
    model_calls: u64,
    prompt_tokens: u64,
    completion_tokens: u64,
    cost_usd: f64,
    seconds: f64,
}

pub(super) async fn run(session: &Session, args: &RunArgs, items: u64) -> anyhow::Result<()> {
    let source = given_source(args)?;
    let samples = read_samples(&source)?;
    let scratch = std::env::temp_dir().join(format!("synthsmith-preview-{}", std::process::id()));
    let folder = RunFolder::new(&scratch);
    let mut remembered = new(&args.spec, args.connect.clone(), source);
    let whole = remembered.tasks;
    remembered.tasks = items.clamp(1, whole);
    remembered.accepted = 0;
    folder.claim(&remembered)?;
    let job = Job {
        session,
        folder: &folder,
        remembered,
        concurrency: args.spec.concurrency.unwrap_or_default(),
        begin: Begin::New(samples),
    };
    let shown = show(session, job, &folder, whole).await;
    // Nothing is kept, however it went.
    let _ = fs::remove_dir_all(&scratch);
    shown
}

async fn show(
    session: &Session,
    job: Job<'_>,
    folder: &RunFolder,
    whole: u64,
) -> anyhow::Result<()> {
    job.work().await?;
    let report: Value = serde_json::from_slice(&fs::read(folder.report())?)?;
    let forecast = forecast(&report, whole);
    if session.is_json {
        return output::print_json(&forecast);
    }
    for name in ["tasks", "rejected"] {
        let lines = fs::read_to_string(folder.path().join(format!("data/{name}.jsonl")))?;
        for line in lines.lines() {
            output::print(&output::printable(&item(&serde_json::from_str(line)?)));
        }
    }
    say(&format!(
        "{} of {} items accepted; all {} would take about {} model calls, {} + {} tokens, {:.2} USD and {:.0} s",
        forecast.accepted,
        forecast.previewed_items,
        forecast.whole_items,
        forecast.model_calls,
        forecast.prompt_tokens,
        forecast.completion_tokens,
        forecast.cost_usd,
        forecast.seconds,
    ));
    Ok(())
}

fn item(line: &Value) -> String {
    let fate = line["reason"].as_str().unwrap_or("accepted");
    let statement = line["statement"].as_str().unwrap_or("(no statement)");
    let id = line["task_id"].as_str().unwrap_or_default();
    format!("== {id}: {fate}\n{statement}\n")
}

/// In proportion to the items; what is spent once, on features, is counted with them, so that the
/// forecast errs on the dear side.
fn forecast(report: &Value, whole: u64) -> Forecast {
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let previewed_items = number(&report["attempted"]).max(1);
    let scale = |count: u64| count * whole / previewed_items;
    let share = whole as f64 / previewed_items as f64;
    Forecast {
        previewed_items,
        accepted: number(&report["accepted"]),
        whole_items: whole,
        model_calls: scale(number(&report["model_calls"])),
        prompt_tokens: scale(number(&report["tokens"]["prompt"])),
        completion_tokens: scale(number(&report["tokens"]["completion"])),
        cost_usd: report["cost_usd"].as_f64().unwrap_or_default() * share,
        seconds: report["seconds"]["wall"].as_f64().unwrap_or_default() * share,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_forecast_grows_with_the_items() {
        let report = json!({
            "attempted": 10, "accepted": 7, "model_calls": 100, "cost_usd": 0.5,
            "tokens": {"prompt": 1000, "completion": 2000}, "seconds": {"wall": 3.0},
        });
        let forecast = forecast(&report, 1000);
        assert_eq!(
            (forecast.model_calls, forecast.completion_tokens),
            (10_000, 200_000)
        );
        assert!((forecast.cost_usd - 50.0).abs() < 1e-9);
    }
}
