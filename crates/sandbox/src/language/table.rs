//! The languages that the sandbox's own image has.

use std::collections::BTreeMap;

use super::{CallHarness, Language};

/// Reads the source as the interpreter would, without running it.
const CHECK_PYTHON: &str = "import sys; compile(open(sys.argv[1], 'rb').read(), 'main.py', 'exec')";

impl Language {
    /// The languages that the image has.
    pub fn table() -> BTreeMap<String, Self> {
        let rows = [
            ("c17", Self::c17()),
            ("cpp17", Self::cpp17()),
            ("cpp20", Self::cpp20()),
            ("pypy3", Self::pypy3()),
            ("python3", Self::python3()),
        ];
        rows.map(|(name, row)| (name.to_owned(), row)).into()
    }

    pub fn c17() -> Self {
        compiled("main.c", &["gcc", "-O2", "-std=gnu17"], &["-lm"])
    }

    pub fn cpp17() -> Self {
        cpp("-std=gnu++17")
    }

    pub fn cpp20() -> Self {
        cpp("-std=gnu++20")
    }

    pub fn python3() -> Self {
        Self {
            zygote: true,
            ..python("python3")
        }
    }

    pub fn pypy3() -> Self {
        python("pypy3")
    }
}

fn cpp(standard: &str) -> Language {
    Language {
        call: Some(CallHarness::cpp()),
        ..compiled("main.cpp", &["g++", "-O2", standard], &[])
    }
}

/// Linked statically: a process then starts in half the time. Without what is not used, since what is built travels.
fn compiled(file_name: &str, compiler: &[&str], libraries: &[&str]) -> Language {
    let link = ["-static", "-s", "-Wl,--gc-sections"];
    let output = ["-pipe", "-o", "{program}", "{source}"];
    Language {
        compile: words(&[compiler, &link, &output, libraries].concat()),
        builds_program: true,
        ..row(file_name, &["{program}"])
    }
}

/// Not isolated mode (`-I`): it would ignore `PYTHONHASHSEED`, and sets would print in another order each time.
fn python(interpreter: &str) -> Language {
    let check = [
        interpreter,
        "-I",
        "-S",
        "-B",
        "-c",
        CHECK_PYTHON,
        "{source}",
    ];
    Language {
        compile: words(&check),
        environment: BTreeMap::from([("PYTHONHASHSEED".to_owned(), "0".to_owned())]),
        call: Some(CallHarness::python()),
        ..row(
            "main.py",
            &[interpreter, "-s", "-B", "-X", "utf8", "{source}"],
        )
    }
}

fn row(file_name: &str, run: &[&str]) -> Language {
    Language {
        file_name: file_name.to_owned(),
        compile: Vec::new(),
        builds_program: false,
        run: words(run),
        zygote: false,
        environment: BTreeMap::new(),
        image: None,
        cpu_time_factor: 1.0,
        memory_factor: 1.0,
        call: None,
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}
