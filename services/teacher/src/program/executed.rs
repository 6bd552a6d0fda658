//! Runs what the teacher writes: every question, variant and language against the truth.
//!
//! Needs `python3` and `g++`; where one is absent, its tests say so and pass.

use super::{Fault, Language, Variant, usable_faults, write};
use crate::cases::{self, Kind, Mood};
use crate::dice::Dice;
use crate::ir::{Style, Task};
use crate::{compose, generator, input, primitives, statement, transforms, truth};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

const STYLES: [Style; 3] = [Style::Codeforces, Style::Leetcode, Style::Atcoder];

/// A program with inputs and what it should print on each; nothing if it only has to end.
struct Trial {
    label: String,
    source: String,
    cases: Vec<(String, Option<String>)>,
}

fn task(reducer: usize, seed: &str) -> Task {
    let feature = primitives::all()[reducer].features[0].to_owned();
    compose::task(&[feature], &mut Dice::new(&["executed", seed])).unwrap()
}

fn trial(task: &Task, style: Style, language: Language, variant: Variant, fault: Option<Fault>) -> Trial {
    let label = format!("{} {language:?} {variant:?} {style:?} {fault:?}", task.reducer.name);
    let mut dice = Dice::new(&[&label]);
    let source = write(task, style, language, variant, fault, &mut dice);
    let moods = [Mood::Mixed, Mood::Mixed, Mood::Few, Mood::Equal, Mood::Extreme, Mood::Rising, Mood::Falling];
    let kinds = [Kind::Least, Kind::Small, Kind::Small, Kind::Small, Kind::Small, Kind::Medium, Kind::Small];
    let mut cases = Vec::new();
    for (kind, mood) in kinds.into_iter().zip(moods) {
        let instance = cases::draw(task, kind, mood, &mut dice);
        let expected = truth::expected(task, style, &instance);
        cases.push((input::encode(task, style, &instance), fault.is_none().then_some(expected)));
    }
    Trial { label, source, cases }
}

/// Every question in every variant, the styles taking turns, with steps drawn anew for each.
fn right_trials(language: Language) -> Vec<Trial> {
    let mut trials = Vec::new();
    for reducer in 0..primitives::all().len() {
        for (at, variant) in [Variant::Naive, Variant::Efficient, Variant::Idiomatic].into_iter().enumerate() {
            let task = task(reducer, &format!("{reducer} {at}"));
            trials.push(trial(&task, STYLES[(reducer + at) % 3], language, variant, None));
        }
    }
    trials
}

fn exists(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: there is no {program} on this machine");
    }
    is_there
}

/// Runs a command that must succeed, and reads the JSON list it prints.
fn outputs(command: &mut Command) -> Vec<Value> {
    let done = command.output().unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?} ended with {}: {errors}", done.status);
    serde_json::from_slice(&done.stdout).unwrap()
}

fn compare(trials: &[Trial], printed: &[Value]) {
    let cases = trials.iter().flat_map(|trial| trial.cases.iter().map(move |case| (trial, case)));
    let mut count = 0;
    for ((trial, (input, expected)), printed) in cases.zip(printed) {
        let printed = printed.as_str().unwrap().trim_end();
        if let Some(expected) = expected {
            assert_eq!(printed, expected, "{} on {input}\n{}", trial.label, trial.source);
        }
        count += 1;
    }
    assert_eq!(count, trials.iter().map(|trial| trial.cases.len()).sum::<usize>());
    assert_eq!(count, printed.len());
}

const PYTHON_DRIVER: &str = r#"
import io, json, sys
trials = json.load(open(sys.argv[1]))
shown, real = [], sys.stdout
for trial in trials:
    code = compile(trial['source'], trial['label'], 'exec')
    for text in trial['inputs']:
        sys.stdin, sys.stdout = io.StringIO(text), io.StringIO()
        try:
            exec(code, {'__name__': '__main__'})
        except Exception as error:
            print('raised', repr(error), trial['label'])
        shown.append(sys.stdout.getvalue())
real.write(json.dumps(shown))
"#;

fn listed(trials: &[Trial]) -> Value {
    let trial = |trial: &Trial| {
        let inputs: Vec<&str> = trial.cases.iter().map(|(input, _)| input.as_str()).collect();
        json!({"label": trial.label, "source": trial.source, "inputs": inputs})
    };
    trials.iter().map(trial).collect()
}

