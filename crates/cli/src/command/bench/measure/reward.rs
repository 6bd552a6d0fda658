//! The reward step: one large batch of new programs, on tests that are named by their digest.

use super::stage::Stage;
use crate::args::{Level, Workload};
use crate::command::bench::load::Batch;
use crate::command::bench::plan::REWARD_IN_FLIGHT;
use crate::command::bench::report::{LeftOut, RewardStep};
use crate::command::bench::statistics::{percentile_ms, rounded};
use crate::command::bench::workload::{Cache, TESTS};
use crate::output::say;

/// The step in cells, and in containers where all is asked for.
pub(super) async fn steps(
    stage: &Stage<'_>,
    left_out: &mut Vec<LeftOut>,
) -> anyhow::Result<[Option<RewardStep>; 2]> {
    let args = stage.setting.args;
    let mut steps = [None, None];
    for (step, level) in steps.iter_mut().zip([Level::Cell, Level::Container]) {
        let is_wanted = args.reward > 0 && (level == Level::Cell || args.full);
        if !is_wanted {
            continue;
        }
        if stage.levels.contains(&level) {
            *step = Some(measure(stage, level).await?);
        } else {
            left_out.push(LeftOut {
                what: format!("the reward step in {}", level.name()),
                reason: "the level is left out".to_owned(),
            });
        }
    }
    Ok(steps)
}

async fn measure(stage: &Stage<'_>, level: Level) -> anyhow::Result<RewardStep> {
    let submissions = stage.setting.args.reward as usize;
    say(&format!(
        "a reward step of {submissions} submissions in {}",
        level.name()
    ));
    let batch = Batch {
        level,
        workload: Workload::PythonSum,
        cache: Cache::Cold,
        submissions,
        in_flight: REWARD_IN_FLIGHT,
        suite_digest: Some(stage.load.put_tests().await?),
    };
    let work = async { Ok(stage.load.try_submit(&batch).await) };
    let (took, answers) = stage.spent_by(work).await?;
    let (mut latencies, mut failures) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(latency) => latencies.push(latency),
            Err(error) => failures.push(error),
        }
    }
    if let Some(error) = failures.first() {
        say(&format!(
            "{} submissions failed; the first: {error:#}",
            failures.len()
        ));
    }
    Ok(RewardStep {
        level,
        submissions,
        tests: TESTS,
        in_flight: REWARD_IN_FLIGHT,
        seconds: rounded(took.wall.as_secs_f64()),
        cpu_seconds: rounded(took.cpu.as_secs_f64()),
        failures: failures.len(),
        p50_ms: rounded(percentile_ms(&latencies, 50)),
        p99_ms: rounded(percentile_ms(&latencies, 99)),
    })
}
