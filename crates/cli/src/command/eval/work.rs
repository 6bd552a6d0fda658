//! Answers and grades all samples that the ledger does not have yet.

use std::io::IsTerminal as _;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use synthsmith_evaluation::files::LedgerFile;
use synthsmith_evaluation::ledger::Entry;
use synthsmith_evaluation::{Grade, Problem};

use super::grader::Grader;
use super::solutions::Solutions;
use crate::output::say;

/// What is to be done.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) problems: &'a [Problem],
    pub(super) samples: u32,
    pub(super) concurrency: usize,
    pub(super) is_quiet: bool,
}

/// Samples without a grade, by no fault of whoever answered.
#[derive(Debug, thiserror::Error)]
#[error(
    "{count} samples were not graded, the last one since {last}; the same command tries them again"
)]
pub(in super::super) struct Trouble {
    pub(super) count: u64,
    pub(super) last: String,
}

impl Work<'_> {
    pub(super) async fn done(
        &self,
        solutions: &Solutions,
        grader: &Grader,
        mut ledger: LedgerFile,
    ) -> anyhow::Result<(LedgerFile, Option<Trouble>)> {
        let left = self.left(&ledger);
        let bar = self.bar(left.len() as u64);
        let each = left.into_iter().map(|(problem, sample)| async move {
            (problem, entry(solutions, grader, problem, sample).await)
        });
        let mut ended = stream::iter(each).buffer_unordered(self.concurrency);
        let mut trouble: Option<Trouble> = None;
        while let Some((problem, entry)) = ended.next().await {
            match entry {
                Ok(Some(entry)) => ledger.append(entry)?,
                Ok(None) => {}
                Err(error) => {
                    trouble = Some(Trouble {
                        count: trouble.map_or(0, |before| before.count) + 1,
                        last: format!("{}: {error:#}", problem.id),
                    });
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok((ledger, trouble))
    }

    fn left(&self, ledger: &LedgerFile) -> Vec<(&Problem, u32)> {
        let all = self.problems.iter();
        let all = all.flat_map(|problem| (0..self.samples).map(move |sample| (problem, sample)));
        let known = ledger.ledger();
        let left = all.filter(|(problem, sample)| !known.contains(&problem.id, *sample));
        let left: Vec<_> = left.collect();
        let total = self.problems.len() * self.samples as usize;
        if !self.is_quiet && left.len() < total {
            say(&format!(
                "{} of {total} samples are graded already",
                total - left.len()
            ));
        }
        left
    }

    fn bar(&self, samples: u64) -> ProgressBar {
        if self.is_quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(
            "{spinner} {elapsed_precise} [{bar:30}] {pos}/{len} samples, {eta} left",
        );
        let bar = ProgressBar::new(samples);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }
}

/// The entry of a sample; `None` where there is nothing to grade.
async fn entry(
    solutions: &Solutions,
    grader: &Grader,
    problem: &Problem,
    sample: u32,
) -> anyhow::Result<Option<Entry>> {
    let Some(answered) = solutions.answer(problem, sample).await? else {
        return Ok(None);
    };
    let grade = match &answered.code {
        Ok(code) => grader.grade(problem, code).await?,
        Err(failure) => Grade::Failed(*failure),
    };
    let id = &problem.id;
    let entry = Entry::new(id, sample, answered.digest, grade, answered.tokens);
    anyhow::ensure!(
        entry.is_some(),
        "the verifier gave no verdict on the program"
    );
    Ok(entry)
}
