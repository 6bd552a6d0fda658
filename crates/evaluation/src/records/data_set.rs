//! The data set that a run of ours leaves: `tasks.jsonl` and `tests.jsonl`, in the same order.
//!
//! All its tasks read standard input. Title and difficulty are those that `synthsmith export --format livecodebench`
//! gives them.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use synthsmith_corpus::{Sample, TestCase};

use super::fields::{FieldFlaw, Fields};
use super::source::{Record, Source};
use super::{Bounds, Flaw, cases, unique};
use crate::problem::{CallStyle, Tests};
use crate::{Benchmark, Error, Problem};

/// The problems of a data set, in its order.
#[derive(Debug)]
pub struct DataSet<R> {
    tasks: Source<R>,
    tests: Source<R>,
    /// The test that was read ahead.
    next_test: Option<Test>,
    bounds: Bounds,
    seen: HashMap<String, u64>,
}

#[derive(Debug)]
struct Test {
    task: String,
    place: super::Place,
    case: TestCase,
}

#[derive(Debug, Deserialize)]
struct Candidates {
    run: u64,
    agree_on_all_labels: u64,
}

// === impl DataSet ===

impl<R: BufRead> DataSet<R> {
    /// Readers of `tasks.jsonl` and `tests.jsonl`, each with what errors call it.
    pub fn new(tasks: (R, &str), tests: (R, &str), bounds: Bounds) -> Self {
        let source = |(reader, file)| Source::new(reader, Arc::from(file), bounds.record_bytes);
        Self {
            tasks: source(tasks),
            tests: source(tests),
            next_test: None,
            bounds,
            seen: HashMap::new(),
        }
    }

    fn problem(&mut self, record: &Record) -> Result<Problem, Error> {
        let fields = parse(record)?;
        let id = fields
            .id("task_id")
            .map_err(|flaw| flaw.at(&record.place))?;
        // Read before anything else may be refused, so that the tests of the next task come next.
        let tests = self.tests_of(&id)?;
        let problem = task(id, &fields, tests, &self.bounds);
        unique(
            &mut self.seen,
            problem.map_err(|flaw| flaw.at(&record.place))?,
            &record.place,
        )
    }

    fn tests_of(&mut self, task: &str) -> Result<Vec<TestCase>, Error> {
        let mut cases = Vec::new();
        while let Some(test) = self.test()? {
            if test.task != task {
                self.next_test = Some(test);
                break;
            }
            cases.push(test.case);
        }
        Ok(cases)
    }

    fn test(&mut self) -> Result<Option<Test>, Error> {
        if let Some(test) = self.next_test.take() {
            return Ok(Some(test));
        }
        let Some(record) = self.tests.next().transpose()? else {
            return Ok(None);
        };
        let fields = parse(&record)?;
        let test = test(&fields, &record).map_err(|flaw| flaw.at(&record.place))?;
        Ok(Some(test))
    }

    /// After the last task no test is left.
    fn stray(&mut self) -> Option<Error> {
        let test = self.test().transpose()?;
        Some(match test {
            Err(error) => error,
            Ok(test) => Error::StrayTest {
                place: test.place,
                task: test.task,
            },
        })
    }
}

impl<R: BufRead> Iterator for DataSet<R> {
    type Item = Result<Problem, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.tasks.next() {
            Some(Ok(record)) => Some(self.problem(&record)),
            Some(Err(error)) => Some(Err(error)),
            None => self.stray().map(Err),
        }
    }
}

fn parse(record: &Record) -> Result<Fields<'_>, Error> {
    Fields::parse(&record.text).map_err(|source| Error::Malformed {
        place: record.place.clone(),
        source,
    })
}

fn task(
    id: String,
    fields: &Fields<'_>,
    private: Vec<TestCase>,
    bounds: &Bounds,
) -> Result<Problem, FieldFlaw> {
    const SAMPLES: &str = "samples";
    let statement = fields.text("statement")?;
    let samples: Vec<Sample> = fields.parsed(SAMPLES, "a list of examples")?;
    let public = samples
        .into_iter()
        .map(|sample| cases::case(sample.input, sample.output))
        .collect::<Vec<_>>();
    cases::check_count(public.len() + private.len(), bounds).map_err(|flaw| flaw.of(SAMPLES))?;
    let candidates = fields.parsed("candidates", "what became of the candidates")?;
    Ok(Problem {
        title: title(&statement).unwrap_or(&id).to_owned(),
        id,
        statement,
        starter_code: String::new(),
        call_style: CallStyle::Stdin,
        difficulty: difficulty(&candidates).to_owned(),
        date: None,
        benchmark: Benchmark::DataSet,
        platform: fields.text("style")?,
        tests: Tests::Cases { public, private },
        references: Vec::new(),
    })
}

fn test(fields: &Fields<'_>, record: &Record) -> Result<Test, FieldFlaw> {
    Ok(Test {
        task: fields.id("task_id")?,
        place: record.place.clone(),
        case: TestCase {
            input: bytes(fields, "input")?,
            expected_output: bytes(fields, "output")?,
        },
    })
}

fn bytes(fields: &Fields<'_>, name: &str) -> Result<Vec<u8>, FieldFlaw> {
    let encoded = format!("{name}_base64");
    if !fields.has(&encoded) {
        return fields.text(name).map(String::into_bytes);
    }
    let text = fields.text(&encoded)?;
    STANDARD.decode(text).map_err(|_| Flaw::Base64.of(&encoded))
}

/// The first heading or line in bold.
fn title(statement: &str) -> Option<&str> {
    let line = statement.lines().map(str::trim).find(|it| !it.is_empty())?;
    let title = line.trim_matches(['#', '*', ' ']);
    (title.len() < line.len() && !title.is_empty()).then_some(title)
}

/// By the share of candidates that are right everywhere.
fn difficulty(candidates: &Candidates) -> &'static str {
    let right = u128::from(candidates.agree_on_all_labels);
    let of = u128::from(candidates.run);
    if 3 * right > 2 * of {
        "easy"
    } else if 3 * right > of {
        "medium"
    } else {
        "hard"
    }
}
