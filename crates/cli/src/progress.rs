//! Progress on the terminal while a run works; plain lines where there is no terminal.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use synthsmith_proto::orchestrator::v1 as pb;

use crate::output::say;

/// Without a terminal a line is enough this often.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// Shows how far a run is.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Progress {
    /// Says nothing at all when `is_quiet`.
    pub(crate) fn new(item_count: u64, is_quiet: bool) -> Self {
        let bar = bar(item_count, "items  {msg}", is_quiet);
        Self {
            bar,
            last_line: Instant::now(),
        }
    }

    pub(crate) fn show(&mut self, run: &pb::Run, is_quiet: bool) {
        let Some(progress) = &run.progress else {
            return;
        };
        if let Some(bar) = &self.bar {
            bar.set_position(progress.committed_count as u64);
            bar.set_message(funnel(progress));
        } else if !is_quiet && self.last_line.elapsed() >= LINE_INTERVAL {
            self.last_line = Instant::now();
            say(&format!(
                "{} items done; {}",
                progress.committed_count,
                funnel(progress)
            ));
        }
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The funnel in one line: features while there are no items, then what became of the items.
fn funnel(progress: &pb::Progress) -> String {
    let count = |name: &str| {
        let mut stages = progress.stages.iter();
        stages
            .find(|stage| stage.stage == name)
            .map_or((0, 0), |stage| (stage.in_count, stage.out_count))
    };
    if progress.committed_count == 0 {
        let (extracted, _) = count("extract");
        let (evolved, _) = count("evolve");
        return format!("{extracted} samples read, {evolved} evolution steps");
    }
    let (_, synthesized) = count("synthesize");
    let (_, assembled) = count("assemble");
    format!(
        "{synthesized} tasks written > {assembled} solved and tested > {} accepted",
        progress.accepted_count
    )
}

/// A bar of so many of what `rest` begins with; none where there is no terminal, or nothing shall be said.
pub(crate) fn bar(count: u64, rest: &str, is_quiet: bool) -> Option<ProgressBar> {
    if is_quiet || !std::io::stderr().is_terminal() {
        return None;
    }
    let template = format!("{{spinner}} {{elapsed_precise}} [{{bar:30}}] {{pos}}/{{len}} {rest}");
    let style = ProgressStyle::with_template(&template);
    let bar = ProgressBar::new(count);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(120));
    Some(bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_funnel_tells_features_first_and_items_later() {
        let stage = |stage: &str, out_count| pb::StageProgress {
            stage: stage.to_owned(),
            in_count: out_count,
            out_count,
            ..Default::default()
        };
        let mut progress = pb::Progress {
            stages: vec![stage("extract", 9), stage("synthesize", 5)],
            ..Default::default()
        };
        assert!(funnel(&progress).starts_with("9 samples"));
        progress.committed_count = 5;
        progress.accepted_count = 4;
        assert!(funnel(&progress).ends_with("4 accepted"));
    }
}
