//! Shows how far a job is, until it ends.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::ProgressBar;
use synthsmith_proto::trainer::v1 as pb;

use crate::output::say;
use crate::progress::bar;
use crate::trainer::Trainer;

/// Without a terminal a line is enough this often.
const LINE_INTERVAL: Duration = Duration::from_secs(10);
/// Steps over which figures are averaged.
const WINDOW: usize = 20;

/// A job that succeeded, and all its steps.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) job: pb::Job,
    pub(super) steps: Vec<pb::StepMetrics>,
}

pub(super) async fn to_the_end(
    trainer: &mut Trainer,
    id: &str,
    is_quiet: bool,
    advice: &str,
) -> anyhow::Result<Told> {
    let mut news = trainer.watch(id).await?;
    let mut steps: Vec<pb::StepMetrics> = Vec::new();
    let mut last = None;
    let mut shown = Shown::new(is_quiet);
    while let Some(told) = news
        .message()
        .await
        .map_err(|status| trainer.failure(&status))?
    {
        for step in told.steps {
            // A job that was resumed makes steps again.
            steps.retain(|made| made.step < step.step);
            steps.push(step);
        }
        last = told.job;
        if let Some(job) = &last {
            shown.show(job, &steps);
        }
    }
    shown.finish();
    let job = last.context("the trainer told nothing of the job")?;
    match job.state() {
        pb::job::State::Succeeded => Ok(Told { job, steps }),
        pb::job::State::Paused => anyhow::bail!("training paused: {}{advice}", job.error),
        pb::job::State::Cancelled => anyhow::bail!("training was cancelled{advice}"),
        _ => anyhow::bail!("training failed: {}", job.error),
    }
}

struct Shown {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    last_line: Instant,
}

impl Shown {
    fn new(is_quiet: bool) -> Self {
        let bar = bar(0, "steps  {msg}", is_quiet);
        Self {
            bar,
            is_quiet,
            last_line: Instant::now(),
        }
    }

    fn show(&mut self, job: &pb::Job, steps: &[pb::StepMetrics]) {
        let Some(pb::job::Spec::Sft(spec)) = &job.spec else {
            return;
        };
        let made = steps.last().map_or(0, |step| step.step);
        if let Some(bar) = &self.bar {
            bar.set_length(spec.step_count as u64);
            bar.set_position(made as u64);
            bar.set_message(summary(steps));
        } else if !self.is_quiet && self.last_line.elapsed() >= LINE_INTERVAL {
            self.last_line = Instant::now();
            say(&format!(
                "step {made} of {}; {}",
                spec.step_count,
                summary(steps)
            ));
        }
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Loss and throughput of the last steps.
fn summary(steps: &[pb::StepMetrics]) -> String {
    let recent = &steps[steps.len().saturating_sub(WINDOW)..];
    let Some(last) = recent.last() else {
        return "preparing".to_owned();
    };
    let loss = mean_loss(recent);
    let speed = tokens_per_second(recent);
    format!(
        "loss {loss:.4}, {speed:.0} tokens/s, learning rate {:.2e}",
        last.learning_rate
    )
}

/// In nats per learnt token.
pub(super) fn mean_loss(steps: &[pb::StepMetrics]) -> f64 {
    steps.iter().map(|step| step.loss).sum::<f64>() / steps.len().max(1) as f64
}

pub(super) fn tokens_per_second(steps: &[pb::StepMetrics]) -> f64 {
    let tokens: i64 = steps.iter().map(|step| step.token_count).sum();
    let seconds: f64 = steps.iter().map(|step| step.seconds).sum();
    if seconds > 0.0 {
        tokens as f64 / seconds
    } else {
        0.0
    }
}
