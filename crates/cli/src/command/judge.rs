//! `synthsmith judge`: the verdict on a program, test by test.

mod report;
mod suite;
mod table;

use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_verifier::Config;

use super::{Session, program, verifying};
use crate::args::{CheckerArg, JudgeArgs};
use crate::exit::Failure;
use crate::output;
use crate::verifier::Verifier;
use report::Report;
use suite::{Bounds, Test};

pub(super) async fn run(session: &Session, args: &JudgeArgs) -> anyhow::Result<()> {
    let settings: Config = session.settings.section("verifier")?;
    // Of a verifier elsewhere the settings are not known; it refuses by itself what is too much.
    let bounds = match args.program.connect {
        Some(_) => suite::BOUNDS,
        None => bounds(&settings),
    };
    let tests = suite::read(&args.suite, args.task.as_deref(), bounds)?;
    let names: Vec<String> = tests.iter().map(|test| test.name.clone()).collect();
    let request = request(&settings, args, tests)?;
    let language = request
        .program
        .as_ref()
        .map(|program| program.language.clone());
    // A checker program runs beside the candidate, in a container of its own.
    let containers = if matches!(args.checker, Some(CheckerArg::Program(_))) {
        2
    } else {
        1
    };
    let connect = args.program.connect.as_deref();
    let question = async |mut verifier: Verifier| verifier.judge(request).await;
    let answer = verifying::ask(session, connect, containers, question).await?;
    let report = Report::new(language.unwrap_or_default(), names, &answer)?;
    if session.is_json {
        output::print_json(&report)?;
    } else {
        output::print(&output::printable(&table::text(&report)));
    }
    if report.is_accepted() {
        return Ok(());
    }
    Err(Failure::Told.into())
}

fn bounds(settings: &Config) -> Bounds {
    Bounds {
        tests: settings.max_inputs,
        part_bytes: settings.max_input_bytes as u64,
        suite_bytes: settings.max_suite_bytes as u64,
    }
}

fn request(
    settings: &Config,
    args: &JudgeArgs,
    tests: Vec<Test>,
) -> Result<pb::JudgeProgramRequest, Failure> {
    let flags = &args.program;
    let read = |file, language| program::read(file, language, &settings.languages);
    let rule = match &args.checker {
        None => None,
        Some(CheckerArg::Comparison(comparison)) => Some(Rule::Comparison(*comparison as i32)),
        Some(CheckerArg::Tolerance { absolute, relative }) => {
            Some(Rule::Tolerance(pb::FloatTolerance {
                absolute: *absolute,
                relative: *relative,
            }))
        }
        Some(CheckerArg::Program(file)) => Some(Rule::Program(read(file, None)?)),
    };
    let test = |test: Test| synthsmith_proto::corpus::v1::TestCase {
        id: test.name,
        input: test.input,
        expected_output: test.expected_output,
    };
    Ok(pb::JudgeProgramRequest {
        program: Some(read(&flags.file, flags.language.as_deref())?),
        tests: tests.into_iter().map(test).collect(),
        limits: Some(program::limits(flags)),
        checker: rule.map(|rule| pb::Checker { rule: Some(rule) }),
        stop_at_first_failure: args.stop_at_first_failure,
        function: flags.function.clone().unwrap_or_default(),
        ..Default::default()
    })
}
