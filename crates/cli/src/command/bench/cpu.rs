//! How much CPU time is spent: by service, engine and containers, or else by the whole machine.

mod group;
mod machine;
mod origin;

use std::time::Duration;

use super::engine::Engine;
use super::service::Service;
use group::Group;

/// What counts.
#[derive(Debug)]
pub(super) enum Counter {
    /// Service, engine and containers, each with all that they start.
    Tree(Group),
    /// Everything that runs on this machine, this command included, and why no less.
    Machine { reason: String },
}

// === impl Counter ===

impl Counter {
    /// Begins to count. Where the tree cannot be told from the rest, the rest is counted too.
    pub(super) async fn open(engine: &Engine, service: &Service) -> anyhow::Result<Self> {
        let containers = engine.containers_of(service.id()).await?;
        let Some((container, _)) = containers.first() else {
            let reason = "the verifier keeps no container".to_owned();
            return Ok(Self::Machine { reason });
        };
        let inner = engine.first_process(container).await?;
        Ok(match Group::gather(service.id(), inner) {
            Ok(group) => Self::Tree(group),
            Err(error) => Self::Machine {
                reason: format!("{error:#}"),
            },
        })
    }

    /// As the report has it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Tree(_) => "tree",
            Self::Machine { .. } => "machine",
        }
    }

    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::Tree(_) => None,
            Self::Machine { reason } => Some(reason),
        }
    }

    /// All that was spent so far; differences count.
    pub(super) fn spent(&self) -> anyhow::Result<Duration> {
        match self {
            Self::Tree(group) => group.spent(),
            Self::Machine { .. } => machine::busy(),
        }
    }
}
