//! From stored facts to a ruling: builds the matrix for the `voting` crate and keeps what it says.

use synthsmith_corpus::{Rejection, Solution};
use synthsmith_voting as voting;

use crate::config::Rules;
use crate::facts::{Decided, Executed, Fate, LabelledTest, Ruling, Score, StoredOutcome, Vote};

/// What a decision is made from.
#[derive(Debug)]
pub(crate) struct Evidence<'a> {
    pub solutions: &'a [Solution],
    /// One per solution.
    pub executions: &'a [Executed],
    /// Digests of the canonical outputs that the statement gives.
    pub stated_outputs: &'a [String],
    pub input_sizes_bytes: Vec<u64>,
}

/// Decides labels and golden solution; `seed` divides the tests.
///
/// Positions in the result are those of `solutions`; a program that does not compile has no vote,
/// counts for nothing, and scores nothing.
pub(crate) fn decide(
    evidence: &Evidence<'_>,
    rules: &Rules,
    seed: i64,
) -> Result<Decided, voting::Error> {
    let voters: Vec<usize> = (0..evidence.solutions.len())
        .filter(|&position| evidence.executions[position].compiled)
        .collect();
    let candidates = voters
        .iter()
        .map(|&position| candidate(evidence, position))
        .collect();
    let stated = evidence.stated_outputs.iter();
    let facts = voting::Facts::new(
        candidates,
        evidence.input_sizes_bytes.clone(),
        stated.map(voting::Output::from_digest).collect(),
    )?;
    let rules = voting::Rules {
        min_votes: rules.min_votes as usize,
        min_candidates: rules.min_candidates as usize,
        min_labelled_tests: rules.min_labelled_tests as usize,
    };
    let decision = voting::decide(&facts, &rules, seed.cast_unsigned());
    Ok(keep(&decision, &voters, evidence.solutions.len()))
}

fn candidate(evidence: &Evidence<'_>, position: usize) -> voting::Candidate {
    let outcomes = &evidence.executions[position].outcomes;
    let (samples, tests) = outcomes.split_at(evidence.stated_outputs.len().min(outcomes.len()));
    voting::Candidate {
        source: evidence.solutions[position]
            .program
            .source
            .clone()
            .into_bytes(),
        outputs: tests.iter().map(votable).collect(),
        sample_outputs: samples.iter().map(votable).collect(),
    }
}

/// What a run says in a vote: nothing unless it ended well with an output short enough to be kept.
fn votable(outcome: &StoredOutcome) -> Option<voting::Output> {
    if outcome.fate != Fate::Ok || outcome.blob.is_none() {
        return None;
    }
    voting::Output::from_digest(&outcome.digest)
}

fn keep(decision: &voting::Decision, voters: &[usize], solutions: usize) -> Decided {
    let mut scores = vec![
        Score {
            golden: 0,
            held_out: 0
        };
        solutions
    ];
    for (score, &position) in decision.scores.iter().zip(voters) {
        scores[position] = Score {
            golden: score.weighted,
            held_out: score.held_out as u64,
        };
    }
    let vote = |vote: &voting::Vote| Vote {
        label: vote
            .label
            .as_ref()
            .map(|output| output.digest().to_owned())
            .unwrap_or_default(),
        votes: vote.votes,
        runner_up: vote.runner_up,
    };
    let test = |test: &voting::LabelledTest| LabelledTest {
        test: test.test,
        weight: test.weight,
        held_out: test.half == voting::Half::HeldOut,
    };
    Decided {
        ruling: ruling(decision.ruling, voters),
        votes: decision.votes.iter().map(vote).collect(),
        suite: decision.suite.iter().map(test).collect(),
        scores,
    }
}

fn ruling(ruling: voting::Ruling, voters: &[usize]) -> Ruling {
    let rejection = match ruling {
        voting::Ruling::Accepted { golden } => {
            return Ruling::Accepted {
                golden: voters[golden],
            };
        }
        voting::Ruling::Rejected(rejection) => rejection,
    };
    let reason = match rejection {
        voting::Rejection::TooFewCandidates { .. } => Rejection::TooFewCandidates,
        voting::Rejection::TooFewLabels { .. } => Rejection::TooFewLabels,
        voting::Rejection::GoldenNotConfirmed { .. } => Rejection::GoldenNotConfirmed,
        voting::Rejection::SampleDisagrees { .. } => Rejection::SampleDisagrees,
    };
    Ruling::Rejected {
        reason,
        detail: rejection.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::Program;

    use super::*;

    fn solution(index: u32) -> Solution {
        Solution {
            index,
            program: Program {
                language: "python3".to_owned(),
                source: format!("print({index})"),
            },
            reasoning: String::new(),
        }
    }

    fn executed(digests: &[&str]) -> Executed {
        let outcome = |digest: &&str| StoredOutcome {
            fate: if digest.is_empty() {
                Fate::Failed
            } else {
                Fate::Ok
            },
            digest: (*digest).to_owned(),
            blob: Some(String::new()),
        };
        Executed {
            compiled: true,
            outcomes: digests.iter().map(outcome).collect(),
        }
    }

    fn rules() -> Rules {
        Rules {
            min_candidates: 2,
            min_labelled_tests: 4,
            ..Rules::default()
        }
    }

    fn decide_on(executions: &[Executed], stated: &[&str]) -> Decided {
        let solutions: Vec<Solution> = (0..executions.len() as u32).map(solution).collect();
        let stated: Vec<String> = stated.iter().map(ToString::to_string).collect();
        let evidence = Evidence {
            solutions: &solutions,
            executions,
            stated_outputs: &stated,
            input_sizes_bytes: vec![1, 2, 3, 4],
        };
        decide(&evidence, &rules(), 7).unwrap()
    }

    #[test]
    fn a_program_that_does_not_compile_shifts_nobody() {
        let broken = Executed {
            compiled: false,
            outcomes: Vec::new(),
        };
        let right = executed(&["s", "a", "b", "c", "d"]);
        let wrong = executed(&["s", "a", "x", "y", "z"]);
        let decided = decide_on(&[broken, wrong, right.clone(), right], &["s"]);
        assert_eq!(decided.ruling, Ruling::Accepted { golden: 2 });
        assert_eq!(decided.scores.len(), 4);
        assert_eq!(decided.scores[0].golden, 0);
    }

    #[test]
    fn a_golden_solution_that_contradicts_the_statement_is_refused() {
        let right = executed(&["s", "a", "b", "c", "d"]);
        let decided = decide_on(&[right.clone(), right], &["t"]);
        assert!(matches!(
            decided.ruling,
            Ruling::Rejected {
                reason: Rejection::SampleDisagrees,
                ..
            }
        ));
    }

    #[test]
    fn an_output_too_long_to_be_kept_has_no_vote() {
        let mut long = executed(&["a", "b", "c", "d"]);
        long.outcomes[0].blob = None;
        let decided = decide_on(&[long.clone(), long], &[]);
        assert_eq!(decided.votes[0].votes, 0);
        assert_eq!(decided.votes[1].votes, 2);
    }
}
