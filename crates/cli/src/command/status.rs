//! `synthsmith status`.

use std::fs;

use serde_json::{Value, json};
use synthsmith_proto::orchestrator::v1 as pb;

use super::Session;
use crate::args::StatusArgs;
use crate::orchestrator::Orchestrator;
use crate::run_folder::{Remembered, RunFolder};
use crate::{output, summary};

pub(super) async fn run(session: &Session, args: &StatusArgs) -> anyhow::Result<()> {
    let Some(out) = &args.out else {
        let runs = Orchestrator::at(&session.connector()?, &args.connect)?
            .list()
            .await?;
        return show(session, &runs);
    };
    let folder = RunFolder::new(out);
    let remembered: Remembered = folder.recall()?;
    if let Ok(report) = fs::read(folder.report()) {
        let report: Value = serde_json::from_slice(&report)?;
        if session.is_json {
            return output::print_json(&report);
        }
        output::print(&output::printable(&summary::of_report(&report)));
        return Ok(());
    }
    let address = match remembered.connect {
        Some(address) => Some(address),
        None => fs::read_to_string(folder.address()).ok(),
    };
    if let Some(address) = address
        && let Ok(run) = Orchestrator::at(&session.connector()?, address.trim())?
            .get(&remembered.run_id)
            .await
    {
        return show(session, &[run]);
    }
    let shown = out.display();
    if session.is_json {
        return output::print_json(&json!({"run": remembered.run_id, "state": "interrupted"}));
    }
    output::print(&format!(
        "{}: interrupted; go on by `synthsmith run --resume --out {shown}`",
        remembered.run_id
    ));
    Ok(())
}

fn show(session: &Session, runs: &[pb::Run]) -> anyhow::Result<()> {
    let rows: Vec<Value> = runs.iter().map(row).collect();
    if session.is_json {
        return output::print_json(&rows);
    }
    if rows.is_empty() {
        output::say("no runs");
    }
    for run in runs {
        let progress = run.progress.clone().unwrap_or_default();
        let line = format!(
            "{:<24} {:<10} {:>7} items {:>7} accepted  {}",
            run.name,
            state(run),
            progress.committed_count,
            progress.accepted_count,
            run.error
        );
        output::print(&output::printable(&line));
    }
    Ok(())
}

fn row(run: &pb::Run) -> Value {
    let progress = run.progress.clone().unwrap_or_default();
    let stage = |stage: &pb::StageProgress| json!({"stage": stage.stage, "in": stage.in_count, "out": stage.out_count});
    json!({
        "run": run.name.trim_start_matches("runs/"),
        "state": state(run),
        "committed": progress.committed_count,
        "accepted": progress.accepted_count,
        "funnel": progress.stages.iter().map(stage).collect::<Vec<_>>(),
        "error": run.error,
    })
}

fn state(run: &pb::Run) -> String {
    let name = run.state().as_str_name();
    name.trim_start_matches("STATE_").to_lowercase()
}
