//! `synthsmith exec`: what a program does on one input.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use synthsmith_proto::verifier::v1 as pb;

use super::{Session, program, verifying};
use crate::args::ExecArgs;
use crate::exit::Failure;
use crate::output::{self, say};
use crate::ran::{Compiled, Ran};
use crate::reading;
use crate::verifier::{Execution, Verifier};

/// The most that a verifier takes, and the most that it gives back.
const MAX_INPUT_BYTES: u64 = 64 << 20;
const MAX_OUTPUT_BYTES: i64 = 16 << 20;

pub(super) async fn run(session: &Session, args: &ExecArgs) -> anyhow::Result<()> {
    let flags = &args.program;
    let verifier: synthsmith_verifier::Config = session.settings.section("verifier")?;
    let program = program::read(&flags.file, flags.language.as_deref(), &verifier.languages)?;
    let request = pb::ExecuteProgramRequest {
        program: Some(program),
        inputs: vec![input(args.input.as_deref())?],
        limits: Some(program::limits(flags)),
        returned_output_bytes: MAX_OUTPUT_BYTES,
        stop_after_timeouts: 0,
        function: flags.function.clone().unwrap_or_default(),
        ..Default::default()
    };
    let question = async |mut verifier: Verifier| verifier.execute(request).await;
    let execution = verifying::ask(session, flags.connect.as_deref(), 1, question).await?;
    let ended_well = if session.is_json {
        let value = value(&execution);
        output::print_json(&value)?;
        value["status"] == "ok"
    } else {
        show(&execution)
    };
    if ended_well {
        return Ok(());
    }
    Err(Failure::Told.into())
}

/// What the program is to read; a terminal is not waited for unless asked.
fn input(named: Option<&Path>) -> Result<Vec<u8>, Failure> {
    match named {
        Some(file) if file != Path::new("-") => reading::file(file, MAX_INPUT_BYTES),
        None if io::stdin().is_terminal() => Ok(Vec::new()),
        _ => reading::standard_input(MAX_INPUT_BYTES),
    }
}

/// Shows the output alone on standard output, and whether all went well.
fn show(execution: &Execution) -> bool {
    let Some(outcome) = &execution.outcome else {
        let compiled = Compiled::from(&execution.compilation);
        say(compiled.messages.trim_end());
        say("the program does not compile");
        return false;
    };
    output::print_bytes(&outcome.output);
    let ran = Ran::from(outcome);
    if !ran.stderr.is_empty() {
        say(ran.stderr.trim_end());
    }
    if outcome.output_size_bytes > outcome.output.len() as i64 {
        say(&format!(
            "the first {} of {} bytes of output are shown",
            outcome.output.len(),
            outcome.output_size_bytes
        ));
    }
    say(&format!(
        "{}; {:.0} ms of CPU, {:.0} ms in all, {:.1} MiB",
        ending(&ran),
        ran.cpu_ms,
        ran.wall_ms,
        ran.peak_mib()
    ));
    ran.status == "ok"
}

fn ending(ran: &Ran) -> String {
    let status = ran.status.replace('_', " ");
    if ran.status == "runtime_error" {
        return format!("{status}, {}", ran.ending());
    }
    status
}

/// An output that is no text is given in Base64.
fn value(execution: &Execution) -> Value {
    let compilation = json!(Compiled::from(&execution.compilation));
    let Some(outcome) = &execution.outcome else {
        return json!({"status": "compile_error", "compilation": compilation});
    };
    let mut value = json!(Ran::from(outcome));
    match str::from_utf8(&outcome.output) {
        Ok(output) => value["output"] = output.into(),
        Err(_) => value["output_base64"] = STANDARD.encode(&outcome.output).into(),
    }
    value["compilation"] = compilation;
    value
}

#[cfg(test)]
mod tests {
    use synthsmith_proto::corpus::v1::{Compilation, Outcome, OutcomeStatus};

    use super::*;

    fn printed(output: &[u8]) -> Execution {
        Execution {
            compilation: Compilation {
                succeeded: true,
                ..Default::default()
            },
            outcome: Some(Outcome {
                status: OutcomeStatus::Ok as i32,
                output: output.into(),
                ..Default::default()
            }),
        }
    }

    #[test]
    fn json_tells_text_as_text_and_bytes_as_base64() {
        assert_eq!(value(&printed(b"a\n"))["output"], "a\n");
        let bytes = value(&printed(b"\xff"));
        assert_eq!(bytes["output_base64"], "/w==");
        assert_eq!(
            (bytes.get("output"), &bytes["status"]),
            (None, &json!("ok"))
        );
    }

    #[test]
    fn a_program_that_does_not_compile_has_a_status_too() {
        let value = value(&Execution::default());
        assert_eq!(value["status"], "compile_error");
        assert_eq!(value["compilation"]["succeeded"], false);
    }
}
