//! What an evaluation came to: JSON with stable names, and the same as a table of text.
//!
//! The same grades give the same report. The one measured figure is `seconds`, which whoever evaluates may add.

mod text;

use serde::{Deserialize, Serialize};

use crate::Window;
use crate::settings::Settings;
use crate::statistics::{
    Attempts, Bootstrap, Bucket, Estimate, FailureCount, Gap, avg_at_k, by_difficulty, by_platform,
    estimate_pass_at_k, failures, gap, lengths,
};

/// Raised where a field changes its meaning or goes; new ones may come without.
const VERSION: u32 = 1;

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Only problems of this window count.
    pub window: Window,
    /// For pass@k and avg@k.
    pub ks: Vec<u64>,
    /// Ends of the buckets of reply lengths, in tokens.
    pub length_bounds: Vec<u64>,
    /// An older window to compare `window` with.
    pub older: Option<Window>,
    pub bootstrap: Bootstrap,
}

impl Choices {
    /// What is told of so many samples per problem: pass@k and avg@k for the powers of two, and for all of them.
    pub fn of(samples: u32, window: Window, older: Option<Window>) -> Self {
        let samples = u64::from(samples);
        let powers = (0..).map(|power| 1 << power);
        let mut ks: Vec<u64> = powers.take_while(|k| *k < samples).collect();
        ks.push(samples);
        Self {
            window,
            ks,
            length_bounds: vec![10_000, 20_000, 32_768],
            older,
            bootstrap: Bootstrap::default(),
        }
    }
}

/// The report of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub version: u32,
    pub fingerprint: String,
    pub settings: Settings,
    pub window: Window,
    pub bootstrap: Bootstrap,
    /// All problems of the window.
    #[serde(flatten)]
    pub all: Figures,
    pub by_difficulty: Vec<Named>,
    pub by_platform: Vec<Named>,
    pub lengths: Vec<Bucket>,
    pub failures: Vec<FailureCount>,
    /// Null where no older window was asked for, or one of the two has no graded sample.
    pub gap: Option<Gap>,
    /// By the clock, where somebody measured it.
    pub seconds: Option<f64>,
}

/// What is told of all problems and of each group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub problems: u64,
    /// Samples that were graded.
    pub samples: u64,
    pub passed: u64,
    /// Samples that were not, by a fault of ours.
    pub not_graded: u64,
    pub pass_at: Vec<Estimate>,
    pub avg_at: Vec<Estimate>,
}

/// The figures of the problems of one difficulty or platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The report on problems and what became of their samples.
pub fn report(settings: &Settings, attempts: &[Attempts], choices: &Choices) -> Report {
    let everything: Vec<&Attempts> = attempts.iter().collect();
    let window = choices.window;
    let in_window = |it: &&Attempts| window.holds_date(it.date);
    let counted: Vec<&Attempts> = attempts.iter().filter(in_window).collect();
    let named = |(name, group): (String, Vec<&Attempts>)| Named {
        name,
        figures: figures(&group, choices),
    };
    Report {
        version: VERSION,
        fingerprint: settings.fingerprint(),
        settings: settings.clone(),
        window,
        bootstrap: choices.bootstrap,
        all: figures(&counted, choices),
        by_difficulty: by_difficulty(&counted).into_iter().map(named).collect(),
        by_platform: by_platform(&counted).into_iter().map(named).collect(),
        lengths: lengths(&counted, &choices.length_bounds),
        failures: failures(&counted),
        gap: choices
            .older
            .and_then(|older| gap(&everything, older, window, choices.bootstrap)),
        seconds: None,
    }
}

fn figures(attempts: &[&Attempts], choices: &Choices) -> Figures {
    let (samples, passed) = attempts
        .iter()
        .map(|it| it.counts())
        .fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    let taken: usize = attempts.iter().map(|it| it.samples.len()).sum();
    let of = |estimate: fn(&[&Attempts], u64, Bootstrap) -> Option<Estimate>| {
        let ks = choices.ks.iter();
        ks.filter_map(|&k| estimate(attempts, k, choices.bootstrap))
            .collect()
    };
    Figures {
        problems: attempts.len() as u64,
        samples,
        passed,
        not_graded: taken as u64 - samples,
        pass_at: of(estimate_pass_at_k),
        avg_at: of(avg_at_k),
    }
}

#[cfg(test)]
mod tests;
