//! `synthsmith doctor`: what this machine lacks, and the command that fixes it.

mod containment;
mod endpoint;
mod finding;
mod machine;

use super::Session;
use crate::args::DoctorArgs;
use crate::exit::Failure;
use crate::output;

pub(super) async fn run(session: &Session, args: &DoctorArgs) -> anyhow::Result<()> {
    let verifier = session.settings.section("verifier")?;
    let mut findings = vec![machine::platform(), machine::memory()];
    findings.extend(containment::findings(&verifier, args.build).await);
    if let Some(url) = &args.endpoint {
        findings.push(endpoint::finding(url, args).await);
    }
    if session.is_json {
        output::print_json(&findings)?;
    } else {
        for finding in &findings {
            output::print(&output::printable(&finding.line()));
        }
    }
    let lacking = findings.iter().filter(|finding| !finding.is_fine).count();
    if lacking > 0 {
        let text = format!("{lacking} of {} things need attention", findings.len());
        return Err(Failure::Machine(text).into());
    }
    Ok(())
}
