//! Answers and grades all samples that the ledger does not have yet.

use futures::{StreamExt as _, stream};
use synthsmith_evaluation::files::LedgerFile;
use synthsmith_evaluation::ledger::{Entry, Finished};
use synthsmith_evaluation::{Grade, Problem};
use synthsmith_rpc::error::chain;

use crate::{Answers, Error, Grader};

/// So many samples in a row without a grade, beyond those in work, say that something is down.
const HOPELESS: usize = 16;

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    pub problems: &'a [Problem],
    /// Of each problem.
    pub samples: u32,
    /// Samples in work at a time.
    pub concurrency: usize,
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// That there are.
    pub samples: u64,
    pub graded: u64,
    pub passed: u64,
    /// That had nothing to grade, or got no grade by a fault of ours.
    pub ungraded: u64,
}

/// Samples without a grade, by no fault of whoever answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{count} samples were not graded, the last one since {last}; what is graded is kept")]
pub struct Trouble {
    pub count: u64,
    pub last: String,
}

impl Work<'_> {
    /// Goes through all samples, or ends early where none gets a grade any more. `told` is called before the first
    /// sample and after each.
    pub async fn done(
        &self,
        answers: &impl Answers,
        grader: &Grader,
        mut ledger: LedgerFile,
        mut told: impl FnMut(Progress),
    ) -> Result<(LedgerFile, Option<Trouble>), Error> {
        let (left, mut progress) = self.left(&ledger);
        told(progress);
        let samples = left.len() as u64;
        let each = left.into_iter().map(|(index, sample)| async move {
            let problem = &self.problems[index];
            (problem, entry(answers, grader, problem, sample).await)
        });
        let mut ended = stream::iter(each).buffer_unordered(self.concurrency.max(1));
        let mut trouble: Option<Trouble> = None;
        let (mut seen, mut in_a_row) = (0, 0);
        while let Some((problem, entry)) = ended.next().await {
            seen += 1;
            in_a_row = if entry.is_err() { in_a_row + 1 } else { 0 };
            match entry {
                Ok(Some(entry)) => {
                    progress.count(entry.grade);
                    ledger.append(entry)?;
                }
                Ok(None) => progress.ungraded += 1,
                Err(error) => {
                    progress.ungraded += 1;
                    let before = trouble.map_or(0, |before| before.count);
                    let last = format!("{}: {}", problem.id, chain(&error));
                    let count = before + 1;
                    trouble = Some(Trouble { count, last });
                }
            }
            told(progress);
            if in_a_row >= self.concurrency + HOPELESS {
                if let Some(trouble) = &mut trouble {
                    trouble.count += samples - seen;
                }
                break;
            }
        }
        drop(ended);
        Ok((ledger, trouble))
    }

    /// The samples that are not graded yet, each by the index of its problem, and how far those are that are.
    fn left(&self, ledger: &LedgerFile) -> (Vec<(usize, u32)>, Progress) {
        let mut left = Vec::new();
        let mut progress = Progress {
            samples: self.problems.len() as u64 * u64::from(self.samples),
            ..Progress::default()
        };
        for (index, problem) in self.problems.iter().enumerate() {
            for sample in 0..self.samples {
                match ledger.ledger().entry(&problem.id, sample) {
                    Some(entry) => progress.count(entry.grade),
                    None => left.push((index, sample)),
                }
            }
        }
        (left, progress)
    }
}

impl Progress {
    fn count(&mut self, grade: Finished) {
        self.graded += 1;
        self.passed += u64::from(grade == Finished::Passed);
    }
}

/// The entry of a sample; `None` where there is nothing to grade.
async fn entry(
    answers: &impl Answers,
    grader: &Grader,
    problem: &Problem,
    sample: u32,
) -> Result<Option<Entry>, Error> {
    let Some(answered) = answers.answer(problem, sample).await? else {
        return Ok(None);
    };
    let grade = match &answered.code {
        Ok(code) => grader.grade(problem, code).await?,
        Err(failure) => Grade::Failed(*failure),
    };
    let (id, digest) = (&problem.id, answered.digest);
    let entry = Entry::new(id, sample, digest, grade, answered.tokens);
    entry.map(Some).ok_or(Error::NoVerdict)
}
