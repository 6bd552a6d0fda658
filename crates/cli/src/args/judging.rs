//! The flags of `judge` and `exec`.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args as ClapArgs;
use synthsmith_proto::verifier::v1::Comparison;

/// The names that `--checker` knows.
const COMPARISONS: [(&str, Comparison); 5] = [
    ("exact", Comparison::Exact),
    ("lines", Comparison::Lines),
    ("tokens", Comparison::Tokens),
    ("unordered-lines", Comparison::UnorderedLines),
    ("json", Comparison::Json),
];
const MIB: u64 = 1 << 20;
const MAX_SECONDS: f64 = 86_400.0;

/// A program, the conditions it runs under, and who runs it.
#[derive(Debug, ClapArgs)]
pub(crate) struct ProgramArgs {
    /// The program.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Its language, a row of the verifier's table, for example `cpp20` or `pypy3`; without it the
    /// extension tells: .py is python3, .cpp, .cc and .cxx are cpp17, .c is c17.
    #[arg(long, value_name = "NAME")]
    pub language: Option<String>,
    /// CPU time of each run [default: the verifier's, 2].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub cpu: Option<Duration>,
    /// Wall-clock time of each run [default: three times the CPU time and 1].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub wall: Option<Duration>,
    /// Memory of each run [default: the verifier's, 512].
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=MIB))]
    pub memory: Option<u64>,
    /// Calls this function of the program, whose arguments are the lines of the input, one JSON value
    /// each; its result is printed as JSON.
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
    /// Uses the verifier there instead of starting one, for example `http://127.0.0.1:7106`.
    #[arg(long, value_name = "URL")]
    pub connect: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JudgeArgs {
    #[command(flatten)]
    pub program: ProgramArgs,
    /// The tests: a folder of NAME.in with NAME.out or NAME.ans, or a file of JSON objects with
    /// `input`, `output` and, if you like, `id`, one per line or in an array; a run's
    /// data/tests.jsonl is one.
    #[arg(value_name = "SUITE")]
    pub suite: PathBuf,
    /// Takes the tests of this task alone, from a file that holds those of several.
    #[arg(long, value_name = "ID")]
    pub task: Option<String>,
    /// How outputs are judged: `exact`, `lines`, `tokens`, `unordered-lines`, `json`,
    /// `float:ABS[,REL]`, or the file of a checker program [default: lines; json with --function].
    #[arg(long, value_name = "CHECKER")]
    pub checker: Option<CheckerArg>,
    /// Skips the tests after the first one that is not accepted.
    #[arg(long)]
    pub stop_at_first_failure: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExecArgs {
    #[command(flatten)]
    pub program: ProgramArgs,
    /// What the program reads; `-`, or nothing where there is a pipe, takes this command's own
    /// standard input.
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// What `--checker` names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CheckerArg {
    Comparison(Comparison),
    Tolerance { absolute: f64, relative: f64 },
    Program(PathBuf),
}

// === impl CheckerArg ===

impl FromStr for CheckerArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, comparison)) = COMPARISONS.iter().find(|(name, _)| *name == text) {
            return Ok(Self::Comparison(*comparison));
        }
        if let Some(bounds) = text.strip_prefix("float:") {
            return tolerance(bounds);
        }
        let path = PathBuf::from(text);
        // A word that is no file's name is more likely mistyped.
        if path.extension().is_none() && !text.contains('/') {
            let names = COMPARISONS.map(|(name, _)| name).join(", ");
            return Err(format!(
                "the checkers are {names}, float:ABS[,REL] and the file of a program"
            ));
        }
        Ok(Self::Program(path))
    }
}

fn tolerance(bounds: &str) -> Result<CheckerArg, String> {
    let (absolute, relative) = bounds.split_once(',').unwrap_or((bounds, "0"));
    let share = |text: &str| {
        let number = text.trim().parse::<f64>().ok();
        number
            .filter(|number| (0.0..=1.0).contains(number))
            .ok_or_else(|| format!("'{text}' is not a number from 0 to 1"))
    };
    Ok(CheckerArg::Tolerance {
        absolute: share(absolute)?,
        relative: share(relative)?,
    })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse::<f64>().ok();
    number
        .filter(|seconds| *seconds > 0.0 && *seconds <= MAX_SECONDS)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| format!("must be more than 0 and at most {MAX_SECONDS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checker_is_a_name_a_tolerance_or_a_file() {
        let tolerance = |absolute, relative| CheckerArg::Tolerance { absolute, relative };
        let table = [
            ("tokens", CheckerArg::Comparison(Comparison::Tokens)),
            (
                "unordered-lines",
                CheckerArg::Comparison(Comparison::UnorderedLines),
            ),
            ("float:1e-6", tolerance(1e-6, 0.0)),
            ("float:0,1e-9", tolerance(0.0, 1e-9)),
            ("check.cpp", CheckerArg::Program("check.cpp".into())),
            ("./tokens", CheckerArg::Program("./tokens".into())),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_a_checker_that_is_mistyped_or_out_of_range() {
        for text in [
            "token",
            "",
            "float:",
            "float:x",
            "float:-1",
            "float:nan",
            "float:2",
            "float:0,inf",
        ] {
            assert!(text.parse::<CheckerArg>().is_err(), "{text}");
        }
    }

    #[test]
    fn refuses_times_that_are_none() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "nan", "inf", "1e300", "1e-300", "2 s", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
