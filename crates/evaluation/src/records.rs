//! Reads the records of benchmarks, one at a time.
//!
//! A file is JSON Lines or one JSON array; records are bounded, and one that cannot be read is told with its place and
//! field and does not keep the others from being read. Data files are hostile: nothing in them is run, and every size is
//! checked before anything is set up for it.

mod bounds;
mod place;
mod source;

mod fields;
mod flaw;

mod benchmark;
mod cases;

mod livecodebench;
mod packed;
mod pickle;

mod apps;
mod humaneval;
mod mbpp;

mod data_set;

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use crate::{Benchmark, Error, Problem};
use fields::Fields;
use source::{Record, Source};

pub use bounds::Bounds;
pub use data_set::DataSet;
pub use flaw::Flaw;
pub use place::Place;

/// The problems of one file, in its order.
///
/// The benchmark is the one that was named, or else that of the first record. After [`Error::Read`] and
/// [`Error::NoRecord`] there is nothing more; after any other error the next record is read.
#[derive(Debug)]
pub struct Records<R> {
    source: Source<R>,
    bounds: Bounds,
    benchmark: Option<Benchmark>,
    /// The lines of the ids so far.
    seen: HashMap<String, u64>,
    count: u64,
}

// === impl Records ===

impl<R: BufRead> Records<R> {
    /// `file` is what errors call the file.
    pub fn new(reader: R, file: &str, benchmark: Option<Benchmark>, bounds: Bounds) -> Self {
        Self {
            source: Source::new(reader, Arc::from(file), bounds.record_bytes),
            bounds,
            benchmark,
            seen: HashMap::new(),
            count: 0,
        }
    }

    /// The benchmark, once a record was seen or where it was named.
    pub fn benchmark(&self) -> Option<Benchmark> {
        self.benchmark
    }

    fn problem(&mut self, record: &Record) -> Result<Problem, Error> {
        let place = &record.place;
        let fields = Fields::parse(&record.text).map_err(|source| Error::Malformed {
            place: place.clone(),
            source,
        })?;
        let benchmark = match self.benchmark {
            Some(benchmark) => benchmark,
            None => benchmark::detect(&fields).ok_or_else(|| Error::UnknownBenchmark {
                place: place.clone(),
                fields: fields.names(),
            })?,
        };
        self.benchmark = Some(benchmark);
        let problem = match benchmark {
            Benchmark::LiveCodeBench => livecodebench::problem(&fields, &self.bounds),
            Benchmark::HumanEval => humaneval::problem(&fields),
            Benchmark::Mbpp => mbpp::problem(&fields, &self.bounds),
            Benchmark::Apps => apps::problem(&fields, self.count, &self.bounds),
            Benchmark::DataSet => {
                return Err(Error::LoneTasks {
                    place: place.clone(),
                });
            }
        };
        let problem = problem.map_err(|flaw| flaw.at(place))?;
        unique(&mut self.seen, problem, place)
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Problem, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = match self.source.next()? {
            Ok(record) => record,
            Err(error) => return Some(Err(error)),
        };
        let problem = self.problem(&record);
        self.count += 1;
        Some(problem)
    }
}

/// The problem, unless an earlier one has its id.
fn unique(
    seen: &mut HashMap<String, u64>,
    problem: Problem,
    place: &Place,
) -> Result<Problem, Error> {
    if let Some(&earlier) = seen.get(&problem.id) {
        return Err(Error::DuplicateId {
            place: place.clone(),
            id: problem.id,
            earlier,
        });
    }
    seen.insert(problem.id.clone(), place.line);
    Ok(problem)
}
