//! Prints tasks of the profile `micro` as JSON Lines, to measure what they cost and what a model learns from them.
//!
//!     cargo run -p synthsmith-teacher --example micro_tasks -- STYLE FIRST COUNT

use anyhow::Context as _;
use serde_json::json;
use std::env;
use std::io::{self, Write as _};
use synthsmith_teacher::micro;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [style, first, count] = arguments.as_slice() else {
        anyhow::bail!("give a style, the number of the first task, and how many tasks");
    };
    let first: u64 = first
        .parse()
        .context("the number of the first task is no number")?;
    let count: u64 = count.parse().context("the count is no number")?;
    let mut out = io::stdout().lock();
    for number in first..first.saturating_add(count) {
        let task = micro::example(style, number).context("the style is unknown")?;
        let row = json!({
            "key": task.key, "style": style, "statement": task.statement, "solution": task.program, "tests": task.tests,
        });
        writeln!(out, "{row}").context("the output cannot be written")?;
    }
    Ok(())
}
