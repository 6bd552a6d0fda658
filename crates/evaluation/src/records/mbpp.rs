//! Records of MBPP: the full set (`text`, `test_setup_code`) and the sanitized one (`prompt`, `test_imports`).
//!
//! No field names the function. It is the one that the reference defines and the tests name; of several the last, which
//! is the one that uses the others.

use synthsmith_corpus::Program;

use super::fields::{FieldFlaw, Fields};
use super::{Bounds, Flaw, cases};
use crate::problem::{CallStyle, EntryPoint, LANGUAGE, Place, TestProgram, Tests};
use crate::python_name::{defined_functions, mentions};
use crate::{Benchmark, Problem};

const TESTS: &str = "test_list";

pub(super) fn problem(fields: &Fields<'_>, bounds: &Bounds) -> Result<Problem, FieldFlaw> {
    let statement = if fields.has("text") {
        fields.text("text")?
    } else {
        fields.text("prompt")?
    };
    let code = fields.text("code")?;
    let tests: Vec<String> = fields.parsed(TESTS, "a list of texts")?;
    cases::check_count(tests.len(), bounds).map_err(|flaw| flaw.of(TESTS))?;
    let name = function(&code, &tests).ok_or_else(|| Flaw::NoTestedFunction.of(TESTS))?;
    let mut steps: Vec<String> = Vec::new();
    if fields.has("test_imports") {
        steps.extend(fields.parsed::<Vec<String>>("test_imports", "a list of texts")?);
    }
    steps.push(fields.text_or_empty("test_setup_code")?);
    steps.retain(|step| !step.trim().is_empty());
    steps.extend(tests);
    Ok(Problem {
        id: fields.id("task_id")?,
        title: name.clone(),
        statement,
        starter_code: String::new(),
        call_style: CallStyle::Function(EntryPoint {
            name,
            place: Place::Module,
        }),
        difficulty: String::new(),
        date: None,
        benchmark: Benchmark::Mbpp,
        platform: String::new(),
        tests: Tests::Program(TestProgram {
            preamble: String::new(),
            steps,
        }),
        references: vec![Program {
            language: LANGUAGE.to_owned(),
            source: code,
        }],
    })
}

fn function(code: &str, tests: &[String]) -> Option<String> {
    let is_tested = |name: &&str| tests.iter().any(|test| mentions(test, name));
    let name = defined_functions(code).filter(is_tested).last()?;
    cases::function_name(name).ok()
}