fn run_python(trials: &[Trial]) {
    let folder = tempfile::tempdir().unwrap();
    let (driver, list) = (folder.path().join("driver.py"), folder.path().join("trials.json"));
    fs::write(&driver, PYTHON_DRIVER).unwrap();
    fs::write(&list, listed(trials).to_string()).unwrap();
    compare(trials, &outputs(Command::new("python3").arg(driver).arg(list)));
}

#[test]
fn python_solutions_print_the_truth() {
    if exists("python3") {
        run_python(&right_trials(Language::Python));
    }
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
        for (at, name) in ["next_larger", "run_lengths", "lightest_net", "edit_cost", "cheapest_walk"].into_iter().enumerate() {
            let reducer = primitives::all().iter().position(|reducer| reducer.name == name).unwrap();
            let mut task = task(reducer, transform.name);
            let amount = transform.amounts.map_or(0, |span| span.0 + at as i64 % (span.1 - span.0 + 1));
            task.steps = vec![crate::ir::Step { transform, amount }];
            if task.is_sound() {
                trials.push(trial(&task, STYLES[at % 3], language, Variant::Efficient, None));
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
        assert_eq!(list.len(), 12);
        assert_eq!(list, generated(&path, "7 12"), "the same seed gives the same inputs");
        for case in list {
            let input = case["input_string"].as_str().unwrap();
            assert!(input.len() < 250_000, "{} bytes for {}", input.len(), task.reducer.name);
            assert!(truth(&text, input.as_bytes()).is_some(), "{}: {input}", task.reducer.name);
        }
    }
}

fn generated(path: &Path, line: &str) -> Vec<Value> {
    let order = path.with_extension("txt");
    fs::write(&order, line).unwrap();
    outputs(Command::new("python3").arg(path).stdin(fs::File::open(order).unwrap()))
}

/// All programs in one file, each in a namespace of its own, so that the compiler reads the headers once.
fn bundled(trials: &[Trial]) -> String {
    let mut headers = std::collections::BTreeSet::from(["#include <fstream>", "#include <sstream>"]);
    let mut spaces = String::new();
    let mut calls = String::new();
    for (at, trial) in trials.iter().enumerate() {
        headers.extend(trial.source.lines().filter(|line| line.starts_with("#include")));
        let rest: Vec<&str> = trial.source.lines().filter(|line| !line.starts_with("#include")).collect();
        let code = rest.join("\n").replace("int main()", "int entry()");
        spaces += &format!("namespace p{at} {{\n{code}\n}}\n");
        calls += &format!("    case {at}: p{at}::entry(); break;\n");
    }
    let headers: Vec<&str> = headers.into_iter().collect();
    format!("{}\n{spaces}\n{}", headers.join("\n"), CPP_DRIVER.replace("CALLS", &calls))
}

/// Reads `PROGRAM LENGTH` and the input, again and again; prints a JSON list of what was printed.
const CPP_DRIVER: &str = r#"
int main(int, char** arguments) {
    std::ifstream list(arguments[1]);
    std::ostringstream all;
    std::streambuf* real = std::cout.rdbuf();
    size_t program, length;
    char comma = '[';
    while (list >> program >> length) {
        std::string text(length, ' ');
        list.get();
        list.read(&text[0], length);
        std::istringstream in(text);
        std::ostringstream out;
        std::cin.clear();
        std::cin.rdbuf(in.rdbuf());
        std::cout.rdbuf(out.rdbuf());
        std::cerr << program << ' ';
        switch (program) {
CALLS        }
        all << comma << '"';
        comma = ',';
        for (char letter : out.str()) {
            if (letter == '\n') all << "\\n";
            else if (letter == '"') all << "\\\"";
            else all << letter;
        }
        all << '"';
    }
    std::cout.rdbuf(real);
    std::cout << all.str() << ']';
}
"#;

fn run_cpp(trials: &[Trial], flags: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("all.cpp"), bundled(trials)).unwrap();
    let mut list = String::new();
    for (program, trial) in trials.iter().enumerate() {
        for (input, _) in &trial.cases {
            list += &format!("{program} {}\n{input}", input.len());
        }
    }
    fs::write(at("list.txt"), list).unwrap();
    let mut compiler = Command::new("g++");
    compiler.args(["-std=c++17", "-w", "-D_GLIBCXX_ASSERTIONS"]).args(flags);
    let done = compiler.arg(at("all.cpp")).arg("-o").arg(at("all")).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    compare(trials, &outputs(Command::new(at("all")).arg(at("list.txt"))));
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
            trials.push(trial(&task, Style::Codeforces, Language::Cpp, Variant::Efficient, Some(fault)));
        }
    }
    run_cpp(&trials, &["-O0", "-fsanitize=address"]);
}
