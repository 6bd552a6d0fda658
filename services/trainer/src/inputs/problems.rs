//! Problems to be evaluated on.

use std::path::Path;

use synthsmith_evaluation::files::{self, Problems};
use synthsmith_evaluation::records::Bounds;
use synthsmith_evaluation::{Benchmark, Problem};

use super::{Counted, Error};
use crate::spec::EvaluationSpec;

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
    let mut problems = Vec::new();
    let left_out = each(opened.map_err(Error::Problems)?, |problem| {
        let is_wanted = spec.window.is_none_or(|window| window.holds(&problem))
            || spec.older.is_some_and(|older| older.holds(&problem));
        problems.extend(is_wanted.then_some(problem));
    })?;
    if problems.is_empty() {
        return Err(Error::NoneInWindow);
    }
    Ok((problems, left_out))
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
