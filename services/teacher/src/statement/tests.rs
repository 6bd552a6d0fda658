use super::{parse, print, samples};
use crate::dice::Dice;
use crate::ir::{Style, Task};
use crate::{compose, primitives, truth};
use proptest::prelude::*;

const STYLES: [Style; 3] = [Style::Codeforces, Style::Leetcode, Style::Atcoder];
const GIVEN_AWAY: &[&str] = &[
    "dynamic programming",
    " dp ",
    "bfs",
    "dfs",
    "dijkstra",
    "prefix sum",
    "sliding window",
    "binary search",
    "segment tree",
    "fenwick",
    "greedy",
    "hash",
    "heap",
    "two pointers",
    "union find",
    "sieve",
    "knapsack",
    "memo",
    "backtrack",
    "topological",
    "stack",
    "queue",
    "sort",
    "recurs",
    "graph",
    "kadane",
    "palindrom",
];

fn task(reducer: usize, seed: u64) -> Task {
    compose::about(
        primitives::all()[reducer],
        &[],
        &mut Dice::new(&["task", &seed.to_string()]),
    )
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_printed_task_is_read_back(reducer in 0..primitives::all().len(), seed: u64, style in 0..3_usize) {
        let (task, style) = (task(reducer, seed), STYLES[style]);
        let statement = print(&task, style, &mut Dice::new(&["print", &seed.to_string()]));
        let back = parse(&statement);
        prop_assert_eq!(back, Some((task, style)), "{}", statement);
    }

    #[test]
    fn any_text_is_read_or_refused_without_harm(text in "\\PC{0,200}") {
        prop_assert!(parse(&text).is_none());
        prop_assert!(truth(&text, b"1\n1\n").is_none());
    }
}

#[test]
fn a_statement_never_names_a_technique() {
    for reducer in 0..primitives::all().len() {
        for style in STYLES {
            for seed in 0..4 {
                let text = print(
                    &task(reducer, seed),
                    style,
                    &mut Dice::new(&["hint", &seed.to_string()]),
                )
                .to_lowercase();
                let named: Vec<_> = GIVEN_AWAY
                    .iter()
                    .filter(|word| text.contains(**word))
                    .collect();
                assert!(named.is_empty(), "{named:?} in {text}");
            }
        }
    }
}

#[test]
fn a_story_has_two_hundred_words_and_two_samples() {
    for reducer in 0..primitives::all().len() {
        for seed in 0..8 {
            let task = task(reducer, seed);
            let mut dice = Dice::new(&["words", &seed.to_string()]);
            let text = print(&task, Style::Codeforces, &mut dice);
            assert!(
                text.split_whitespace().count() >= 200,
                "{}: {text}",
                text.split_whitespace().count()
            );
            assert!(text.matches("\nOutput\n```").count() >= 2, "{text}");
        }
    }
}

#[test]
fn no_phrase_hides_inside_another() {
    let entries = primitives::all();
    for one in entries {
        for phrase in one.phrases {
            let asked = entries
                .iter()
                .filter(|other| other.phrases.iter().any(|text| phrase.contains(text)));
            assert_eq!(asked.count(), 1, "{phrase}");
        }
    }
}

#[test]
fn the_truth_agrees_with_the_samples_and_refuses_broken_input() {
    for reducer in 0..primitives::all().len() {
        for style in STYLES {
            let task = task(reducer, 7);
            let statement = print(&task, style, &mut Dice::new(&["truth"]));
            for sample in samples(&task, style, &mut Dice::new(&["truth"])) {
                assert!(statement.contains(&sample.output));
                assert_eq!(
                    truth(&statement, sample.input.as_bytes()),
                    Some(sample.output)
                );
                let longer = format!("{} 1\n", sample.input);
                assert_eq!(truth(&statement, longer.as_bytes()), None);
            }
            assert_eq!(truth(&statement, b""), None);
        }
    }
}

#[test]
fn thousands_of_tasks_are_different() {
    let mut statements = std::collections::BTreeSet::new();
    for seed in 0..12_000 {
        let mut dice = Dice::new(&["many", &seed.to_string()]);
        let wanted = [primitives::all()[seed % primitives::all().len()].features[0].to_owned()];
        let task = compose::task(&wanted, &mut dice).unwrap();
        let steps: Vec<_> = task
            .steps
            .iter()
            .map(|step| (step.transform.name, step.amount))
            .collect();
        statements.insert(format!("{} {:?} {steps:?}", task.reducer.name, task.bounds));
    }
    assert!(statements.len() >= 5_000, "{}", statements.len());
}
