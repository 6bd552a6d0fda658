//! How programs of a language are compiled and run.

mod call;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use synthsmith_runner_protocol::paths;

pub use call::CallHarness;

/// A row of the language table. In arguments `{source}` and `{program}` stand for the two files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// The name of the source file.
    pub file_name: String,
    /// Compiles or checks the source; empty where there is nothing to do before the run.
    #[serde(default)]
    pub compile: Vec<String>,
    /// Whether the compilation makes `{program}`.
    #[serde(default)]
    pub builds_program: bool,
    pub run: Vec<String>,
    /// Whether `run` starts a `CPython` on the source. It is then started once and forked for each input, and the check
    /// before the run too, where it is code for the same interpreter.
    #[serde(default)]
    pub zygote: bool,
    /// Added to the environment, which is otherwise the same everywhere.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// An image of the operator's that has the language; the sandbox's own otherwise. It needs nothing of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// How much more time than another its programs need; the limits of a request are multiplied by it.
    #[serde(default = "one")]
    pub cpu_time_factor: f64,
    /// How much more memory.
    #[serde(default = "one")]
    pub memory_factor: f64,
    /// Makes a program of a function; empty where programs of the language only read standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallHarness>,
}

fn one() -> f64 {
    1.0
}

const ENVIRONMENT: [(&str, &str); 5] = [
    ("HOME", paths::SCRATCH_DIR),
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("TZ", "UTC"),
];

impl Language {
    /// What is wrong with the row, if anything.
    pub fn flaw(&self) -> Option<&'static str> {
        if !is_plain_file_name(&self.file_name) {
            return Some("needs a plain file name");
        }
        if self.run.is_empty() {
            return Some("needs arguments to run");
        }
        if self.builds_program && self.compile.is_empty() {
            return Some("builds a program but compiles nothing");
        }
        if !self.environment.iter().all(is_variable) {
            return Some("has an environment variable that cannot be passed on");
        }
        if self.image.as_deref().is_some_and(|name| !is_image(name)) {
            return Some("needs a plain image name, for example example/node:20");
        }
        let factors = [self.cpu_time_factor, self.memory_factor];
        if !factors.iter().all(|factor| (1.0..=20.0).contains(factor)) {
            return Some("needs factors from 1 to 20");
        }
        self.call.as_ref().and_then(CallHarness::flaw)
    }

    /// The program that calls the function on each input; `None` where the language has no harness. The function is
    /// taken for a plain identifier.
    pub fn called(&self, source: &str, function: &str) -> Option<String> {
        let harness = self.call.as_ref()?;
        Some(harness.around(source, function))
    }

    pub(crate) fn compile_arguments(&self) -> Vec<String> {
        self.filled_in(&self.compile, paths::BUILT_PROGRAM)
    }

    pub(crate) fn run_arguments(&self) -> Vec<String> {
        self.filled_in(&self.run, paths::PROGRAM)
    }

    fn filled_in(&self, arguments: &[String], program: &str) -> Vec<String> {
        let source = format!("{}/{}", paths::SOURCE_DIR, self.file_name);
        arguments
            .iter()
            .map(|argument| {
                argument
                    .replace("{source}", &source)
                    .replace("{program}", program)
            })
            .collect()
    }

    pub(crate) fn environment(&self) -> Vec<String> {
        let mut all: BTreeMap<&str, &str> = BTreeMap::from(ENVIRONMENT);
        all.extend(
            self.environment
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        all.into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }
}

fn is_plain_file_name(name: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain)
}

fn is_variable((name, value): (&String, &String)) -> bool {
    !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0')
}

/// Part of a line of a Dockerfile, so it must not hold what ends it.
fn is_image(name: &str) -> bool {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "._-/:@".contains(character);
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 512
        && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_writes_where_the_program_is_not_run_from() {
        let cpp = Language::cpp17();
        assert!(
            cpp.compile_arguments()
                .contains(&paths::BUILT_PROGRAM.to_owned())
        );
        assert_eq!(cpp.run_arguments(), [paths::PROGRAM]);
    }

    #[test]
    fn rows_of_the_table_have_no_flaw() {
        for (name, language) in Language::table() {
            assert_eq!(language.flaw(), None, "{name}");
        }
    }

    #[test]
    fn names_the_flaws_of_a_row() {
        let told = |spoil: fn(&mut Language)| {
            let mut row = Language::python3();
            spoil(&mut row);
            row.flaw().unwrap()
        };
        for flaw in [
            told(|row| row.file_name = "../main.py".to_owned()),
            told(|row| row.file_name = String::new()),
        ] {
            assert!(flaw.contains("file name"), "{flaw}");
        }
        assert!(told(|row| row.run = Vec::new()).contains("to run"));
        let nothing = told(|row| {
            row.compile = Vec::new();
            row.builds_program = true;
        });
        assert!(nothing.contains("compiles nothing"));
        let variable = told(|row| row.environment = [("A=B".into(), "c".into())].into());
        assert!(variable.contains("environment"));
        for flaw in [
            told(|row| row.image = Some(String::new())),
            told(|row| row.image = Some("debian\nRUN true".to_owned())),
            told(|row| row.image = Some("--platform=other".to_owned())),
        ] {
            assert!(flaw.contains("image"), "{flaw}");
        }
        for flaw in [
            told(|row| row.cpu_time_factor = 0.5),
            told(|row| row.memory_factor = 21.0),
            told(|row| row.memory_factor = f64::NAN),
        ] {
            assert!(flaw.contains("factors"), "{flaw}");
        }
        let harness = CallHarness {
            before: String::new(),
            after: "main()".to_owned(),
        };
        let row = Language {
            call: Some(harness),
            ..Language::python3()
        };
        assert!(row.flaw().unwrap().contains("{function}"));
    }

    #[test]
    fn a_row_of_an_operator_names_an_image_and_leaves_the_rest_to_defaults() {
        let row = Language {
            image: Some("registry.example:5000/lang/node@sha256:0123".to_owned()),
            ..Language::python3()
        };
        assert_eq!(row.flaw(), None);
        assert_eq!((row.cpu_time_factor, row.memory_factor), (1.0, 1.0));
    }

    #[test]
    fn a_row_overrides_the_common_environment() {
        let environment = BTreeMap::from([("TZ".to_owned(), "Asia/Tokyo".to_owned())]);
        let language = Language {
            environment,
            ..Language::python3()
        };
        let all = language.environment();
        assert!(all.contains(&"TZ=Asia/Tokyo".to_owned()) && !all.contains(&"TZ=UTC".to_owned()));
    }
}
