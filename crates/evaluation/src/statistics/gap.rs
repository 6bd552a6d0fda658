//! How much better a model does on older problems than on newer ones.
//!
//! A model that saw problems while it was trained does better on those from before. But benchmarks also grow harder, so a
//! part of the gap is nobody's fault: the standardised gap compares problems of the same difficulty with each other, and
//! weighs the difficulties as the newer window has them.

use serde::{Deserialize, Serialize};

use super::bootstrap::mean;
use super::{Attempts, Bootstrap, Estimate, Interval, by_difficulty, estimate_pass_at_k};
use crate::Window;

/// pass@1 of an older and of a newer window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    pub older: Estimate,
    pub newer: Estimate,
    /// Older minus newer.
    pub difference: f64,
    pub interval: Interval,
    /// `None` where the windows have no difficulty in common.
    pub standardised: Option<Standardised>,
}

/// The gap between problems of the same difficulty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standardised {
    pub difference: f64,
    pub interval: Interval,
    /// The difficulties that both windows have.
    pub difficulties: Vec<String>,
}

/// The gap between two windows; a problem that lies in both counts in the older one. `None` where one has no graded
/// sample.
pub fn gap(
    attempts: &[&Attempts],
    older: Window,
    newer: Window,
    bootstrap: Bootstrap,
) -> Option<Gap> {
    let (old, rest): (Vec<&Attempts>, Vec<&Attempts>) =
        attempts.iter().partition(|it| older.holds_date(it.date));
    let new: Vec<&Attempts> = rest
        .into_iter()
        .filter(|it| newer.holds_date(it.date))
        .collect();
    let (old_rates, new_rates) = (rates(&old), rates(&new));
    let terms = [(1.0, old_rates.as_slice()), (-1.0, &new_rates)];
    let older = estimate_pass_at_k(&old, 1, bootstrap)?;
    let newer = estimate_pass_at_k(&new, 1, bootstrap)?;
    Some(Gap {
        older,
        newer,
        difference: older.value - newer.value,
        interval: bootstrap.interval("gap", &terms)?,
        standardised: standardised(&old, &new, bootstrap),
    })
}

fn standardised(
    old: &[&Attempts],
    new: &[&Attempts],
    bootstrap: Bootstrap,
) -> Option<Standardised> {
    let old: Vec<(String, Vec<f64>)> = strata(old);
    let mut pairs = Vec::new();
    for (difficulty, new_rates) in strata(new) {
        if let Some((_, old_rates)) = old.iter().find(|(name, _)| *name == difficulty) {
            pairs.push((difficulty, old_rates.clone(), new_rates));
        }
    }
    let problems: usize = pairs.iter().map(|(_, _, new)| new.len()).sum();
    let mut terms: Vec<(f64, &[f64])> = Vec::new();
    for (_, old, new) in &pairs {
        let weight = new.len() as f64 / problems as f64;
        terms.extend([(weight, old.as_slice()), (-weight, new.as_slice())]);
    }
    let of_term =
        |(weight, rates): &(f64, &[f64])| weight * mean(rates.iter().copied(), rates.len());
    let interval = bootstrap.interval("standardised gap", &terms);
    (!pairs.is_empty()).then_some(Standardised {
        difference: terms.iter().map(of_term).sum(),
        interval: interval?,
        difficulties: pairs.iter().map(|(name, _, _)| name.clone()).collect(),
    })
}

/// By difficulty, without problems of which nothing was graded.
fn strata(attempts: &[&Attempts]) -> Vec<(String, Vec<f64>)> {
    by_difficulty(attempts)
        .into_iter()
        .map(|(name, group)| (name, rates(&group)))
        .filter(|(_, rates)| !rates.is_empty())
        .collect()
}

fn rates(attempts: &[&Attempts]) -> Vec<f64> {
    attempts.iter().filter_map(|it| it.rate()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::attempts;

    const BOOTSTRAP: Bootstrap = Bootstrap {
        seed: 3,
        resamples: 500,
    };

    fn dated(date: &str, difficulty: &str, samples: &str) -> Attempts {
        Attempts {
            date: Some(date.parse().unwrap()),
            ..attempts(difficulty, samples)
        }
    }

    fn between(problems: &[Attempts], older: &str) -> Option<Gap> {
        let problems: Vec<&Attempts> = problems.iter().collect();
        gap(&problems, older.parse().unwrap(), Window::V5, BOOTSTRAP)
    }

    /// Older problems are easy, newer ones hard, and the model is equally good at each: all of the gap is difficulty.
    #[test]
    fn a_gap_that_is_all_difficulty_vanishes_when_standardised() {
        let mut problems = Vec::new();
        for index in 0..40 {
            let (old, new) = if index % 4 == 0 {
                ("hard", "easy")
            } else {
                ("easy", "hard")
            };
            let samples = |difficulty| if difficulty == "easy" { "PP" } else { "FF" };
            problems.push(dated("2024-01-01", old, samples(old)));
            problems.push(dated("2024-09-01", new, samples(new)));
        }
        let gap = between(&problems, "..2024-06-01").unwrap();
        assert_eq!(
            (gap.older.value, gap.newer.value, gap.difference),
            (0.75, 0.25, 0.5)
        );
        assert!(gap.interval.low > 0.2 && gap.interval.high < 0.8, "{gap:?}");
        let standardised = gap.standardised.unwrap();
        assert!(standardised.difference.abs() < 1e-12, "{standardised:?}");
        assert_eq!(standardised.difficulties, ["easy", "hard"]);
    }

    #[test]
    fn a_gap_at_equal_difficulty_stays() {
        let mut problems = Vec::new();
        for _ in 0..20 {
            problems.push(dated("2024-01-01", "hard", "PPFF"));
            problems.push(dated("2024-09-01", "hard", "PFFF"));
        }
        let gap = between(&problems, "..2024-06-01").unwrap();
        assert_eq!(
            (gap.difference, gap.standardised.unwrap().difference),
            (0.25, 0.25)
        );
    }

    #[test]
    fn a_problem_in_both_windows_counts_in_the_older_and_an_empty_window_has_no_gap() {
        let problems = [
            dated("2024-08-01", "easy", "P"),
            dated("2024-09-01", "hard", "F"),
        ];
        let gap = between(&problems, "..2024-08-01").unwrap();
        assert_eq!((gap.older.problems, gap.newer.problems), (1, 1));
        assert_eq!(gap.standardised, None);
        assert_eq!(between(&problems, "..2020-01-01"), None);
        assert_eq!(
            between(&[dated("2024-01-01", "easy", "?")], "..2024-06-01"),
            None
        );
    }
}
