//! What holds for every matrix, however odd.

use proptest::prelude::*;
use synthsmith_voting::{
    Candidate, Facts, Half, Output, Rules, Ruling, decide, split, vote, weigh,
};

const RULES: Rules = Rules {
    min_votes: 2,
    min_candidates: 2,
    min_labelled_tests: 4,
};

/// A test's outputs come from few values, so that votes meet and tie.
fn outcome() -> impl Strategy<Value = Option<Output>> {
    prop_oneof![
        12 => Just("a"), 2 => Just("b"), 1 => Just("c"), 1 => Just("")
    ]
    .prop_map(Output::from_digest)
}

fn candidate(tests: usize, samples: usize) -> impl Strategy<Value = Candidate> {
    let source = prop::collection::vec(97..100_u8, 0..4);
    let outputs = prop::collection::vec(outcome(), tests);
    let sample_outputs = prop::collection::vec(outcome(), samples);
    (source, outputs, sample_outputs).prop_map(|(source, outputs, sample_outputs)| Candidate {
        source,
        outputs,
        sample_outputs,
    })
}

type Parts = (Vec<Candidate>, Vec<u64>, Vec<Option<Output>>);

fn parts() -> impl Strategy<Value = Parts> {
    (0..12_usize, 0..3_usize).prop_flat_map(|(tests, samples)| {
        (
            prop::collection::vec(candidate(tests, samples), 0..9),
            prop::collection::vec(0..50_u64, tests),
            prop::collection::vec(outcome(), samples),
        )
    })
}

/// The parts, and the same parts with the candidates in another order. Sources are made
/// different, as only the index tells apart candidates that are alike.
fn parts_in_two_orders() -> impl Strategy<Value = (Parts, Parts)> {
    parts().prop_flat_map(|(mut candidates, sizes, stated)| {
        for (index, candidate) in candidates.iter_mut().enumerate() {
            candidate.source.push(b'0' + index as u8);
        }
        let shuffled = Just(candidates.clone()).prop_shuffle();
        shuffled.prop_map(move |shuffled| {
            let given = (candidates.clone(), sizes.clone(), stated.clone());
            (given, (shuffled, sizes.clone(), stated.clone()))
        })
    })
}

fn take((candidates, sizes, stated): &Parts) -> Facts {
    Facts::new(candidates.clone(), sizes.clone(), stated.clone()).expect("the rows are even")
}

