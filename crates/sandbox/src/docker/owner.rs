//! Which process owns a container, and which containers nobody owns any more.

use std::collections::HashMap;
use std::fs;

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::ListContainersOptionsBuilder;

use super::engine::{Engine, remove};
use crate::Error;
use crate::error::EngineAct;

pub(super) const LABEL: &str = "synthsmith.sandbox";
const OWNER_LABEL: &str = "synthsmith.owner";

/// Identifies a process beyond its life: a process id alone is soon given to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    /// The machine's boot and the process namespace; ids mean nothing outside.
    place: String,
    process: u32,
    started: String,
}

impl Owner {
    pub(super) fn this_process() -> Self {
        let process = std::process::id();
        Self {
            place: place(),
            process,
            started: start_of(process).unwrap_or_default(),
        }
    }

    /// A number that differs from process to process.
    pub(super) fn spread(&self) -> u32 {
        self.process.wrapping_mul(37)
    }

    pub(super) fn labels(&self) -> HashMap<String, String> {
        let owner = format!("{} {} {}", self.place, self.process, self.started);
        HashMap::from([
            (LABEL.to_owned(), "1".to_owned()),
            (OWNER_LABEL.to_owned(), owner),
        ])
    }

    fn parse(label: &str) -> Option<Self> {
        let mut words = label.split(' ');
        let (place, process, started) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            place: place.to_owned(),
            process: process.parse().ok()?,
            started: started.to_owned(),
        })
    }

    /// Whether the process is known to be gone. Of one in another namespace nothing is known.
    fn is_gone(&self, place: &str, start_of: impl Fn(u32) -> Option<String>) -> bool {
        self.place == place && start_of(self.process).as_deref() != Some(self.started.as_str())
    }
}

impl Engine {
    /// Removes containers whose owner is gone. A runner ends by itself when its owner leaves, so containers that have
    /// ended are removed whoever owned them.
    pub(super) async fn remove_orphans(&self) -> Result<(), Error> {
        let mut removed = 0;
        for container in self.containers().await? {
            if let Some(id) = orphan(&container, &place()) {
                remove(&self.docker, &id).await?;
                removed += 1;
            }
        }
        if removed > 0 {
            tracing::info!(removed, "removed containers that nobody owned");
        }
        Ok(())
    }

    /// Removes every container of this process.
    pub(super) async fn remove_own(&self) -> Result<(), Error> {
        let mine = self.owner.labels();
        for container in self.containers().await? {
            let labels = container.labels.unwrap_or_default();
            if let Some(id) = container
                .id
                .filter(|_| labels.get(OWNER_LABEL) == mine.get(OWNER_LABEL))
            {
                remove(&self.docker, &id).await?;
            }
        }
        Ok(())
    }

    async fn containers(&self) -> Result<Vec<ContainerSummary>, Error> {
        let filters = HashMap::from([("label", vec![format!("{LABEL}=1")])]);
        let options = ListContainersOptionsBuilder::default()
            .all(true)
            .filters(&filters)
            .build();
        self.docker
            .list_containers(Some(options))
            .await
            .act("list containers")
    }
}

fn orphan(container: &ContainerSummary, place: &str) -> Option<String> {
    use ContainerSummaryStateEnum::{DEAD, EXITED};
    let id = container.id.clone()?;
    let label = container.labels.as_ref()?.get(OWNER_LABEL)?;
    let has_ended = matches!(container.state, Some(EXITED | DEAD));
    let is_owned = Owner::parse(label).is_some_and(|owner| !owner.is_gone(place, start_of));
    (has_ended || !is_owned).then_some(id)
}

fn place() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}/{}", boot.trim(), namespace.display())
}

/// When a living process began, in ticks since the boot.
fn start_of(process: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may hold anything; fields are counted behind it.
    let fields = stat.rsplit_once(')')?.1;
    fields.split_whitespace().nth(19).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_is_not_gone() {
        let owner = Owner::this_process();
        let label = owner.labels().remove(OWNER_LABEL).unwrap();
        assert_eq!(Owner::parse(&label), Some(owner.clone()));
        assert!(!owner.is_gone(&place(), start_of));
    }

    #[test]
    fn knows_a_reused_process_id_and_leaves_other_machines_alone() {
        let owner = Owner {
            place: "here".to_owned(),
            process: 7,
            started: "100".to_owned(),
        };
        assert!(owner.is_gone("here", |_| None));
        assert!(owner.is_gone("here", |_| Some("101".to_owned())));
        assert!(!owner.is_gone("here", |_| Some("100".to_owned())));
        assert!(!owner.is_gone("elsewhere", |_| None));
    }

    #[test]
    fn ended_containers_of_others_are_orphans_and_running_ones_are_not() {
        let labels = HashMap::from([(OWNER_LABEL.to_owned(), "elsewhere 7 100".to_owned())]);
        let container = |state| ContainerSummary {
            id: Some("c".to_owned()),
            labels: Some(labels.clone()),
            state: Some(state),
            ..ContainerSummary::default()
        };
        assert_eq!(
            orphan(&container(ContainerSummaryStateEnum::RUNNING), "here"),
            None
        );
        assert_eq!(
            orphan(&container(ContainerSummaryStateEnum::EXITED), "here"),
            Some("c".to_owned())
        );
    }
}
