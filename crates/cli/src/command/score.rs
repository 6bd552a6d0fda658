//! `synthsmith score`.

use super::Session;
use crate::args::ScoreArgs;
use crate::output;
use crate::scoring::{Score, score};

pub(super) fn run(session: &Session, args: &ScoreArgs) -> anyhow::Result<()> {
    let score = score(&args.out, synthsmith_teacher::truth)?;
    if session.is_json {
        return output::print_json(&score);
    }
    output::print(&text(&score));
    Ok(())
}

fn text(score: &Score) -> String {
    let percent = |share: f64| format!("{:6.2} %", 100.0 * share);
    format!(
        "tasks with known truth       {:>6}\n\
         tasks without              {:>8}\n\
         labels checked               {:>6}\n\
         label accuracy             {}\n\
         golden solution, full pass {}\n\
         golden solution, mean pass {}\n\
         yield                      {}\n\
         labelled invalid inputs      {:>6}",
        score.tasks,
        score.tasks_without_truth,
        score.labels,
        percent(score.label_accuracy),
        percent(score.golden_full_pass),
        percent(score.golden_avg_pass),
        percent(score.r#yield),
        score.invalid_inputs,
    )
}
