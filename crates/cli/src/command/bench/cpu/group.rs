//! A control group of its own for service and engine, for as long as is measured.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::origin;

/// The beginning of the names of our groups; the process id follows.
const NAME: &str = "synthsmith-bench-";
/// Processes that are started while others are moved are moved in another round.
const ROUNDS: usize = 20;

/// Service and engine are in it; when it is dropped they are where they were.
///
/// What they start is born in it. Containers are moved out by the runtime, into a group below one that is known.
#[derive(Debug)]
pub(in crate::command::bench) struct Group {
    path: PathBuf,
    hierarchy: PathBuf,
    /// Of all containers.
    containers: PathBuf,
    /// Where the processes came from, below the hierarchy.
    origins: BTreeMap<u32, PathBuf>,
}

// === impl Group ===

impl Group {
    /// Moves the service, and all processes of the engine; `inner` is a process in a container.
    pub(super) fn gather(service: u32, inner: u32) -> anyhow::Result<Self> {
        let hierarchy = origin::hierarchy()
            .context("this machine has no cpuacct hierarchy (control groups, version 1)")?;
        let of_container = origin::of(inner).context("the container is in no group")?;
        let parent = origin::parent(&of_container)
            .context("the containers' groups have no parent of their own")?;
        let path = hierarchy.join(format!("{NAME}{}", std::process::id()));
        sweep(&hierarchy);
        fs::create_dir(&path).context("no control group can be made (root may)")?;
        let mut group = Self {
            containers: hierarchy.join(parent),
            path,
            hierarchy,
            origins: BTreeMap::new(),
        };
        let service_origin = origin::of(service).context("the verifier is in no group")?;
        group.take(service, service_origin)?;
        for _ in 0..ROUNDS {
            let missing = group.missing();
            if missing.is_empty() {
                break;
            }
            for (id, origin) in missing {
                // One that has ended meanwhile needs no counting.
                let _ = group.take(id, origin);
            }
        }
        if group.origins.len() < 2 {
            anyhow::bail!("the engine's processes cannot be seen from here");
        }
        Ok(group)
    }

    fn missing(&self) -> BTreeMap<u32, PathBuf> {
        let mut engine = origin::engine_processes();
        engine.retain(|_, origin| self.hierarchy.join(origin) != self.path);
        engine
    }

    fn take(&mut self, process_id: u32, origin: PathBuf) -> anyhow::Result<()> {
        enter(&self.path, process_id).context("a process cannot be moved (root may)")?;
        self.origins.insert(process_id, origin);
        Ok(())
    }

    /// By service, engine and containers together; groups that were removed stay counted in those above them.
    pub(super) fn spent(&self) -> anyhow::Result<Duration> {
        let own = usage(&self.path)?;
        Ok(own + usage(&self.containers)?)
    }

    /// Moves all back; what was started meanwhile goes to where the engine was.
    fn release(&self) {
        let engine = self.origins.values().next_back();
        let fallback = engine.cloned().unwrap_or_default();
        for id in members(&self.path) {
            let origin = self.origins.get(&id).unwrap_or(&fallback);
            if enter(&self.hierarchy.join(origin), id).is_err() {
                // Its group may be gone; nowhere is it missed more than in the root.
                let _ = enter(&self.hierarchy, id);
            }
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for _ in 0..ROUNDS {
            self.release();
            if fs::remove_dir(&self.path).is_ok() {
                return;
            }
        }
        tracing::warn!(path = %self.path.display(), "a control group stays behind");
    }
}

/// Gives back what a process that was killed had gathered.
fn sweep(hierarchy: &Path) {
    for entry in fs::read_dir(hierarchy).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(NAME));
        if owner.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            for id in members(&entry.path()) {
                let _ = enter(hierarchy, id);
            }
            let _ = fs::remove_dir(entry.path());
        }
    }
}

fn members(group: &Path) -> Vec<u32> {
    let listed = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    listed.lines().filter_map(|id| id.parse().ok()).collect()
}

fn enter(group: &Path, process_id: u32) -> io::Result<()> {
    fs::write(group.join("cgroup.procs"), process_id.to_string())
}

fn usage(group: &Path) -> anyhow::Result<Duration> {
    let file = group.join("cpuacct.usage");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()));
    Ok(Duration::from_nanos(text?.trim().parse()?))
}
