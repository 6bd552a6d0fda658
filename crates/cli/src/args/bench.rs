//! The flags of `bench`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde::Serialize;

#[derive(Debug, ClapArgs)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    pub what: Bench,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Measures how many tests a verifier judges per second of CPU time, against what the same machine
    /// does without any sandbox.
    Verifier(VerifierArgs),
    /// Measures how many tokens the embedded engine trains on and samples per second of CPU time, beside
    /// PyTorch where a Python with torch is named.
    Trainer(TrainerArgs),
    /// Measures one part of that for the process that started this one.
    #[command(hide = true)]
    TrainerPart(TrainerPartArgs),
    /// Serves a verifier for the process that started this one, until standard input ends.
    #[command(hide = true)]
    Serve,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TrainerArgs {
    /// Repetitions, whose median counts.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub repetitions: u32,
    /// A Python with torch, numpy and safetensors, to measure the same work in PyTorch in turns with ours.
    #[arg(long, value_name = "PROGRAM")]
    pub python: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TrainerPartArgs {
    pub part: String,
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: u32,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct VerifierArgs {
    /// Measures every workload at every number of submissions in flight, and gVisor where the engine
    /// has it; takes an hour.
    #[arg(long)]
    pub full: bool,
    /// Measures at this level alone.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Measures this workload alone.
    #[arg(long, value_name = "NAME")]
    pub workload: Option<Workload>,
    /// Repetitions, whose median counts.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub repetitions: u32,
    /// About how long a repetition of a workload takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 1.5, value_parser = seconds)]
    pub seconds: f64,
    /// Submissions of the reward step; 0 leaves it out.
    #[arg(long, value_name = "N", default_value_t = 4_096)]
    pub reward: u32,
    /// The floors' usual bands, by processor; those that are built in are taken where there is no
    /// such file.
    #[arg(long, value_name = "FILE", default_value = "bench/floors/bands.toml")]
    pub bands: PathBuf,
    /// Measures the floors alone, and writes their bands for this processor into that file.
    #[arg(long, conflicts_with_all = ["full", "soak"])]
    pub record_bands: bool,
    /// Judges many small submissions, and says what of the machine they leave in use.
    #[arg(long, conflicts_with = "full")]
    pub soak: bool,
    /// Submissions of the soak.
    #[arg(long, value_name = "N", requires = "soak", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub submissions: u64,
}

/// What lies between a program and the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Level {
    /// Nothing.
    #[value(skip)]
    Floor,
    /// A container of its own.
    Container,
    /// Namespaces of its own in a container that served others before.
    Cell,
    /// A container of its own on a kernel of its own.
    #[value(skip)]
    Gvisor,
}

/// What is judged: a program, on 20 tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Workload {
    PythonSum,
    CppBits,
    CppCstdio,
}

// === impl Level ===

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "FLOOR",
            Self::Container => "CONTAINER",
            Self::Cell => "CELL",
            Self::Gvisor => "GVISOR",
        }
    }
}

impl Workload {
    pub(crate) const ALL: [Self; 3] = [Self::PythonSum, Self::CppBits, Self::CppCstdio];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PythonSum => "python_sum",
            Self::CppBits => "cpp_bits",
            Self::CppCstdio => "cpp_cstdio",
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().map_err(|_| "is no number".to_owned())?;
    if (0.05..=60.0).contains(&seconds) {
        return Ok(seconds);
    }
    Err("must be from 0.05 to 60".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Args, Command};

    fn parse(line: &str) -> Result<VerifierArgs, clap::Error> {
        let words = ["synthsmith", "bench", "verifier"].into_iter();
        let args = Args::try_parse_from(words.chain(line.split_whitespace()))?;
        match args.command {
            Command::Bench(BenchArgs {
                what: Bench::Verifier(args),
            }) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn levels_and_workloads_go_by_the_names_that_the_report_has() {
        let args = parse("--level cell --workload cpp_bits").unwrap();
        assert_eq!(args.level, Some(Level::Cell));
        assert_eq!(args.workload, Some(Workload::CppBits));
        for workload in Workload::ALL {
            let json = serde_json::to_value(workload).unwrap();
            assert_eq!(json, workload.name());
        }
        for level in [Level::Floor, Level::Container, Level::Cell, Level::Gvisor] {
            assert_eq!(serde_json::to_value(level).unwrap(), level.name());
        }
    }

    #[test]
    fn refuses_what_makes_no_measurement() {
        for line in [
            "--level floor",
            "--workload java",
            "--repetitions 0",
            "--seconds 0",
            "--seconds nan",
            "--submissions 5",
            "--soak --full",
            "--soak --submissions 0",
            "--record-bands --full",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert!(parse("--soak --submissions 5 --level container").is_ok());
    }
}
