//! Ranks the candidates on the golden half and confirms the first one on the held-out half.

use std::cmp::Reverse;

use crate::{Candidate, Half, LabelledTest, Vote};

/// How well a candidate reproduces the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// The sum of the weights of the golden-half tests it solves.
    pub weighted: u64,
    /// The number of held-out tests it solves.
    pub held_out: usize,
}

/// Scores a candidate on the labelled tests. An abstention solves nothing.
pub(crate) fn score(candidate: &Candidate, suite: &[LabelledTest], votes: &[Vote]) -> Score {
    let solved = suite
        .iter()
        .filter(|labelled| candidate.outputs[labelled.test] == votes[labelled.test].label);
    let mut score = Score {
        weighted: 0,
        held_out: 0,
    };
    for labelled in solved {
        match labelled.half {
            Half::Golden => score.weighted += u64::from(labelled.weight),
            Half::HeldOut => score.held_out += 1,
        }
    }
    score
}

/// Finds the best candidate: the highest weighted score; then, among equals, the higher
/// held-out score, the shorter source, the lexicographically smaller source, the lower index.
pub(crate) fn choose(candidates: &[Candidate], scores: &[Score]) -> Option<usize> {
    candidates
        .iter()
        .zip(scores)
        .enumerate()
        .min_by_key(|&(index, (candidate, score))| {
            (
                Reverse(score.weighted),
                Reverse(score.held_out),
                candidate.source.len(),
                candidate.source.as_slice(),
                index,
            )
        })
        .map(|(index, _)| index)
}

/// Whether no other candidate solves more held-out tests than the chosen one.
pub(crate) fn is_confirmed(chosen: usize, scores: &[Score]) -> bool {
    scores
        .iter()
        .all(|other| other.held_out <= scores[chosen].held_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Output;

    fn candidates(sources: &[&str]) -> Vec<Candidate> {
        let from_source = |source: &&str| Candidate {
            source: source.as_bytes().to_vec(),
            outputs: vec![],
            sample_outputs: vec![],
        };
        sources.iter().map(from_source).collect()
    }

    fn scores(pairs: &[(u64, usize)]) -> Vec<Score> {
        let from_pair = |&(weighted, held_out)| Score { weighted, held_out };
        pairs.iter().map(from_pair).collect()
    }

    #[test]
    fn ties_fall_to_held_out_then_source_then_index() {
        type Case = (
            &'static [&'static str],
            &'static [(u64, usize)],
            Option<usize>,
        );
        let cases: [Case; 7] = [
            (&[], &[], None),
            (&["long text", "a"], &[(5, 0), (4, 9)], Some(0)),
            (&["a", "long text"], &[(5, 1), (5, 2)], Some(1)),
            (&["bbb", "cc"], &[(5, 2), (5, 2)], Some(1)),
            (&["bb", "aa"], &[(5, 2), (5, 2)], Some(1)),
            (&["aa", "aa"], &[(5, 2), (5, 2)], Some(0)),
            (&["a", "b", "c"], &[(0, 0), (0, 0), (0, 0)], Some(0)),
        ];
        for (sources, pairs, chosen) in cases {
            let found = choose(&candidates(sources), &scores(pairs));
            assert_eq!(found, chosen, "{sources:?} {pairs:?}");
        }
    }

    #[test]
    fn confirmed_means_among_the_best_on_held_out_tests() {
        let cases: [(&[(u64, usize)], bool); 4] = [
            (&[(9, 0)], true),
            (&[(9, 4), (1, 4)], true),
            (&[(9, 4), (1, 5)], false),
            (&[(9, 5), (1, 4)], true),
        ];
        for (pairs, confirmed) in cases {
            assert_eq!(is_confirmed(0, &scores(pairs)), confirmed, "{pairs:?}");
        }
    }

    #[test]
    fn only_golden_tests_count_by_weight() {
        let labelled = |test, weight, half| LabelledTest { test, weight, half };
        let suite = [
            labelled(0, 4, Half::Golden),
            labelled(1, 3, Half::HeldOut),
            labelled(3, 2, Half::Golden),
        ];
        let outputs = |text: &str| -> Vec<Option<Output>> {
            let output = |c| Output::from_digest(c).filter(|_| c != '-');
            text.chars().map(output).collect()
        };
        let votes: Vec<Vote> = outputs("ab-d")
            .into_iter()
            .map(|label| Vote {
                label,
                votes: 2,
                runner_up: 0,
                candidates: 2,
                is_tied: false,
            })
            .collect();
        let cases = [
            ("ab-d", 6, 1),
            ("abcx", 4, 1),
            ("----", 0, 0),
            ("xb-d", 2, 1),
        ];
        for (printed, weighted, held_out) in cases {
            let mut candidate = candidates(&["a"]).remove(0);
            candidate.outputs = outputs(printed);
            let found = score(&candidate, &suite, &votes);
            assert_eq!(found, Score { weighted, held_out }, "{printed}");
        }
    }
}
