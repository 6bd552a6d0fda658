//! What a training came to: files beside the model, and a few lines.

use std::fs;
use std::io::Write as _;

use anyhow::Context as _;
use serde_json::{Value, json};
use synthsmith_proto::trainer::v1 as pb;

use super::follow::{Told, mean_loss, tokens_per_second};
use super::page;
use crate::claimed_folder::ClaimedFolder;
use crate::delivery::cannot_write;
use crate::output::say;

/// Steps at either end over which the loss is averaged.
const ENDS: usize = 20;

/// Writes the files; the answer is the report.
pub(super) fn write(folder: &ClaimedFolder, told: &Told) -> anyhow::Result<Value> {
    let report = report(told);
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).with_context(|| cannot_write(&path))
    };
    write("steps.jsonl", &lines(&told.steps)?)?;
    write("report.html", page::of(&report, &told.steps).as_bytes())?;
    write("report.json", &serde_json::to_vec_pretty(&report)?)?;
    Ok(report)
}

pub(super) fn tell(folder: &ClaimedFolder, report: &Value) {
    let shown = folder.path().display();
    let figure = |name: &str| report[name].as_f64().unwrap_or_default();
    say(&format!(
        "{} steps, {} tokens, {:.0} tokens/s; loss {:.4} at first, {:.4} in the end",
        report["steps"],
        report["tokens"],
        figure("tokens_per_second"),
        figure("first_loss"),
        figure("last_loss"),
    ));
    say(&format!(
        "the model of {} weights is in {shown}/model, the plots in {shown}/report.html",
        report["parameters"]
    ));
}

fn report(told: &Told) -> Value {
    let (job, steps) = (&told.job, told.steps.as_slice());
    let first = &steps[..steps.len().min(ENDS)];
    let last = &steps[steps.len().saturating_sub(ENDS)..];
    let tokens: i64 = steps.iter().map(|step| step.token_count).sum();
    let seconds: f64 = steps.iter().map(|step| step.seconds).sum();
    let Some(pb::job::Spec::Sft(spec)) = &job.spec else {
        return json!({});
    };
    json!({
        "job": job.name,
        "parameters": job.parameter_count,
        "data": spec.data_digest,
        "rows": job.row_count,
        "rows_left_out": job.left_out_row_count,
        "steps": steps.len(),
        "tokens": tokens,
        "seconds": seconds,
        "tokens_per_second": tokens_per_second(steps),
        "first_loss": mean_loss(first),
        "last_loss": mean_loss(last),
        "learning_rate": spec.learning_rate,
        "sequences": spec.sequence_count,
        "length": spec.sequence_length,
        "seed": spec.seed,
    })
}

fn lines(steps: &[pb::StepMetrics]) -> anyhow::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for step in steps {
        let line = json!({
            "step": step.step,
            "loss": step.loss,
            "grad_norm": step.grad_norm,
            "learning_rate": step.learning_rate,
            "tokens": step.token_count,
            "seconds": step.seconds,
        });
        writeln!(lines, "{line}")?;
    }
    Ok(lines)
}
