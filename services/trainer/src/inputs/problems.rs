//! Problems to be evaluated on.

use std::path::Path;

use synthsmith_evaluation::files::{self, Problems};
use synthsmith_evaluation::problem::Tests;
use synthsmith_evaluation::records::Bounds;
use synthsmith_evaluation::{Benchmark, Problem};

use super::{Counted, Error};
use crate::spec::EvaluationSpec;

/// Of all problems of an evaluation in memory, unpacked.
const MAX_BYTES: u64 = 8 << 30;
const MAX_SAMPLES: u64 = 10_000_000;

/// How many problems a file has, and how many of its records cannot be read.
pub(super) fn count(path: &Path, benchmark: Option<Benchmark>) -> Result<Counted, Error> {
    let problems = files::problems(path, benchmark, Bounds::default());
    let mut rows = 0;
    let left_out = each(problems.map_err(Error::Problems)?, |_| rows += 1)?;
    Ok(Counted { rows, left_out })
}

/// The problems of an evaluation, never none, and how many records cannot be read.
pub(crate) fn read(
    spec: &EvaluationSpec,
    data: &Path,
    tests: Option<&Path>,
) -> Result<(Vec<Problem>, u64), Error> {
    let opened = match tests {
        Some(tests) => files::data_set(data, tests, Bounds::default()),
        None => files::problems(data, spec.benchmark, Bounds::default()),
    };
    let opened = opened.map_err(Error::Problems)?;
    let (mut problems, mut bytes) = (Vec::new(), 0);
    let left_out = each(opened, |problem| {
        let is_wanted = spec.window.is_none_or(|window| window.holds(&problem))
            || spec.older.is_some_and(|older| older.holds(&problem));
        // One more than can be used says that there are too many.
        if is_wanted && bytes <= MAX_BYTES {
            bytes += size(&problem);
            problems.push(problem);
        }
    })?;
    if problems.is_empty() {
        return Err(Error::NoneInWindow);
    }
    // A test that belongs to no task leaves all tasks behind it without tests.
    if tests.is_some() && left_out > 0 {
        return Err(Error::Unpaired { left_out });
    }
    let samples = problems.len() as u64 * u64::from(spec.samples);
    if bytes > MAX_BYTES || samples > MAX_SAMPLES {
        return Err(Error::TooMany {
            samples: MAX_SAMPLES,
            bytes: MAX_BYTES,
        });
    }
    Ok((problems, left_out))
}

/// About what a problem takes in memory.
fn size(problem: &Problem) -> u64 {
    const OVERHEAD: usize = 512;
    let tests = match &problem.tests {
        Tests::Cases { public, private } => {
            let cases = public.iter().chain(private);
            let each = cases.map(|case| case.input.len() + case.expected_output.len() + OVERHEAD);
            each.sum()
        }
        Tests::Program(program) => {
            let parts = std::iter::once(&program.preamble).chain(&program.steps);
            parts.map(String::len).sum::<usize>()
        }
    };
    (tests + problem.statement.len() + OVERHEAD) as u64
}

/// Goes through the problems; the answer is how many records are none. Where all are, the last one says why.
fn each(problems: Problems, mut take: impl FnMut(Problem)) -> Result<u64, Error> {
    let (mut is_any, mut left_out, mut last) = (false, 0, None);
    for problem in problems {
        match problem {
            Ok(problem) => {
                is_any = true;
                take(problem);
            }
            Err(error) => {
                left_out += 1;
                last = Some(error);
            }
        }
    }
    match last {
        Some(error) if !is_any => Err(Error::Problems(error)),
        None if !is_any => Err(Error::Empty),
        _ => Ok(left_out),
    }
}
