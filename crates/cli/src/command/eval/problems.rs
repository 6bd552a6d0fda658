//! The problems that are evaluated.

use std::collections::HashSet;

use synthsmith_evaluation::files::problems;
use synthsmith_evaluation::records::Bounds;
use synthsmith_evaluation::{Benchmark, Problem};

use crate::args::EvalArgs;
use crate::data_set::entries;
use crate::exit::Failure;
use crate::output::say;

/// At least one. Records that cannot be read are told and left out.
pub(super) fn read(args: &EvalArgs) -> anyhow::Result<Vec<Problem>> {
    let benchmark = args.benchmark.as_deref().map(named).transpose()?;
    let known = known_statements(args)?;
    let mut taken = Vec::new();
    let mut broken = 0;
    for problem in problems(&args.problems, benchmark, Bounds::default())? {
        match problem {
            Ok(problem) if is_wanted(args, &known, &problem) => taken.push(problem),
            Ok(_) => {}
            Err(error) => {
                broken += 1;
                say(&format!(
                    "left out: {}",
                    synthsmith_rpc::error::chain(&error)
                ));
            }
        }
        if args.limit.is_some_and(|limit| taken.len() >= limit) {
            break;
        }
    }
    if taken.is_empty() {
        let shown = args.problems.display();
        let text = format!("no problem of {shown} is left to evaluate ({broken} cannot be read)");
        return Err(Failure::Usage(text).into());
    }
    Ok(taken)
}

fn named(name: &str) -> anyhow::Result<Benchmark> {
    let found = Benchmark::named(name);
    Ok(found.ok_or_else(|| Failure::Usage(format!("there is no benchmark {name:?}")))?)
}

fn is_wanted(args: &EvalArgs, known: &HashSet<String>, problem: &Problem) -> bool {
    let in_window = match (args.window, args.older) {
        (Some(window), older) => {
            window.holds(problem) || older.is_some_and(|older| older.holds(problem))
        }
        (None, _) => true,
    };
    in_window && !known.contains(&identity(&problem.statement))
}

/// What two statements have in common that ask the same. Of the teacher's profile for small models it is known whatever
/// the wording; all others have to say it in the same words.
fn identity(statement: &str) -> String {
    let key = synthsmith_teacher::micro::key(statement);
    key.unwrap_or_else(|| statement.trim().to_owned())
}

fn known_statements(args: &EvalArgs) -> anyhow::Result<HashSet<String>> {
    let Some(run) = &args.without else {
        return Ok(HashSet::new());
    };
    let statements = entries(run)?.map(|entry| Ok(identity(&entry?.task.statement)));
    statements.collect()
}
