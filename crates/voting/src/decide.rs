//! Puts the steps together: from facts to a golden solution or the reason why there is none.

use crate::choose::{choose, is_confirmed, score};
use crate::{Facts, Half, Rejection, Rules, Ruling, Score, Vote, split, vote, weigh};

/// Fewer labelled tests than this cannot be divided into two halves.
const MIN_DIVISIBLE_TESTS: usize = 2;

/// A test whose expected output the vote decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelledTest {
    /// The test's index in the facts.
    pub test: usize,
    /// Its size quartile, 1 to 4.
    pub weight: u8,
    pub half: Half,
}

/// A ruling with all that led to it; the findings are complete for a rejected task too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub ruling: Ruling,
    /// One per test.
    pub votes: Vec<Vote>,
    /// The tests that have a label, in index order.
    pub suite: Vec<LabelledTest>,
    /// One per candidate.
    pub scores: Vec<Score>,
}

impl Decision {
    pub fn golden(&self) -> Option<usize> {
        match self.ruling {
            Ruling::Accepted { golden } => Some(golden),
            Ruling::Rejected(_) => None,
        }
    }
}

/// Decides the labels of a task's tests and its golden solution. The seed divides the tests.
pub fn decide(facts: &Facts, rules: &Rules, seed: u64) -> Decision {
    let votes: Vec<Vote> = (0..facts.input_sizes_bytes().len())
        .map(|test| vote(facts.column(test), rules.min_votes))
        .collect();
    let suite = assemble(facts.input_sizes_bytes(), &votes, seed);
    let scores: Vec<Score> = facts
        .candidates()
        .iter()
        .map(|candidate| score(candidate, &suite, &votes))
        .collect();
    Decision {
        ruling: rule(facts, rules, suite.len(), &scores),
        votes,
        suite,
        scores,
    }
}

fn assemble(input_sizes_bytes: &[u64], votes: &[Vote], seed: u64) -> Vec<LabelledTest> {
    let tests: Vec<usize> = (0..votes.len())
        .filter(|&test| votes[test].label.is_some())
        .collect();
    let sizes: Vec<u64> = tests.iter().map(|&test| input_sizes_bytes[test]).collect();
    let halves = split(tests.len(), seed);
    tests
        .into_iter()
        .zip(weigh(&sizes))
        .zip(halves)
        .map(|((test, weight), half)| LabelledTest { test, weight, half })
        .collect()
}

fn rule(facts: &Facts, rules: &Rules, labelled: usize, scores: &[Score]) -> Ruling {
    let golden = check_evidence(facts.candidates().len(), labelled, rules)
        .and_then(|()| find_golden(facts, scores));
    match golden {
        Ok(golden) => Ruling::Accepted { golden },
        Err(rejection) => Ruling::Rejected(rejection),
    }
}

fn check_evidence(candidates: usize, labelled: usize, rules: &Rules) -> Result<(), Rejection> {
    if candidates < rules.min_candidates {
        return Err(Rejection::TooFewCandidates {
            found: candidates,
            needed: rules.min_candidates,
        });
    }
    let needed = rules.min_labelled_tests.max(MIN_DIVISIBLE_TESTS);
    if labelled < needed {
        return Err(Rejection::TooFewLabels {
            found: labelled,
            needed,
        });
    }
    Ok(())
}

