//! Which process owns a container, and which containers nobody owns any more.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::ListContainersOptionsBuilder;

use super::engine::{Engine, remove};
use crate::Error;
use crate::error::EngineAct;

pub(super) const LABEL: &str = "synthsmith.sandbox";
const OWNER_LABEL: &str = "synthsmith.owner";
const REMOVAL_ROUNDS: u32 = 50;
const BETWEEN_ROUNDS: Duration = Duration::from_millis(100);

/// Identifies a process beyond its life: a process id alone is soon given to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    /// The machine's boot and the process namespace; ids mean nothing outside.
    place: String,
    process: u32,
    started: String,
    /// Tells sandboxes of one process apart.
    sandbox: u32,
}

impl Owner {
    pub(super) fn new_in_this_process() -> Self {
        static NEXT_SANDBOX: AtomicU32 = AtomicU32::new(0);
        let process = std::process::id();
        Self {
            place: place(),
            process,
            started: start_of(process).unwrap_or_default(),
            sandbox: NEXT_SANDBOX.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// A number that differs from owner to owner, also where each is the first process of a container.
    pub(super) fn spread(&self) -> u32 {
        let [a, b, c, d, ..] = *blake3::hash(self.label().as_bytes()).as_bytes();
        u32::from_le_bytes([a, b, c, d])
    }

    pub(super) fn labels(&self) -> HashMap<String, String> {
        HashMap::from([
            (LABEL.to_owned(), "1".to_owned()),
            (OWNER_LABEL.to_owned(), self.label()),
        ])
    }

    fn label(&self) -> String {
        format!(
            "{} {} {} {}",
            self.place, self.process, self.started, self.sandbox
        )
    }

    fn parse(label: &str) -> Option<Self> {
        let mut words = label.split(' ');
        let mut word = || words.next();
        let (place, process, started, sandbox) = (word()?, word()?, word()?, word()?);
        Some(Self {
            place: place.to_owned(),
            process: process.parse().ok()?,
            started: started.to_owned(),
            sandbox: sandbox.parse().ok()?,
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

    /// Removes every container of this sandbox, until the engine knows none: a removal that somebody else began has not
    /// ended yet, and one may fail where the container is just changing.
    pub(super) async fn remove_own(&self) -> Result<(), Error> {
        let mut removed = Ok(());
        for _ in 0..REMOVAL_ROUNDS {
            let own = self.own().await?;
            if own.is_empty() {
                return Ok(());
            }
            removed = Ok(());
            for id in own {
                removed = removed.and(remove(&self.docker, &id).await);
            }
            tokio::time::sleep(BETWEEN_ROUNDS).await;
        }
        removed
    }

    async fn own(&self) -> Result<Vec<String>, Error> {
        let mine = self.owner.labels();
        let mut containers = self.containers().await?;
        containers.retain(|container| {
            let labels = container.labels.as_ref();
            labels.and_then(|labels| labels.get(OWNER_LABEL)) == mine.get(OWNER_LABEL)
        });
        Ok(containers
            .into_iter()
            .filter_map(|container| container.id)
            .collect())
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
    let mut fields = fields.split_whitespace();
    // One that has ended, and that nobody has asked for its end, still has a number.
    let is_living = !matches!(fields.next()?, "Z" | "X");
    fields.nth(18).filter(|_| is_living).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_has_ended_owns_nothing_though_nobody_asked_for_its_end() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        assert!(start_of(child.id()).is_some());
        child.kill().unwrap();
        while start_of(child.id()).is_some() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
    }

    #[test]
    fn a_living_process_is_not_gone() {
        let owner = Owner::new_in_this_process();
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
            sandbox: 0,
        };
        assert!(owner.is_gone("here", |_| None));
        assert!(owner.is_gone("here", |_| Some("101".to_owned())));
        assert!(!owner.is_gone("here", |_| Some("100".to_owned())));
        assert!(!owner.is_gone("elsewhere", |_| None));
    }

    #[test]
    fn ended_containers_of_others_are_orphans_and_running_ones_are_not() {
        let labels = HashMap::from([(OWNER_LABEL.to_owned(), "elsewhere 7 100 0".to_owned())]);
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
