//! Finds a test's expected output: what most of the candidates that ran well printed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::Output;

/// The count of one test's votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The expected output; `None` where the vote does not decide it.
    pub label: Option<Output>,
    /// Votes for the most frequent output.
    pub votes: usize,
    /// Votes for the second most frequent output.
    pub runner_up: usize,
    /// All candidates, abstentions included.
    pub candidates: usize,
    /// Whether two outputs share the first place.
    pub is_tied: bool,
}

impl Vote {
    /// By how many votes the first output leads.
    pub fn margin(&self) -> usize {
        self.votes - self.runner_up
    }

    /// The share of all candidates behind the first output, from 0 to 1.
    pub fn agreement(&self) -> f64 {
        if self.candidates == 0 {
            return 0.0;
        }
        self.votes as f64 / self.candidates as f64
    }
}

/// Counts one test's outputs. The label is the output with the most votes, if it has at least
/// `min_votes` (never fewer than one) and no other output has as many.
pub fn vote<'a>(column: impl IntoIterator<Item = Option<&'a Output>>, min_votes: usize) -> Vote {
    let mut candidates = 0;
    let mut tally: BTreeMap<&Output, usize> = BTreeMap::new();
    for output in column {
        candidates += 1;
        if let Some(output) = output {
            *tally.entry(output).or_default() += 1;
        }
    }
    let mut ranking: Vec<(&Output, usize)> = tally.into_iter().collect();
    ranking.sort_by_key(|&(_, votes)| Reverse(votes));
    count(&ranking, candidates, min_votes)
}

fn count(ranking: &[(&Output, usize)], candidates: usize, min_votes: usize) -> Vote {
    let votes = ranking.first().map_or(0, |first| first.1);
    let runner_up = ranking.get(1).map_or(0, |second| second.1);
    let is_tied = votes > 0 && votes == runner_up;
    let is_decided = !is_tied && votes >= min_votes;
    Vote {
        label: ranking
            .first()
            .filter(|_| is_decided)
            .map(|&(output, _)| output.clone()),
        votes,
        runner_up,
        candidates,
        is_tied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One character per candidate; '-' abstains.
    fn count_votes(column: &str, min_votes: usize) -> Vote {
        let outputs: Vec<Option<Output>> = column
            .chars()
            .map(|c| Output::from_digest(c).filter(|_| c != '-'))
            .collect();
        vote(outputs.iter().map(Option::as_ref), min_votes)
    }

    #[test]
    fn the_label_is_the_plurality_of_those_that_ran_well() {
        // column, min_votes, label, votes, runner-up, tied
        let cases = [
            ("", 2, None, 0, 0, false),
            ("---", 0, None, 0, 0, false),
            ("a", 1, Some("a"), 1, 0, false),
            ("a", 0, Some("a"), 1, 0, false),
            ("a---", 2, None, 1, 0, false),
            ("aa--", 2, Some("a"), 2, 0, false),
            ("abab", 2, None, 2, 2, true),
            ("ab", 1, None, 1, 1, true),
            ("abbcc", 2, None, 2, 2, true),
            ("abbca", 3, None, 2, 2, true),
            ("abcb-", 2, Some("b"), 2, 1, false),
            ("zzzaa", 2, Some("z"), 3, 2, false),
            ("zzzaa", 4, None, 3, 2, false),
        ];
        for (column, min_votes, label, votes, runner_up, is_tied) in cases {
            let counted = count_votes(column, min_votes);
            let expected = Vote {
                label: label.and_then(Output::from_digest),
                votes,
                runner_up,
                candidates: column.len(),
                is_tied,
            };
            assert_eq!(counted, expected, "{column} with at least {min_votes}");
        }
    }

    #[test]
    fn abstentions_lower_the_agreement_but_not_the_margin() {
        let counted = count_votes("aaab----", 2);
        assert_eq!(counted.margin(), 2);
        assert!((counted.agreement() - 0.375).abs() < 1e-12);
        assert!(count_votes("", 2).agreement().abs() < 1e-12);
    }
}
