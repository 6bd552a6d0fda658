//! Runs what the teacher writes: every question, variant and language against the truth.
//!
//! Needs `python3` and `g++`; where one is absent, its tests say so and pass.

use super::drivers::{Trial, exists, outputs, printed_by_python, run_cpp, run_python};
use super::{Fault, Language, Variant, usable_faults, write};
use crate::cases::{self, Kind, Mood};
use crate::dice::Dice;
use crate::ir::{Style, Task};
use crate::{compose, generator, input, primitives, statement, transforms, truth};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const STYLES: [Style; 3] = [Style::Codeforces, Style::Leetcode, Style::Atcoder];

fn task(reducer: usize, seed: &str) -> Task {
    compose::about(
        primitives::all()[reducer],
        &[],
        &mut Dice::new(&["executed", seed]),
    )
    .unwrap()
}

fn trial(
    task: &Task,
    style: Style,
    language: Language,
    variant: Variant,
    fault: Option<Fault>,
) -> Trial {
    let label = format!(
        "{} {language:?} {variant:?} {style:?} {fault:?}",
        task.reducer.name
    );
    let mut dice = Dice::new(&[&label]);
    let source = write(task, style, language, variant, fault, &mut dice);
    let moods = [
        Mood::Mixed,
        Mood::Mixed,
        Mood::Few,
        Mood::Equal,
        Mood::Near,
        Mood::Rising,
        Mood::Falling,
    ];
    let kinds = [
        Kind::Least,
        Kind::Small,
        Kind::Small,
        Kind::Small,
        Kind::Small,
        Kind::Medium,
        Kind::Small,
    ];
    let mut cases = Vec::new();
    for (kind, mood) in kinds.into_iter().zip(moods) {
        let instance = cases::draw(task, kind, mood, &mut dice);
        let expected = truth::expected(task, style, &instance);
        cases.push((
            input::encode(task, style, &instance),
            fault.is_none().then_some(expected),
        ));
    }
    Trial {
        label,
        source,
        cases,
    }
}

/// Every question in every variant, the styles taking turns, with steps drawn anew for each.
fn right_trials(language: Language) -> Vec<Trial> {
    let mut trials = Vec::new();
    for reducer in 0..primitives::all().len() {
        for (at, variant) in [Variant::Naive, Variant::Efficient, Variant::Idiomatic]
            .into_iter()
            .enumerate()
        {
            let task = task(reducer, &format!("{reducer} {at}"));
            trials.push(trial(
                &task,
                STYLES[(reducer + at) % 3],
                language,
                variant,
                None,
            ));
        }
    }
    trials
}

#[test]
fn python_solutions_print_the_truth() {
    if exists("python3") {
        run_python(&right_trials(Language::Python));
    }
}

/// A slip that no input shows would leave the rate of wrong answers below what is configured.
#[test]
fn every_python_slip_shows_on_some_input() {
    if !exists("python3") {
        return;
    }
    let mut trials = Vec::new();
    for (at, reducer) in primitives::all().iter().enumerate() {
        let mut task = task(at, "slips");
        task.steps.clear();
        // Some slips need negative values, which not every task has.
        task.bounds.values = reducer.values;
        for slip in 0..reducer.slips.len() {
            let fault = Some(Fault::Slip(slip));
            let mut trial = trial(
                &task,
                Style::Codeforces,
                Language::Python,
                Variant::Efficient,
                fault,
            );
            let mut dice = Dice::new(&["slips"]);
            for round in 0..60 {
                let mood = [Mood::Near, Mood::Few, Mood::Mixed][round % 3];
                let instance = cases::draw(&task, Kind::Small, mood, &mut dice);
                let expected = truth::expected(&task, Style::Codeforces, &instance);
                trial.cases.push((
                    input::encode(&task, Style::Codeforces, &instance),
                    Some(expected),
                ));
            }
            trials.push(trial);
        }
    }
    let printed = printed_by_python(&trials);
    let mut rest = printed.as_slice();
    let mut harmless = Vec::new();
    for trial in &trials {
        let (own, others) = rest.split_at(trial.cases.len());
        rest = others;
        let is_wrong = |(case, printed): (&(String, Option<String>), &Value)| {
            let printed = printed.as_str().unwrap().trim_end();
            case.1
                .as_deref()
                .is_some_and(|expected| printed != expected)
        };
        if !trial.cases.iter().zip(own).any(is_wrong) {
            harmless.push(&trial.label);
        }
    }
    assert!(harmless.is_empty(), "{harmless:#?}");
}

