//! Runs many programs at once: Python ones in one process, C++ ones in one binary.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// A program with inputs and what it should print on each; nothing if it only has to end.
pub(crate) struct Trial {
    pub(crate) label: String,
    pub(crate) source: String,
    pub(crate) cases: Vec<(String, Option<String>)>,
}

pub(crate) fn exists(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: there is no {program} on this machine");
    }
    is_there
}

/// Runs a command that must succeed, and reads the JSON list it prints.
pub(crate) fn outputs(command: &mut Command) -> Vec<Value> {
    let done = command.output().unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "{command:?} ended with {}: {errors}",
        done.status
    );
    serde_json::from_slice(&done.stdout).unwrap()
}

fn compare(trials: &[Trial], printed: &[Value]) {
    let cases = trials
        .iter()
        .flat_map(|trial| trial.cases.iter().map(move |case| (trial, case)));
    let mut count = 0;
    for ((trial, (input, expected)), printed) in cases.zip(printed) {
        let printed = printed.as_str().unwrap().trim_end();
        if let Some(expected) = expected {
            assert_eq!(
                printed, expected,
                "{} on {input}\n{}",
                trial.label, trial.source
            );
        }
        count += 1;
    }
    assert_eq!(
        count,
        trials.iter().map(|trial| trial.cases.len()).sum::<usize>()
    );
    assert_eq!(count, printed.len());
}

const PYTHON_DRIVER: &str = r"
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
";

fn listed(trials: &[Trial]) -> Value {
    let trial = |trial: &Trial| {
        let inputs: Vec<&str> = trial
            .cases
            .iter()
            .map(|(input, _)| input.as_str())
            .collect();
        json!({"label": trial.label, "source": trial.source, "inputs": inputs})
    };
    trials.iter().map(trial).collect()
}

pub(crate) fn run_python(trials: &[Trial]) {
    compare(trials, &printed_by_python(trials));
}

pub(crate) fn printed_by_python(trials: &[Trial]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let (driver, list) = (
        folder.path().join("driver.py"),
        folder.path().join("trials.json"),
    );
    fs::write(&driver, PYTHON_DRIVER).unwrap();
    fs::write(&list, listed(trials).to_string()).unwrap();
    outputs(Command::new("python3").arg(driver).arg(list))
}

/// All programs in one file, each in a namespace of its own, so that the compiler reads the headers once.
fn bundled(trials: &[Trial]) -> String {
    let mut headers =
        std::collections::BTreeSet::from(["#include <fstream>", "#include <sstream>"]);
    let mut spaces = String::new();
    let mut calls = String::new();
    for (at, trial) in trials.iter().enumerate() {
        headers.extend(
            trial
                .source
                .lines()
                .filter(|line| line.starts_with("#include")),
        );
        let rest: Vec<&str> = trial
            .source
            .lines()
            .filter(|line| !line.starts_with("#include"))
            .collect();
        let code = rest.join("\n").replace("int main()", "int entry()");
        writeln!(spaces, "namespace p{at} {{\n{code}\n}}").unwrap();
        writeln!(calls, "    case {at}: p{at}::entry(); break;").unwrap();
    }
    let headers: Vec<&str> = headers.into_iter().collect();
    format!(
        "{}\n{spaces}\n{}",
        headers.join("\n"),
        CPP_DRIVER.replace("CALLS", &calls)
    )
}

/// Reads `PROGRAM LENGTH` and the input, again and again; prints a JSON list of what was printed.
const CPP_DRIVER: &str = r#"
int main(int, char** arguments) {
    // A later first call would put the real buffers back.
    std::ios::sync_with_stdio(false);
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

pub(crate) fn run_cpp(trials: &[Trial], flags: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("all.cpp"), bundled(trials)).unwrap();
    let mut list = String::new();
    for (program, trial) in trials.iter().enumerate() {
        for (input, _) in &trial.cases {
            write!(
                list,
                "{program} {}
{input}",
                input.len()
            )
            .unwrap();
        }
    }
    fs::write(at("list.txt"), list).unwrap();
    let mut compiler = Command::new("g++");
    compiler
        .args(["-std=c++17", "-w", "-D_GLIBCXX_ASSERTIONS"])
        .args(flags);
    let done = compiler
        .arg(at("all.cpp"))
        .arg("-o")
        .arg(at("all"))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    compare(
        trials,
        &outputs(Command::new(at("all")).arg(at("list.txt"))),
    );
}
