//! A problem of a benchmark, whichever it came from.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use synthsmith_corpus::{Program, TestCase};

/// The one language that these benchmarks are solved in.
pub const LANGUAGE: &str = "python3";

/// What a model is asked, and what its answer is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Unique within its file.
    pub id: String,
    /// Empty where the benchmark has none.
    pub title: String,
    pub statement: String,
    /// What the answer has to begin with or to fill in; empty where there is nothing.
    pub starter_code: String,
    pub call_style: CallStyle,
    /// In the benchmark's own words; empty where it tells none.
    pub difficulty: String,
    /// When it was first published, in the time of the contest.
    pub date: Option<DateTime>,
    pub benchmark: Benchmark,
    /// Where the problem was taken from, `leetcode` for example; empty where nobody says.
    pub platform: String,
    pub tests: Tests,
    /// Programs that the benchmark calls right.
    pub references: Vec<Program>,
}

/// The benchmarks, which are also the forms of their records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Benchmark {
    /// `code_generation` and `code_generation_lite`, all releases.
    #[serde(rename = "livecodebench")]
    LiveCodeBench,
    #[serde(rename = "humaneval")]
    HumanEval,
    /// The full and the sanitized one.
    Mbpp,
    /// APPS, and TACO, which has the same form.
    Apps,
    /// What a run of ours leaves in its `data/`.
    DataSet,
}

/// How a solution gets its input and gives its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallStyle {
    /// A program that reads standard input and prints.
    Stdin,
    Function(EntryPoint),
}

/// The function that is called. Its name is one that the verifier takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    pub name: String,
    pub place: Place,
}

/// Where the function is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A method of `class Solution`, which is made without arguments.
    Solution,
    /// Outside any class.
    Module,
}

/// What decides whether a solution is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tests {
    /// Inputs with what is expected of them; of a function, one JSON value a line and one JSON value.
    Cases {
        /// Those that the statement shows.
        public: Vec<TestCase>,
        private: Vec<TestCase>,
    },
    /// Code that is run after the solution, in its name space, and raises where it is wrong.
    Program(TestProgram),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestProgram {
    /// Run before the solution; it may be the beginning of the function that a solution completes.
    pub preamble: String,
    /// Run one after the other after the solution.
    pub steps: Vec<String>,
}

// === impl Problem ===

impl Problem {
    /// The function to call, where there is one.
    pub fn entry_point(&self) -> Option<&EntryPoint> {
        match &self.call_style {
            CallStyle::Stdin => None,
            CallStyle::Function(entry_point) => Some(entry_point),
        }
    }
}

// === impl Benchmark ===

impl Benchmark {
    pub const ALL: [Self; 5] = [
        Self::LiveCodeBench,
        Self::HumanEval,
        Self::Mbpp,
        Self::Apps,
        Self::DataSet,
    ];

    /// The benchmark of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::LiveCodeBench => "livecodebench",
            Self::HumanEval => "humaneval",
            Self::Mbpp => "mbpp",
            Self::Apps => "apps",
            Self::DataSet => "data-set",
        }
    }
}

// === impl EntryPoint ===

impl EntryPoint {
    /// A function whose place is told by the code that a solution begins with.
    pub fn in_starter_code(name: String, starter_code: &str) -> Self {
        let place = if starter_code.contains("class Solution") {
            Place::Solution
        } else {
            Place::Module
        };
        Self { name, place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_has_one_name_everywhere() {
        for benchmark in Benchmark::ALL {
            let name = benchmark.as_str();
            assert_eq!(Benchmark::named(name), Some(benchmark));
            assert_eq!(serde_json::to_value(benchmark).unwrap(), name);
        }
        assert_eq!(Benchmark::named("LiveCodeBench"), None);
    }

    #[test]
    fn starter_code_tells_where_the_function_is() {
        for (starter_code, place) in [
            ("class Solution:\n    def f(self):", Place::Solution),
            ("def f():", Place::Module),
            ("", Place::Module),
        ] {
            let found = EntryPoint::in_starter_code("f".to_owned(), starter_code);
            assert_eq!(found.place, place, "{starter_code}");
        }
    }
}
