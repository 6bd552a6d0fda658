//! Records of `LiveCodeBench`: `code_generation` (v1) and `code_generation_lite`.
//!
//! Lists of tests are texts of JSON. The private ones may be packed instead, see `packed`. Whether a function is called
//! is told by `func_name` in `metadata`, as for `lcb_runner`; but tests that say otherwise are refused.

use serde::Deserialize;
use synthsmith_corpus::TestCase;

use super::fields::{FieldFlaw, Fields};
use super::{Bounds, Flaw, cases, packed};
use crate::problem::{CallStyle, EntryPoint, Tests};
use crate::{Benchmark, Problem};

const PUBLIC: &str = "public_test_cases";
const PRIVATE: &str = "private_test_cases";
const METADATA: &str = "metadata";

#[derive(Debug, Deserialize)]
struct Case {
    input: String,
    output: String,
    testtype: String,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    func_name: Option<String>,
}

pub(super) fn problem(fields: &Fields<'_>, bounds: &Bounds) -> Result<Problem, FieldFlaw> {
    let starter_code = fields.text_or_empty("starter_code")?;
    let call_style = match function(fields)? {
        Some(name) => CallStyle::Function(EntryPoint::in_starter_code(name, &starter_code)),
        None => CallStyle::Stdin,
    };
    let read = |name: &str| {
        let tests = tests(fields, name, bounds)?;
        checked(tests, &call_style).map_err(|flaw| flaw.of(name))
    };
    let (public, private) = (read(PUBLIC)?, read(PRIVATE)?);
    cases::check_count(public.len() + private.len(), bounds).map_err(|flaw| flaw.of(PRIVATE))?;
    Ok(Problem {
        id: fields.id("question_id")?,
        title: fields.text_or_empty("question_title")?,
        statement: fields.text("question_content")?,
        starter_code,
        call_style,
        difficulty: fields.text_or_empty("difficulty")?,
        date: date(fields)?,
        benchmark: Benchmark::LiveCodeBench,
        platform: fields.text_or_empty("platform")?,
        tests: Tests::Cases { public, private },
        references: Vec::new(),
    })
}

fn date(fields: &Fields<'_>) -> Result<Option<jiff::civil::DateTime>, FieldFlaw> {
    const NAME: &str = "contest_date";
    let found = fields.text_or_empty(NAME)?;
    if found.is_empty() {
        return Ok(None);
    }
    match found.parse() {
        Ok(date) => Ok(Some(date)),
        Err(_) => Err(Flaw::Date {
            found: found.chars().take(40).collect(),
        }
        .of(NAME)),
    }
}

fn function(fields: &Fields<'_>) -> Result<Option<String>, FieldFlaw> {
    if !fields.has(METADATA) {
        return Ok(None);
    }
    let text = fields.json_text(METADATA)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let metadata: Metadata =
        serde_json::from_str(&text).map_err(|error| Flaw::Json(error).of(METADATA))?;
    let name = metadata.func_name.map(|name| cases::function_name(&name));
    name.transpose().map_err(|flaw| flaw.of(METADATA))
}

fn tests(fields: &Fields<'_>, name: &str, bounds: &Bounds) -> Result<Vec<Case>, FieldFlaw> {
    if !fields.has(name) {
        return Err(Flaw::Missing.of(name));
    }
    let mut text = fields.json_text(name)?;
    // The first byte tells: no text in Base64 begins with a bracket.
    if name == PRIVATE && !text.trim_start().starts_with(['[', '{', '"']) {
        text = packed::json(&text, bounds.unpacked_bytes).map_err(|flaw| flaw.of(name))?;
    }
    serde_json::from_str(&text).map_err(|error| Flaw::Json(error).of(name))
}

fn checked(tests: Vec<Case>, call_style: &CallStyle) -> Result<Vec<TestCase>, Flaw> {
    let mut checked = Vec::with_capacity(tests.len());
    for (index, test) in tests.into_iter().enumerate() {
        match (test.testtype.as_str(), call_style) {
            ("stdin", CallStyle::Stdin) => {}
            ("functional", CallStyle::Function(_)) => {
                cases::check_call(index, &test.input, &test.output)?;
            }
            ("functional", CallStyle::Stdin) => return Err(Flaw::NoFunction),
            ("stdin", CallStyle::Function(entry_point)) => {
                let name = entry_point.name.clone();
                return Err(Flaw::NotACall { name, test: index });
            }
            (other, _) => {
                let found = other.chars().take(40).collect();
                return Err(Flaw::TestType { test: index, found });
            }
        }
        checked.push(cases::case(test.input, test.output));
    }
    Ok(checked)
}
