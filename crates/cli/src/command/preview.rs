//! `synthsmith run --preview N`: a few items for real, in a folder of their own that is thrown away;
//! the prompts they took, and what the whole run would cost.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use synthsmith_gateway::store::{Asked, Store};

use super::Session;
use super::job::{Begin, Job};
use super::run::{given_source, new, read_samples};
use crate::args::RunArgs;
use crate::output::{self, say};
use crate::run_folder::RunFolder;

/// Stages whose work does not grow with the items.
const ONCE: [&str; 2] = ["extract", "evolve"];

/// What a stage asked.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Prompts {
    count: u64,
    prompt_tokens: u64,
    completion_tokens: u64,
    cost_usd: f64,
    /// The first prompt, as it was sent.
    example: String,
}

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
    stages: BTreeMap<String, Prompts>,
}

pub(super) async fn run(session: &Session, args: &RunArgs, items: u64) -> anyhow::Result<()> {
    let source = given_source(args)?;
    let samples = read_samples(&source)?;
    let name = format!("synthsmith-preview-{}", std::process::id());
    let scratch = Scratch(std::env::temp_dir().join(name));
    let folder = RunFolder::new(&scratch.0);
    let mut remembered = new(&args.spec, args.connect.clone(), source);
    let whole = remembered.tasks;
    remembered.tasks = items.clamp(1, whole.max(1));
    remembered.accepted = 0;
    folder.claim(&remembered)?;
    let job = Job {
        session,
        folder: &folder,
        remembered,
        concurrency: args.spec.concurrency.unwrap_or_default(),
        is_throwaway: true,
        begin: Begin::New(samples),
    };
    show(session, job, &folder, whole).await
}

/// A folder that goes when this does.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn show(
    session: &Session,
    job: Job<'_>,
    folder: &RunFolder,
    whole: u64,
) -> anyhow::Result<()> {
    let run_id = job.remembered.run_id.clone();
    job.work().await?;
    let report: Value = serde_json::from_slice(&fs::read(folder.report())?)?;
    let forecast = forecast(&report, whole, by_stage(asked(folder, &run_id).await?));
    if session.is_json {
        return output::print_json(&forecast);
    }
    for (stage, prompts) in &forecast.stages {
        output::print(&output::printable(&format!(
            "== {stage}: {} prompts, {} + {} tokens, {:.4} USD; the first:\n{}",
            prompts.count,
            prompts.prompt_tokens,
            prompts.completion_tokens,
            prompts.cost_usd,
            prompts.example,
        )));
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

async fn asked(folder: &RunFolder, run_id: &str) -> anyhow::Result<Vec<Asked>> {
    let store = Store::open(&folder.gateway_store()).await?;
    let asked = store.asked(run_id).await?;
    store.close().await;
    Ok(asked)
}

fn by_stage(asked: Vec<Asked>) -> BTreeMap<String, Prompts> {
    let mut stages: BTreeMap<String, Prompts> = BTreeMap::new();
    for question in asked {
        let stage = stages.entry(question.stage).or_default();
        if stage.count == 0 {
            stage.example = question.prompt;
        }
        stage.count += 1;
        stage.prompt_tokens += question.prompt_tokens;
        stage.completion_tokens += question.completion_tokens;
        stage.cost_usd += question.cost_usd;
    }
    stages
}

fn item(line: &Value) -> String {
    let fate = line["reason"].as_str().unwrap_or("accepted");
    let statement = line["statement"].as_str().unwrap_or("(no statement)");
    let id = line["task_id"].as_str().unwrap_or_default();
    format!("== {id}: {fate}\n{statement}\n")
}

/// In proportion to the items, but for what is spent once on features.
fn forecast(report: &Value, whole: u64, stages: BTreeMap<String, Prompts>) -> Forecast {
    let previewed_items = report["attempted"].as_u64().unwrap_or_default().max(1);
    let share = whole as f64 / previewed_items as f64;
    let sum = |value: fn(&Prompts) -> f64| -> f64 {
        let scaled = |(stage, prompts): (&String, &Prompts)| {
            let times = if ONCE.contains(&stage.as_str()) {
                1.0
            } else {
                share
            };
            value(prompts) * times
        };
        stages.iter().map(scaled).sum()
    };
    Forecast {
        previewed_items,
        accepted: report["accepted"].as_u64().unwrap_or_default(),
        whole_items: whole,
        model_calls: sum(|stage| stage.count as f64) as u64,
        prompt_tokens: sum(|stage| stage.prompt_tokens as f64) as u64,
        completion_tokens: sum(|stage| stage.completion_tokens as f64) as u64,
        cost_usd: sum(|stage| stage.cost_usd),
        seconds: report["seconds"]["wall"].as_f64().unwrap_or_default() * share,
        stages,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_forecast_grows_with_the_items_but_for_the_features() {
        let report = json!({"attempted": 10, "accepted": 7, "seconds": {"wall": 3.0}});
        let stage = |count, cost_usd| Prompts {
            count,
            cost_usd,
            ..Prompts::default()
        };
        let stages = BTreeMap::from([
            ("extract".to_owned(), stage(5, 0.5)),
            ("solve".to_owned(), stage(80, 2.0)),
        ]);
        let forecast = forecast(&report, 1000, stages);
        assert_eq!(forecast.model_calls, 8005);
        assert!((forecast.cost_usd - 200.5).abs() < 1e-9);
        assert!((forecast.seconds - 300.0).abs() < 1e-9);
    }

    #[test]
    fn prompts_are_added_up_by_stage_and_the_first_is_shown() {
        let asked = |stage: &str, prompt: &str| Asked {
            stage: stage.to_owned(),
            prompt: prompt.to_owned(),
            prompt_tokens: 3,
            completion_tokens: 4,
            cost_usd: 0.5,
        };
        let stages = by_stage(vec![
            asked("solve", "one"),
            asked("extract", "x"),
            asked("solve", "two"),
        ]);
        let solve = &stages["solve"];
        assert_eq!((solve.count, solve.prompt_tokens), (2, 6));
        assert_eq!(solve.example, "one");
    }
}