fn find_golden(facts: &Facts, scores: &[Score]) -> Result<usize, Rejection> {
    let leader = choose(facts.candidates(), scores).expect("a labelled test has a voter");
    if !is_confirmed(leader, scores) {
        return Err(Rejection::GoldenNotConfirmed { leader });
    }
    match facts.first_disagreeing_sample(leader) {
        Some(sample) => Err(Rejection::SampleDisagrees { leader, sample }),
        None => Ok(leader),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Candidate, Output};

    const SEED: u64 = 5;

    /// One character per outcome; '-' abstains.
    fn outcomes(text: &str) -> Vec<Option<Output>> {
        let output = |c| Output::from_digest(c).filter(|_| c != '-');
        text.chars().map(output).collect()
    }

    /// One row per candidate, all sources alike; inputs grow with their index.
    fn facts(rows: &[&str], stated: &str, sample_rows: &[&str]) -> Facts {
        let candidate = |(row, samples): (&&str, &&str)| Candidate {
            source: b"print(1)".to_vec(),
            outputs: outcomes(row),
            sample_outputs: outcomes(samples),
        };
        let candidates = rows.iter().zip(sample_rows).map(candidate).collect();
        let tests = rows.first().map_or(0, |row| row.len()) as u64;
        Facts::new(candidates, (0..tests).collect(), outcomes(stated)).unwrap()
    }

    fn ruling(rows: &[&str]) -> Ruling {
        let facts = facts(rows, "", &vec![""; rows.len()]);
        decide(&facts, &Rules::default(), SEED).ruling
    }

    fn too_few_labels(found: usize) -> Ruling {
        Ruling::Rejected(Rejection::TooFewLabels { found, needed: 4 })
    }

    #[test]
    fn the_evidence_decides() {
        let too_few_candidates = |found| {
            let needed = 2;
            Ruling::Rejected(Rejection::TooFewCandidates { found, needed })
        };
        let cases: [(&[&str], Ruling); 8] = [
            (&[], too_few_candidates(0)),
            (&["abcd"], too_few_candidates(1)),
            (&["", ""], too_few_labels(0)),
            (&["----", "----"], too_few_labels(0)),
            (&["abcd", "efgh"], too_few_labels(0)),
            (&["abcd", "abcx"], too_few_labels(3)),
            (&["abcd", "abcd"], Ruling::Accepted { golden: 0 }),
            (&["xbcy", "abcd", "abcd"], Ruling::Accepted { golden: 1 }),
        ];
        for (rows, expected) in cases {
            assert_eq!(ruling(rows), expected, "{rows:?}");
        }
    }

    #[test]
    fn a_leader_that_fails_the_held_out_half_is_not_confirmed() {
        let halves = split(4, SEED);
        let mut rows = [String::new(), String::new(), String::new()];
        let mut golden_tests = 0;
        for half in halves {
            let column = match half {
                // The first candidate shares each golden label with one of the others.
                Half::Golden => ["aax", "axa"][golden_tests],
                Half::HeldOut => "xaa",
            };
            golden_tests += usize::from(half == Half::Golden);
            for (row, printed) in rows.iter_mut().zip(column.chars()) {
                row.push(printed);
            }
        }
        let rows = rows.each_ref().map(String::as_str);
        let leader = 0;
        let expected = Ruling::Rejected(Rejection::GoldenNotConfirmed { leader });
        assert_eq!(ruling(&rows), expected);
    }

    #[test]
    fn the_golden_solution_prints_what_the_statement_says() {
        let rejected = |sample| Ruling::Rejected(Rejection::SampleDisagrees { leader: 0, sample });
        let cases = [
            ("", "", Ruling::Accepted { golden: 0 }),
            ("st", "st", Ruling::Accepted { golden: 0 }),
            ("st", "sx", rejected(1)),
            ("st", "-t", rejected(0)),
        ];
        for (stated, printed, expected) in cases {
            let facts = facts(&["abcd", "abcd"], stated, &[printed, printed]);
            let decision = decide(&facts, &Rules::default(), SEED);
            assert_eq!(decision.ruling, expected, "{stated:?} {printed:?}");
        }
    }

    #[test]
    fn rules_of_zero_still_need_a_label_in_each_half() {
        let rules = Rules {
            min_votes: 0,
            min_candidates: 0,
            min_labelled_tests: 0,
        };
        for rows in [&[][..], &[""], &["-"], &["a"], &["a-"]] {
            let facts = facts(rows, "", &vec![""; rows.len()]);
            let decision = decide(&facts, &rules, SEED);
            assert_eq!(decision.golden(), None, "{rows:?}");
        }
        let decision = decide(&facts(&["ab"], "", &[""]), &rules, SEED);
        assert_eq!(decision.golden(), Some(0));
    }

    #[test]
    fn only_labelled_tests_are_weighed_and_split() {
        let facts = facts(&["abcdxe", "abcdye"], "", &["", ""]);
        let decision = decide(&facts, &Rules::default(), SEED);
        let weights: Vec<(usize, u8)> = decision
            .suite
            .iter()
            .map(|labelled| (labelled.test, labelled.weight))
            .collect();
        assert_eq!(weights, [(0, 1), (1, 1), (2, 2), (3, 3), (5, 4)]);
        let golden = decision.suite.iter().filter(|t| t.half == Half::Golden);
        assert_eq!(golden.count(), 3);
    }
}
