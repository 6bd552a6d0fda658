//! `synthsmith up`: all services, until Ctrl-C.

use std::collections::BTreeMap;

use synthsmith_daemon::Shutdown;

use super::Session;
use crate::args::UpArgs;
use crate::cluster::{self, Plan};
use crate::output;

pub(super) async fn run(session: &Session, args: &UpArgs) -> anyhow::Result<()> {
    let plan = Plan {
        state: args.state.clone(),
        is_public: true,
        with_teacher: !args.no_teacher && cluster::wants_teacher(&session.settings)?,
    };
    let mut signals = Shutdown::listen()?;
    let mut cluster = cluster::start(&session.settings, &plan, &session.telemetry).await?;
    announce(session, &cluster.addresses())?;
    let broke_down = tokio::select! {
        error = cluster.broke_down() => Some(error),
        () = signals.received() => None,
    };
    output::say("draining; a second Ctrl-C ends at once");
    signals.then_exit();
    cluster.stop().await;
    broke_down.map_or(Ok(()), Err)
}

fn announce(session: &Session, addresses: &[(&'static str, String)]) -> anyhow::Result<()> {
    if session.is_json {
        let table: BTreeMap<_, _> = addresses.iter().cloned().collect();
        return output::print_json(&table);
    }
    for (name, address) in addresses {
        output::print(&format!("{name:<16} {address}"));
    }
    output::say("all services are up; Ctrl-C ends them");
    Ok(())
}
