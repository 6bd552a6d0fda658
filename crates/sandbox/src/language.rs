//! How programs of a language are compiled and run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use synthsmith_runner_protocol::paths;

/// A row of the language table. In arguments `{source}` and `{program}` stand for the two files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Added to the environment, which is otherwise the same everywhere.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
}

/// Reads the source as the interpreter would, without running it.
const CHECK_PYTHON: &str = "import sys; compile(open(sys.argv[1], 'rb').read(), 'main.py', 'exec')";

const ENVIRONMENT: [(&str, &str); 5] = [
    ("HOME", paths::SCRATCH_DIR),
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("TZ", "UTC"),
];

impl Language {
    /// The languages that the image has.
    pub fn table() -> BTreeMap<String, Self> {
        BTreeMap::from([
            ("cpp17".to_owned(), Self::cpp17()),
            ("python3".to_owned(), Self::python3()),
        ])
    }

    /// Not isolated mode (`-I`): it would ignore `PYTHONHASHSEED`, and sets would print in another order each time.
    pub fn python3() -> Self {
        Self {
            file_name: "main.py".to_owned(),
            compile: words(&["python3", "-I", "-S", "-B", "-c", CHECK_PYTHON, "{source}"]),
            builds_program: false,
            run: words(&["python3", "-s", "-B", "-X", "utf8", "{source}"]),
            environment: BTreeMap::from([("PYTHONHASHSEED".to_owned(), "0".to_owned())]),
        }
    }

    /// Linked statically: a process then starts in half the time.
    pub fn cpp17() -> Self {
        Self {
            file_name: "main.cpp".to_owned(),
            compile: words(&[
                "g++",
                "-O2",
                "-std=gnu++17",
                "-static",
                "-pipe",
                "-o",
                "{program}",
                "{source}",
            ]),
            builds_program: true,
            run: words(&["{program}"]),
            environment: BTreeMap::new(),
        }
    }

    /// What is wrong with the row, if anything.
    pub fn flaw(&self) -> Option<&'static str> {
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        if self.file_name.is_empty()
            || self.file_name.starts_with('.')
            || !self.file_name.chars().all(plain)
        {
            return Some("needs a plain file name");
        }
        if self.run.is_empty() {
            return Some("needs arguments to run");
        }
        if self.builds_program && self.compile.is_empty() {
            return Some("builds a program but compiles nothing");
        }
        None
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

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
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
        let python = Language::python3();
        assert!(
            Language {
                file_name: "../main.py".to_owned(),
                ..python.clone()
            }
            .flaw()
            .is_some()
        );
        assert!(
            Language {
                run: Vec::new(),
                ..python.clone()
            }
            .flaw()
            .is_some()
        );
        assert!(
            Language {
                compile: Vec::new(),
                builds_program: true,
                ..python
            }
            .flaw()
            .is_some()
        );
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