proptest! {
    #[test]
    fn the_order_of_candidates_changes_nothing((given, shuffled) in parts_in_two_orders(), seed: u64) {
        let first = decide(&take(&given), &RULES, seed);
        let second = decide(&take(&shuffled), &RULES, seed);
        prop_assert_eq!(&first.votes, &second.votes);
        prop_assert_eq!(&first.suite, &second.suite);
        let source = |parts: &Parts, golden: usize| parts.0[golden].source.clone();
        prop_assert_eq!(
            first.golden().map(|golden| source(&given, golden)),
            second.golden().map(|golden| source(&shuffled, golden))
        );
    }

    #[test]
    fn the_golden_solution_is_best_on_both_halves(parts in parts(), seed: u64) {
        let decision = decide(&take(&parts), &RULES, seed);
        if let Some(golden) = decision.golden() {
            let best = decision.scores[golden];
            for other in &decision.scores {
                prop_assert!(other.weighted <= best.weighted);
                prop_assert!(other.held_out <= best.held_out);
            }
            prop_assert_eq!(&parts.0[golden].sample_outputs, &parts.2);
        }
    }

    #[test]
    fn a_right_majority_is_always_found(
        right in 3..6_usize,
        wrong in prop::collection::vec(candidate(8, 0), 0..3),
        seed: u64,
    ) {
        let truth: Vec<Option<Output>> = "tuvwtuvw".chars().map(Output::from_digest).collect();
        let solver = Candidate { source: b"right".to_vec(), outputs: truth.clone(), sample_outputs: vec![] };
        let mut candidates = wrong;
        candidates.resize(candidates.len() + right, solver);
        let facts = Facts::new(candidates.clone(), vec![1; 8], vec![]).unwrap();
        let decision = decide(&facts, &RULES, seed);
        let labels: Vec<_> = decision.votes.iter().map(|vote| vote.label.clone()).collect();
        prop_assert_eq!(&labels, &truth);
        let golden = decision.golden().expect("a majority solves everything");
        prop_assert_eq!(&candidates[golden].outputs, &truth);
    }

    #[test]
    fn unanimous_candidates_are_accepted(m in 2..9_usize, n in 4..12_usize, seed: u64) {
        let output = Output::from_digest("a");
        let candidate = Candidate { source: vec![], outputs: vec![output.clone(); n], sample_outputs: vec![output.clone()] };
        let facts = Facts::new(vec![candidate; m], vec![0; n], vec![output]).unwrap();
        let decision = decide(&facts, &RULES, seed);
        prop_assert_eq!(decision.ruling, Ruling::Accepted { golden: 0 });
        prop_assert!(decision.votes.iter().all(|vote| vote.votes == m && vote.margin() == m));
    }

    #[test]
    fn a_label_has_strictly_more_votes_than_any_other(column in prop::collection::vec(outcome(), 0..16)) {
        let counted = vote(column.iter().map(Option::as_ref), 2);
        let count = |wanted: &Option<Output>| column.iter().filter(|o| *o == wanted).count();
        for output in column.iter().filter(|o| o.is_some() && **o != counted.label) {
            match counted.label {
                Some(_) => prop_assert!(count(output) < counted.votes),
                None => prop_assert!(counted.is_tied || count(output) < 2),
            }
        }
        if counted.label.is_some() {
            prop_assert_eq!(count(&counted.label), counted.votes);
        }
    }

    #[test]
    fn a_larger_input_never_weighs_less(sizes in prop::collection::vec(0..20_u64, 0..40)) {
        let weights = weigh(&sizes);
        for a in 0..sizes.len() {
            for b in 0..sizes.len() {
                prop_assert!(sizes[a] >= sizes[b] || weights[a] <= weights[b]);
            }
        }
    }

    #[test]
    fn weights_fill_four_buckets_evenly(sizes in prop::collection::vec(any::<u64>(), 4..40)) {
        let weights = weigh(&sizes);
        let mut buckets = [0; 4];
        for weight in weights {
            buckets[usize::from(weight) - 1] += 1;
        }
        prop_assert_eq!(buckets.iter().sum::<usize>(), sizes.len());
        let spread = buckets.iter().max().unwrap() - buckets.iter().min().unwrap();
        prop_assert!(spread <= 1, "{buckets:?}");
    }

    #[test]
    fn the_golden_half_is_the_larger_by_at_most_one(count in 0..200_usize, seed: u64) {
        let halves = split(count, seed);
        prop_assert_eq!(halves.len(), count);
        let golden = halves.iter().filter(|half| **half == Half::Golden).count();
        prop_assert_eq!(golden, count.div_ceil(2));
    }

    #[test]
    fn ragged_rows_are_refused_and_never_panic(
        parts in parts(),
        sizes in prop::collection::vec(any::<u64>(), 0..12),
        seed: u64,
    ) {
        let (candidates, _, stated) = parts;
        let fits = candidates.iter().all(|candidate| candidate.outputs.len() == sizes.len());
        let facts = Facts::new(candidates, sizes, stated);
        prop_assert_eq!(facts.is_ok(), fits);
        if let Ok(facts) = facts {
            let decision = decide(&facts, &Rules { min_votes: 0, min_candidates: 0, min_labelled_tests: 0 }, seed);
            prop_assert_eq!(decision.votes.len(), facts.input_sizes_bytes().len());
            prop_assert_eq!(decision.scores.len(), facts.candidates().len());
        }
    }
}
