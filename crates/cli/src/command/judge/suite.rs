//! The tests of a suite, from a folder or a file.

mod folder;
mod natural;
mod row;
mod rows;

use std::collections::BTreeMap;
use std::path::Path;

use crate::exit::Failure;
use crate::reading::size;

/// A test of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    pub name: String,
    pub input: Vec<u8>,
    pub expected_output: Vec<u8>,
}

/// How much a suite may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub tests: usize,
    /// Of an input or an expected output.
    pub part_bytes: u64,
    pub suite_bytes: u64,
}

/// No verifier can be set to take more.
pub(super) const BOUNDS: Bounds = Bounds {
    tests: 100_000,
    part_bytes: 64 << 20,
    suite_bytes: 512 << 20,
};
/// Longer names are shown cut anyway.
const MAX_NAME_BYTES: usize = 256;

const FORM: &str = "a suite is a folder of NAME.in with NAME.out or NAME.ans, or a file of JSON objects with input and output";

/// Reads the tests; of a file with those of several tasks, those of `task`.
pub(super) fn read(path: &Path, task: Option<&str>, bounds: Bounds) -> Result<Vec<Test>, Failure> {
    let mut suite = Suite::new(bounds);
    let filled = if !path.is_dir() {
        rows::read(path, task, &mut suite)
    } else if task.is_some() {
        Err("--task is for a file of tests, and this is a folder".to_owned())
    } else {
        folder::read(path, &mut suite)
    };
    let problem = match filled {
        Err(problem) => problem,
        Ok(()) if suite.tests.is_empty() => format!("no test in it; {FORM}"),
        Ok(()) => return Ok(suite.tests),
    };
    Err(Failure::Usage(format!("{}: {problem}", path.display())))
}

/// A suite while it is read.
#[derive(Debug)]
struct Suite {
    bounds: Bounds,
    tests: Vec<Test>,
    size_bytes: u64,
    /// Where each name was seen.
    places: BTreeMap<String, String>,
}

// === impl Suite ===

impl Suite {
    fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            tests: Vec::new(),
            size_bytes: 0,
            places: BTreeMap::new(),
        }
    }

    /// Adds a test that stands at `place`.
    fn add(&mut self, place: &str, test: Test) -> Result<(), String> {
        let bounds = self.bounds;
        if self.tests.len() == bounds.tests {
            return Err(format!("more than {} tests", bounds.tests));
        }
        let parts = [&test.input, &test.expected_output].map(|part| part.len() as u64);
        if parts.iter().any(|part| *part > bounds.part_bytes) {
            let most = size(bounds.part_bytes);
            return Err(format!("{place}: an input or output of more than {most}"));
        }
        self.size_bytes += parts[0] + parts[1];
        if self.size_bytes > bounds.suite_bytes {
            let most = size(bounds.suite_bytes);
            return Err(format!("more than {most} of inputs and outputs"));
        }
        if test.name.len() > MAX_NAME_BYTES {
            return Err(format!(
                "{place}: an id of more than {MAX_NAME_BYTES} bytes"
            ));
        }
        if let Some(earlier) = self.places.insert(test.name.clone(), place.to_owned()) {
            return Err(format!(
                "{place}: the id '{}' is that of {earlier} already",
                test.name
            ));
        }
        self.tests.push(test);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(name: &str, input: &str) -> Test {
        Test {
            name: name.to_owned(),
            input: input.into(),
            expected_output: Vec::new(),
        }
    }

    #[test]
    fn a_suite_takes_no_more_than_its_bounds_and_no_name_twice() {
        let bounds = Bounds {
            tests: 2,
            part_bytes: 4,
            suite_bytes: 6,
        };
        let table = [
            (vec![test("a", "1234"), test("b", "12")], None),
            (vec![test("a", "12345")], Some("line 0: an input or output")),
            (
                vec![test("a", "1234"), test("b", "123")],
                Some("more than 6 bytes"),
            ),
            (
                vec![test("a", ""), test("a", "")],
                Some("the id 'a' is that of line 0"),
            ),
            (
                vec![test("a", ""), test("b", ""), test("c", "")],
                Some("more than 2 tests"),
            ),
            (vec![test(&"x".repeat(257), "")], Some("line 0: an id")),
        ];
        for (tests, refused) in table {
            let mut suite = Suite::new(bounds);
            let mut numbered = tests.into_iter().enumerate();
            let added = numbered.try_for_each(|(i, test)| suite.add(&format!("line {i}"), test));
            let problem = added.err();
            assert_eq!(problem.is_some(), refused.is_some(), "{problem:?}");
            let problem = problem.unwrap_or_default();
            assert!(problem.contains(refused.unwrap_or_default()), "{problem}");
        }
    }
}
