//! Records of `HumanEval`, and of sets in its form such as `HumanEval+`.
//!
//! `prompt` is the beginning of a module that ends in the function to complete, and valid code, since a text that
//! documents the function is its body. `test` defines `check`, which is called with the function.

use synthsmith_corpus::Program;

use super::fields::{FieldFlaw, Fields};
use super::{Flaw, cases};
use crate::problem::{CallStyle, EntryPoint, LANGUAGE, Place, TestProgram, Tests};
use crate::{Benchmark, Problem};

const ENTRY_POINT: &str = "entry_point";

pub(super) fn problem(fields: &Fields<'_>) -> Result<Problem, FieldFlaw> {
    let prompt = fields.text("prompt")?;
    let name =
        cases::function_name(&fields.text(ENTRY_POINT)?).map_err(|flaw| flaw.of(ENTRY_POINT))?;
    let test = fields.text("test")?;
    if test.trim().is_empty() {
        return Err(Flaw::NoTests.of("test"));
    }
    let completion = fields.text_or_empty("canonical_solution")?;
    let references = if completion.trim().is_empty() {
        Vec::new()
    } else {
        vec![Program {
            language: LANGUAGE.to_owned(),
            source: format!("{prompt}{completion}"),
        }]
    };
    let call = format!("check({name})");
    Ok(Problem {
        id: fields.id("task_id")?,
        title: name.clone(),
        statement: String::new(),
        starter_code: prompt.clone(),
        call_style: CallStyle::Function(EntryPoint {
            name,
            place: Place::Module,
        }),
        difficulty: String::new(),
        date: None,
        benchmark: Benchmark::HumanEval,
        platform: String::new(),
        tests: Tests::Program(TestProgram {
            preamble: prompt,
            steps: vec![test, call],
        }),
        references,
    })
}
