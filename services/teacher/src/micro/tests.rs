use super::task::Task;
use super::{key, operations, parse, print, questions, samples, suite, task, truth};
use crate::dice::Dice;
use crate::ir::Style;
use crate::micro::compose::{chosen, composed};
use proptest::prelude::*;
use std::collections::BTreeSet;

const STYLES: [Style; 3] = [Style::Codeforces, Style::Leetcode, Style::Atcoder];

fn drawn(seed: u64) -> Task {
    composed(&[], &mut Dice::new(&["micro", &seed.to_string()])).unwrap()
}

fn printed(task: &Task, style: Style, seed: u64) -> String {
    let mut dice = Dice::new(&["print", &seed.to_string()]);
    let samples = samples(task, style, &mut dice);
    print(task, style, &samples, &mut dice)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_printed_task_is_read_back(seed: u64, style in 0..3_usize) {
        let (task, style) = (drawn(seed), STYLES[style]);
        let statement = printed(&task, style, seed);
        prop_assert_eq!(parse(&statement), Some((task.clone(), style)), "{}", statement);
        // A prompt shows it without the last line break.
        prop_assert_eq!(key(statement.trim_end()), Some(task.key()));
        prop_assert!(crate::statement::parse(&statement).is_none());
    }

    #[test]
    fn any_text_is_read_or_refused_without_harm(text in "(# Numbers\n)?(Print |, then |, but first | after these steps: |[Aa]dd 3 to each|the sum|[0-9]{1,30}|\\.|\n|\\PC){0,12}") {
        prop_assert!(parse(&text).is_none());
        prop_assert!(crate::truth(&text, text.as_bytes()).is_none());
    }

    /// An edited question is none of ours, or asks what it says.
    #[test]
    fn a_changed_number_is_another_task_or_none(seed: u64, digit in 0..10_u8) {
        let statement = printed(&drawn(seed), Style::Codeforces, seed);
        let question = statement.lines().nth(1).unwrap();
        let Some(at) = question.find(|letter: char| letter.is_ascii_digit()) else { return Ok(()) };
        let mut edited = question.to_owned();
        edited.replace_range(at..=at, &digit.to_string());
        let back = parse(&statement.replace(question, &edited));
        prop_assert!(back.is_none() || edited == question || key(&statement) != back.map(|(task, _)| task.key()));
    }
}

#[test]
fn a_key_is_the_steps_in_order_and_the_question() {
    let around = |question: &str| {
        let statement = printed(&drawn(1), Style::Codeforces, 1);
        let own = statement.lines().nth(1).unwrap().to_owned();
        key(&statement.replace(&own, question))
    };
    let same = Some("add:3 above:5 max".to_owned());
    let table = [
        (
            "Add 3 to each, then keep those above 5. Print the maximum.",
            same.clone(),
        ),
        (
            "Print the largest after these steps: raise each by 3, then keep those over 5.",
            same.clone(),
        ),
        (
            "Keep those greater than 5, but first increase each by 3. Print the greatest.",
            same,
        ),
        ("Sort the list. Print the sum.", Some("sort sum".to_owned())),
        ("Add 3 to each. Print the maximum", None),
        ("Add 10 to each. Print the sum.", None),
        ("Add 3 to each. Print the sum. Print the sum.", None),
        (
            "Subtract 3 from each, then take each modulo 5. Print the sum.",
            None,
        ),
        (
            "Sort the list, then flip the list, then sort the list. Print the sum.",
            None,
        ),
    ];
    for (question, expected) in table {
        assert_eq!(around(question), expected, "{question}");
    }
}

