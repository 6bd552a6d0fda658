//! Records of APPS, and of TACO and others in its form.
//!
//! `input_output` is a text of JSON: inputs and outputs side by side, and `fn_name` where a function is called. They mean
//! what they mean to our client for Python, see `calls`.

mod calls;

use serde::Deserialize;
use serde_json::value::RawValue;
use synthsmith_corpus::{Program, TestCase};

use super::fields::{FieldFlaw, Fields};
use super::{Bounds, Flaw, cases};
use crate::problem::{CallStyle, EntryPoint, LANGUAGE, Tests};
use crate::{Benchmark, Problem};

const TESTS: &str = "input_output";
const SOLUTIONS: &str = "solutions";

#[derive(Debug, Deserialize)]
struct InputOutput {
    inputs: Vec<Box<RawValue>>,
    outputs: Vec<Box<RawValue>>,
    fn_name: Option<String>,
}

/// `index` is the record's position in its file, which is its id where it has none.
pub(super) fn problem(
    fields: &Fields<'_>,
    index: u64,
    bounds: &Bounds,
) -> Result<Problem, FieldFlaw> {
    let starter_code = fields.text_or_empty("starter_code")?;
    let read = input_output(fields)?;
    let function = read.fn_name.as_deref().filter(|name| !name.is_empty());
    let function = function.map(cases::function_name).transpose();
    let function = function.map_err(|flaw| flaw.of(TESTS))?;
    let private = tests(&read, function.is_some(), bounds).map_err(|flaw| flaw.of(TESTS))?;
    let call_style = match function {
        Some(name) => CallStyle::Function(EntryPoint::in_starter_code(name, &starter_code)),
        None => CallStyle::Stdin,
    };
    Ok(Problem {
        id: id(fields, index)?,
        title: fields.text_or_empty("name")?,
        statement: fields.text("question")?,
        starter_code,
        call_style,
        difficulty: fields.text_or_empty("difficulty")?,
        date: None,
        benchmark: Benchmark::Apps,
        platform: platform(fields)?,
        tests: Tests::Cases {
            public: Vec::new(),
            private,
        },
        references: references(fields)?,
    })
}

fn id(fields: &Fields<'_>, index: u64) -> Result<String, FieldFlaw> {
    for name in ["problem_id", "id"] {
        if fields.has(name) {
            return fields.id(name);
        }
    }
    Ok(index.to_string())
}

/// TACO says it; of APPS it is the name in the address.
fn platform(fields: &Fields<'_>) -> Result<String, FieldFlaw> {
    if fields.has("source") {
        return fields.text("source");
    }
    let url = fields.text_or_empty("url")?;
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut labels = host.rsplit('.').skip(1);
    Ok(labels.next().unwrap_or_default().to_owned())
}

fn input_output(fields: &Fields<'_>) -> Result<InputOutput, FieldFlaw> {
    let text = fields.json_text(TESTS)?;
    if text.trim().is_empty() {
        return Err(Flaw::NoTests.of(TESTS));
    }
    serde_json::from_str(&text).map_err(|error| Flaw::Json(error).of(TESTS))
}

fn tests(read: &InputOutput, is_call: bool, bounds: &Bounds) -> Result<Vec<TestCase>, Flaw> {
    let (inputs, outputs) = (read.inputs.len(), read.outputs.len());
    if inputs != outputs {
        return Err(Flaw::LengthsDiffer { inputs, outputs });
    }
    cases::check_count(inputs, bounds)?;
    let pairs = read.inputs.iter().zip(&read.outputs).enumerate();
    pairs
        .map(|(test, (input, output))| {
            if is_call {
                calls::call(test, input, output)
            } else {
                let input = calls::text(test, "input", input)?;
                Ok(cases::case(input, calls::text(test, "output", output)?))
            }
        })
        .collect()
}

/// A list of programs, itself a text of JSON; none where there is none.
fn references(fields: &Fields<'_>) -> Result<Vec<Program>, FieldFlaw> {
    if !fields.has(SOLUTIONS) {
        return Ok(Vec::new());
    }
    let text = fields.json_text(SOLUTIONS)?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let sources: Vec<String> =
        serde_json::from_str(&text).map_err(|error| Flaw::Json(error).of(SOLUTIONS))?;
    let program = |source| Program {
        language: LANGUAGE.to_owned(),
        source,
    };
    Ok(sources.into_iter().map(program).collect())
}
