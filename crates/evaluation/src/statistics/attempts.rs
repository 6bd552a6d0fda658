//! The samples of one problem.

use jiff::civil::DateTime;

use crate::Problem;
use crate::grade::Grade;

/// A problem and what became of its samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    pub id: String,
    pub difficulty: String,
    pub platform: String,
    pub date: Option<DateTime>,
    /// In the order of their numbers.
    pub samples: Vec<Sample>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    pub grade: Grade,
    /// Of the reply, reasoning included; `None` where nobody counted.
    pub tokens: Option<u64>,
}

// === impl Attempts ===

impl Attempts {
    pub fn new(problem: &Problem, samples: Vec<Sample>) -> Self {
        Self {
            id: problem.id.clone(),
            difficulty: problem.difficulty.clone(),
            platform: problem.platform.clone(),
            date: problem.date,
            samples,
        }
    }

    /// Samples that were graded.
    pub fn graded(&self) -> impl Iterator<Item = &Sample> {
        self.samples
            .iter()
            .filter(|sample| sample.grade.is_graded())
    }

    /// How many were graded, and how many of these passed.
    pub fn counts(&self) -> (u64, u64) {
        let (mut graded, mut passed) = (0, 0);
        for sample in self.graded() {
            graded += 1;
            passed += u64::from(sample.grade.is_passed());
        }
        (graded, passed)
    }

    /// The share of the graded samples that passed.
    pub(super) fn rate(&self) -> Option<f64> {
        let (graded, passed) = self.counts();
        (graded > 0).then(|| passed as f64 / graded as f64)
    }
}