#[test]
fn the_truth_agrees_with_the_samples_and_refuses_broken_input() {
    for seed in 0..60 {
        let (task, style) = (drawn(seed), STYLES[seed as usize % 3]);
        let mut dice = Dice::new(&["truth", &seed.to_string()]);
        let samples = samples(&task, style, &mut dice);
        let statement = print(&task, style, &samples, &mut dice);
        assert_eq!(samples.len(), 2);
        for sample in samples {
            let input = format!("{}\n", sample.input);
            assert!(statement.contains(&sample.input) && statement.contains(&sample.output));
            assert_eq!(
                crate::truth(&statement, input.as_bytes()),
                Some(sample.output)
            );
            assert_eq!(
                crate::truth(&statement, format!("{input}7\n").as_bytes()),
                None
            );
        }
        for (description, input) in suite(style, 15, &mut dice) {
            assert!(
                truth(&task, style, &input).is_some(),
                "{description}: {input}"
            );
        }
        let broken = super::invalid(style, &mut dice);
        assert_eq!(
            crate::truth(&statement, broken.as_bytes()),
            None,
            "{broken}"
        );
        for broken in [
            "", "\n", "21\n", "[21]\n", "[]\n", "[1, x]\n", "1 x\n", "-1\n", "[-1]\n", "[1e9]\n",
        ] {
            assert_eq!(
                crate::truth(&statement, broken.as_bytes()),
                None,
                "{broken}"
            );
        }
        let many = vec!["1"; 31];
        for broken in [many.join(" "), format!("[{}]", many.join(","))] {
            assert_eq!(
                crate::truth(&statement, broken.as_bytes()),
                None,
                "{broken}"
            );
        }
    }
}

#[test]
fn thousands_of_tasks_are_different_and_use_every_entry() {
    let keys: BTreeSet<String> = (0..9_000).map(|seed| drawn(seed).key()).collect();
    assert!(keys.len() >= 6_000, "{}", keys.len());
    let used = |name: &str| {
        let is_it = |part: &str| part.split(':').next() == Some(name);
        keys.iter().filter(|key| key.split(' ').any(is_it)).count()
    };
    let operations = operations::all().iter().map(|entry| entry.name);
    let questions = questions::all().iter().map(|entry| entry.name);
    assert!(operations.len() >= 16 && questions.len() >= 4);
    for name in operations.chain(questions) {
        assert!(used(name) >= 30, "{name}: {}", used(name));
    }
}

#[test]
fn no_phrase_is_read_as_another() {
    let clauses = operations::all()
        .iter()
        .flat_map(|entry| entry.phrases.map(|phrase| (entry.name, phrase)));
    let phrases: Vec<_> = clauses.collect();
    for (name, phrase) in &phrases {
        assert_eq!(
            phrases.iter().filter(|(_, other)| other == phrase).count(),
            1,
            "{name}: {phrase}"
        );
        assert!(!phrase.contains(['.', ',']), "{phrase}");
        assert!(
            phrase.starts_with(|letter: char| letter.is_ascii_lowercase()),
            "{phrase}"
        );
    }
}

#[test]
fn wanted_features_decide_which_steps_come_up() {
    let share = |feature: &str, part: &str| {
        let wanted = [feature.to_owned()];
        let tasks = (0..300).map(|seed: u64| {
            task(&wanted, &mut Dice::new(&["wanted", &seed.to_string()])).unwrap()
        });
        tasks.filter(|task| task.key().contains(part)).count()
    };
    assert!(share("modulo operation", "remainder") > 2 * share("absolute difference", "remainder"));
    assert!(share("absolute difference", "distance") > 2 * share("modulo operation", "distance"));
    assert!(share("linear search", "min") > 2 * share("running sum", "min"));
    let unknown = ["blockchain".to_owned()];
    assert!(task(&unknown, &mut Dice::new(&["wanted"])).is_none());
    assert!(chosen(&unknown, &mut Dice::new(&["wanted"])).is_empty());
}

#[test]
fn a_mistake_shows_on_many_inputs() {
    for seed in 0..200 {
        let task = drawn(seed);
        assert!(super::mistakes(&task).len() >= 2, "{}", task.key());
    }
}

#[test]
fn an_example_is_what_its_number_says() {
    let example = super::example("leetcode", 4).unwrap();
    assert_eq!(key(&example.statement), Some(example.key));
    assert_eq!(
        example.statement,
        super::example("leetcode", 4).unwrap().statement
    );
    assert_eq!(example.tests.len(), 10);
    for (input, output) in example.tests {
        assert_eq!(
            crate::truth(&example.statement, input.as_bytes()),
            Some(output)
        );
    }
    assert!(example.program.starts_with("import json\n"));
    assert!(super::example("limerick", 4).is_none());
}

#[test]
fn a_statement_is_short() {
    for seed in 0..300 {
        for style in STYLES {
            let statement = printed(&drawn(seed), style, seed);
            let words = statement.split_whitespace().count();
            assert!((50..=90).contains(&words), "{words}: {statement}");
        }
    }
}

mod executed;
