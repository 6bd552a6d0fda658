//! Runs the programs of this profile in both languages against the interpreter.

use super::{STYLES, drawn};
use crate::dice::Dice;
use crate::ir::Style;
use crate::micro::task::{Step, Task};
use crate::micro::{
    Fault, generator, inputs, mistakes, operations, questions, suite, truth, write,
};
use crate::program::Language;
use crate::program::drivers::{Trial, exists, outputs, run_cpp, run_python};
use std::fs;
use std::process::Command;

fn trial(task: &Task, style: Style, language: Language, fault: Option<&Fault>) -> Trial {
    let label = format!("{} {language:?} {style:?} {fault:?}", task.key());
    let mut dice = Dice::new(&[&label]);
    let mut cases = Vec::new();
    for (_, input) in suite(style, 10, &mut dice) {
        let mut numbers = inputs::decode(style, &input).unwrap();
        let (does, expected) = match fault {
            Some(Fault::Misread(other)) => (other, true),
            Some(Fault::DropLast) => {
                numbers.pop();
                (task, true)
            }
            Some(_) => (task, false),
            None => (task, true),
        };
        cases.push((input, expected.then(|| does.answer(&numbers).to_string())));
    }
    Trial {
        source: write(task, style, language, fault),
        label,
        cases,
    }
}

/// Every operation with its least and its greatest number before every question, and tasks as they come.
fn trials(language: Language, seeds: u64) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (at, operation) in operations::all().iter().enumerate() {
        let (low, high) = operation.amounts.unwrap_or((0, 0));
        for (turn, question) in questions::all().iter().enumerate() {
            let amount = if turn % 2 == 0 { low } else { high };
            let steps = vec![Step { operation, amount }];
            let task = Task { steps, question };
            trials.push(trial(&task, STYLES[(at + turn) % 3], language, None));
        }
    }
    for seed in 0..seeds {
        let (task, style) = (drawn(seed), STYLES[seed as usize % 3]);
        trials.push(trial(&task, style, language, None));
        if seed % 4 == 0 {
            let faults = mistakes(&task);
            trials.extend(
                faults
                    .iter()
                    .map(|fault| trial(&task, style, language, Some(fault))),
            );
        }
    }
    trials
}

#[test]
fn python_programs_print_what_the_interpreter_says() {
    if exists("python3") {
        run_python(&trials(Language::Python, 80));
    }
}

#[test]
fn cpp_programs_print_what_the_interpreter_says() {
    if exists("g++") {
        run_cpp(&trials(Language::Cpp, 20), &["-O0"]);
    }
}

#[test]
fn a_right_program_has_one_text() {
    let (task, style) = (drawn(3), Style::Codeforces);
    let source = write(&task, style, Language::Python, None);
    assert_eq!(source.lines().count(), 2, "{source}");
    assert!(source.starts_with("a = list(map(int, input().split()))\nprint("));
    for fault in [Fault::Slow, Fault::Crash, Fault::Syntax, Fault::DropLast] {
        for language in [Language::Python, Language::Cpp] {
            let right = write(&task, style, language, None);
            assert_ne!(
                write(&task, style, language, Some(&fault)),
                right,
                "{fault:?}"
            );
        }
    }
}

#[test]
fn generators_write_inputs_that_keep_the_limits() {
    if !exists("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (program, order) = (
        folder.path().join("generator.py"),
        folder.path().join("order.txt"),
    );
    fs::write(&order, "7 20\n").unwrap();
    for style in STYLES {
        fs::write(&program, generator(style)).unwrap();
        let mut python = Command::new("python3");
        let list = outputs(python.arg(&program).stdin(fs::File::open(&order).unwrap()));
        assert_eq!(list.len(), 20);
        for case in list {
            let input = case["input_string"].as_str().unwrap();
            assert!(truth(&drawn(1), style, input).is_some(), "{input}");
        }
    }
}
