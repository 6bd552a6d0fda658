//! What an evaluation leaves: the report and the ledger.

use std::fs;
use std::path::Path;

use synthsmith_evaluation::Problem;
use synthsmith_evaluation::ledger::Ledger;
use synthsmith_evaluation::report::{Report, report};
use synthsmith_evaluation::settings::Settings;

use crate::backend::Failure;
use crate::making::Making;
use crate::spec::EvaluationSpec;

/// The ledger's name, in the job's folder and among what it made.
pub(super) const LEDGER: &str = "ledger.jsonl";

pub(super) fn of(
    spec: &EvaluationSpec,
    settings: &Settings,
    problems: &[Problem],
    ledger: &Ledger,
) -> Report {
    let attempts: Vec<_> = problems.iter().map(|it| ledger.attempts(it)).collect();
    report(settings, &attempts, &spec.choices())
}

/// Puts both into the folder of what is made. The ledger lies beside that folder.
pub(super) fn write(report: &Report, made: &Path) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(report).expect("reports have text keys only");
    let written = Making::begin(made).and_then(|making| {
        fs::write(making.folder().join("report.json"), text)?;
        fs::copy(made.with_file_name(LEDGER), making.folder().join(LEDGER))?;
        making.finish()
    });
    written.map_err(|error| Failure::mendable(&error))
}
