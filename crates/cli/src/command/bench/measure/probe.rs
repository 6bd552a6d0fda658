//! Which levels the verifier has.

use crate::args::{Level, Workload};
use crate::command::bench::load::{Batch, Load};
use crate::command::bench::report::LeftOut;
use crate::command::bench::workload::Cache;
use crate::output::say;

/// Those of the wanted levels that the verifier judges at, and why it does not at the others.
pub(super) async fn levels(
    load: &Load,
    wanted: &[Level],
) -> anyhow::Result<(Vec<Level>, Vec<LeftOut>)> {
    let (mut levels, mut left_out) = (Vec::new(), Vec::new());
    for level in wanted.iter().copied() {
        let batch = Batch {
            level,
            workload: Workload::PythonSum,
            cache: Cache::Cold,
            submissions: 1,
            in_flight: 1,
            suite_digest: None,
        };
        match load.refusal(&batch).await? {
            None => levels.push(level),
            Some(status) => {
                let reason = status.message().to_owned();
                say(&format!("{} is left out: {reason}", level.name()));
                left_out.push(LeftOut {
                    what: level.name().to_owned(),
                    reason,
                });
            }
        }
    }
    Ok((levels, left_out))
}