#[test]
fn python_steps_do_what_their_sentences_say() {
    if !exists("python3") {
        return;
    }
    run_python(&step_trials(Language::Python));
}

/// Each step alone in front of a question that shows its result well.
fn step_trials(language: Language) -> Vec<Trial> {
    let mut trials = Vec::new();
    for transform in transforms::all() {
        for (at, name) in [
            "next_larger",
            "run_lengths",
            "lightest_net",
            "edit_cost",
            "cheapest_walk",
        ]
        .into_iter()
        .enumerate()
        {
            let reducer = primitives::all()
                .iter()
                .position(|reducer| reducer.name == name)
                .unwrap();
            let mut task = task(reducer, transform.name);
            let amount = transform
                .amounts
                .map_or(0, |span| span.0 + at as i64 % (span.1 - span.0 + 1));
            task.steps = vec![crate::ir::Step { transform, amount }];
            if task.is_sound() {
                trials.push(trial(
                    &task,
                    STYLES[at % 3],
                    language,
                    Variant::Efficient,
                    None,
                ));
            }
        }
    }
    trials
}

#[test]
fn generators_write_inputs_that_keep_the_limits() {
    if !exists("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for reducer in 0..primitives::all().len() {
        let (task, style) = (task(reducer, "generator"), STYLES[reducer % 3]);
        let text = statement::print(&task, style, &mut Dice::new(&["generator"]));
        let path = folder.path().join("generator.py");
        fs::write(&path, generator::write(&task, style)).unwrap();
        let list = generated(&path, "7 12");
        assert_eq!(list.len(), 12, "{}", task.reducer.name);
        if reducer % 8 == 0 {
            assert_eq!(
                list,
                generated(&path, "7 12"),
                "the same seed gives the same inputs"
            );
        }
        for case in list {
            let input = case["input_string"].as_str().unwrap();
            assert!(
                input.len() < 250_000,
                "{} bytes for {}",
                input.len(),
                task.reducer.name
            );
            assert!(
                truth(&text, input.as_bytes()).is_some(),
                "{}: {input}",
                task.reducer.name
            );
        }
    }
}

fn generated(path: &Path, line: &str) -> Vec<Value> {
    let order = path.with_extension("txt");
    fs::write(&order, line).unwrap();
    outputs(
        Command::new("python3")
            .arg(path)
            .stdin(fs::File::open(order).unwrap()),
    )
}

#[test]
fn cpp_solutions_print_the_truth() {
    if exists("g++") {
        let mut trials = right_trials(Language::Cpp);
        trials.extend(step_trials(Language::Cpp));
        run_cpp(&trials, &["-O1"]);
    }
}

/// A wrong program must be wrong in the same way each time, so none may read memory that is not its own.
#[test]
fn faulty_cpp_solutions_stay_inside_their_memory() {
    if !exists("g++") {
        return;
    }
    let mut trials = Vec::new();
    for reducer in 0..primitives::all().len() {
        let task = task(reducer, &format!("fault {reducer}"));
        for fault in usable_faults(&task, Language::Cpp) {
            trials.push(trial(
                &task,
                Style::Codeforces,
                Language::Cpp,
                Variant::Efficient,
                Some(fault),
            ));
        }
    }
    run_cpp(&trials, &["-O0", "-fsanitize=address"]);
}
