//! What a sandbox container is: everything it may not do.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigCgroupnsModeEnum, HostConfigLogConfig,
    ResourcesUlimits,
};

use super::owner::Owner;
use crate::{Config, Facts};

/// Memory on top of the program's limit, for the runner and for what the kernel keeps on behalf of the container.
pub(super) const ALLOWANCE_BYTES: u64 = 16 << 20;
/// Processes on top of what the program may have: the runner and a margin for those that are just ending.
const SPARE_PROCESSES: i64 = 16;
const ONE_CORE: i64 = 1_000_000_000;

/// What all containers of a pool have in common.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    image: String,
    pub(super) memory_bytes: u64,
    processes: u32,
    runtime: String,
    has_unified_cgroups: bool,
}

impl Spec {
    pub(super) fn new(image: String, config: &Config, facts: &Facts) -> Self {
        Self {
            image,
            memory_bytes: config.default_memory_bytes + ALLOWANCE_BYTES,
            processes: config.max_processes,
            runtime: config.runtime.clone(),
            has_unified_cgroups: facts.cgroup_version == 2,
        }
    }

    pub(super) fn create_body(&self, owner: &Owner) -> ContainerCreateBody {
        ContainerCreateBody {
            image: Some(self.image.clone()),
            labels: Some(owner.labels()),
            hostname: Some("sandbox".to_owned()),
            // The runner's end of the connection closes when the host's does, and then the runner ends.
            attach_stdin: Some(true),
            open_stdin: Some(true),
            stdin_once: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(false),
            network_disabled: Some(true),
            host_config: Some(self.host_config()),
            ..ContainerCreateBody::default()
        }
    }

    fn host_config(&self) -> HostConfig {
        HostConfig {
            network_mode: Some("none".to_owned()),
            ipc_mode: Some("none".to_owned()),
            readonly_rootfs: Some(true),
            tmpfs: Some(tmpfs()),
            cap_drop: Some(vec!["ALL".to_owned()]),
            // For the runner alone, to become another user and to end that user's processes.
            cap_add: Some(["SETUID", "SETGID", "KILL"].map(str::to_owned).to_vec()),
            security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
            memory: Some(self.memory_bytes as i64),
            // Equal to the memory: no swap.
            memory_swap: Some(self.memory_bytes as i64),
            nano_cpus: Some(ONE_CORE),
            pids_limit: Some(i64::from(self.processes) + SPARE_PROCESSES),
            ulimits: Some(vec![ulimit("core", 0)]),
            log_config: Some(HostConfigLogConfig {
                typ: Some("none".to_owned()),
                config: None,
            }),
            // The runner reads its own group at the root of the hierarchy; version 1 shows it there anyway.
            cgroupns_mode: self
                .has_unified_cgroups
                .then_some(HostConfigCgroupnsModeEnum::PRIVATE),
            runtime: Some(self.runtime.clone()).filter(|runtime| !runtime.is_empty()),
            ..HostConfig::default()
        }
    }
}

/// `/box` holds source and program and belongs to the runner; `/tmp` is all that a program can write to, and cannot
/// execute from.
fn tmpfs() -> HashMap<String, String> {
    let mount = |path: &str, options: &str| (path.to_owned(), format!("rw,nosuid,nodev,{options}"));
    HashMap::from([
        mount("/box", "exec,size=128m,nr_inodes=4k,mode=0755"),
        mount("/tmp", "noexec,size=32m,nr_inodes=4k,mode=1777"),
    ])
}

fn ulimit(name: &str, value: i64) -> ResourcesUlimits {
    ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(value),
        hard: Some(value),
    }
}
