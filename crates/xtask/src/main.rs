//! `cargo xtask check`: decides whether the repository keeps the rules that no other tool knows.
//!
//! `deps` reads what `cargo metadata` says and compares it with the table of layers; `tidy` reads the
//! repository's text; `errors-doc` compares the page on errors with the sources. Each finding is one
//! line, `path:line: sentence`. Nothing is ever changed.

mod deps;

mod tidy;

mod errors_doc;

mod rust_source;

mod tree;

mod finding;

use std::process::ExitCode;

use anyhow::bail;
use finding::Finding;

fn main() -> anyhow::Result<ExitCode> {
    let workspace = deps::Workspace::load()?;
    let mut findings = match std::env::args().nth(1).as_deref() {
        Some("check") => [
            deps::check(&workspace)?,
            tidy::check(&workspace.root)?,
            errors_doc::check(&workspace.root)?,
        ]
        .concat(),
        Some("deps") => deps::check(&workspace)?,
        Some("tidy") => tidy::check(&workspace.root)?,
        Some("errors-doc") => errors_doc::check(&workspace.root)?,
        _ => bail!("usage: cargo xtask check|deps|tidy|errors-doc"),
    };
    findings.sort();
    Ok(report(&findings))
}

#[expect(
    clippy::print_stdout,
    reason = "the findings are this program's output"
)]
fn report(findings: &[Finding]) -> ExitCode {
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => ExitCode::SUCCESS,
        count => {
            println!("findings: {count}");
            ExitCode::FAILURE
        }
    }
}
