//! What a sandbox container is: everything it may not do.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigCgroupnsModeEnum, HostConfigLogConfig,
    ResourcesUlimits,
};

use super::owner::Owner;
use super::seccomp;
use crate::{Config, Facts, Weakness};

/// Memory on top of the program's limit, for the runner and for what the kernel keeps on behalf of the container.
pub(super) const ALLOWANCE_BYTES: u64 = 20 << 20;
/// Processes on top of what the program may have: the runner and a margin for those that are just ending.
const SPARE_PROCESSES: i64 = 16;
const ONE_CORE: i64 = 1_000_000_000;
/// What a container has that is not bounded.
const UNGUARDED_BYTES: u64 = 3 << 30;

/// For the kernel that gVisor brings along, beside the program and the largest input.
const GVISOR_BYTES: u64 = 384 << 20;

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    OneProgram,
    Cells,
}

/// What all containers of a pool have in common.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) image: String,
    pub(super) memory_bytes: u64,
    /// Whether a container's memory follows the limit of its program.
    pub(super) resizes: bool,
    processes: u32,
    runtime: String,
    apparmor_profile: String,
    has_unified_cgroups: bool,
    /// Podman takes no such option; there the memory limit bounds them.
    limits_inodes: bool,
    weakness: Option<Weakness>,
    purpose: Purpose,
    cell_apparmor_profile: String,
}

impl Spec {
    pub(super) fn new(image: String, config: &Config, facts: &Facts) -> Self {
        Self {
            image,
            memory_bytes: match config.weakness {
                Some(Weakness::Memory) => UNGUARDED_BYTES,
                _ if is_gvisor(config) => config.max_memory_bytes + GVISOR_BYTES,
                _ => config.default_memory_bytes + ALLOWANCE_BYTES,
            },
            resizes: !is_gvisor(config) && config.weakness != Some(Weakness::Memory),
            processes: config.max_processes,
            runtime: config.runtime.clone(),
            apparmor_profile: config.apparmor_profile.clone(),
            has_unified_cgroups: facts.cgroup_version == 2,
            limits_inodes: facts.name != "Podman",
            weakness: config.weakness,
            purpose: Purpose::OneProgram,
            cell_apparmor_profile: config.cell_apparmor_profile.clone(),
        }
    }

    /// The same, but for one cell after another. The runner in it may make namespaces and mount; what it starts may not.
    pub(super) fn for_cells(&self) -> Self {
        Self {
            purpose: Purpose::Cells,
            apparmor_profile: self.cell_apparmor_profile.clone(),
            ..self.clone()
        }
    }

    pub(super) fn with_image(&self, image: String) -> Self {
        Self {
            image,
            ..self.clone()
        }
    }

    pub(super) fn has_cells(&self) -> bool {
        self.purpose == Purpose::Cells
    }

    fn holds(&self, protection: Weakness) -> bool {
        self.weakness != Some(protection)
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
            network_disabled: Some(self.holds(Weakness::Network)),
            host_config: Some(self.host_config()),
            ..ContainerCreateBody::default()
        }
    }

    fn host_config(&self) -> HostConfig {
        let drops_capabilities = self.holds(Weakness::Capabilities);
        HostConfig {
            network_mode: Some(self.either(Weakness::Network, "none", "host")),
            ipc_mode: Some(self.either(Weakness::Ipc, "none", "shareable")),
            readonly_rootfs: Some(self.holds(Weakness::WritableRoot)),
            tmpfs: (!self.has_cells()).then(|| self.tmpfs()),
            cap_drop: drops_capabilities.then(|| vec!["ALL".to_owned()]),
            cap_add: drops_capabilities.then(|| self.capabilities()),
            // The kernel mounts no processes for a cell where some of the container's are masked. Only the runner outside
            // sees those of the container.
            masked_paths: self.has_cells().then(Vec::new),
            readonly_paths: self.has_cells().then(Vec::new),
            security_opt: Some(self.security()),
            memory: Some(self.memory_bytes as i64),
            // Equal to the memory: no swap.
            memory_swap: Some(self.memory_bytes as i64),
            nano_cpus: Some(ONE_CORE),
            pids_limit: self
                .holds(Weakness::ProcessCount)
                .then(|| i64::from(self.processes) + SPARE_PROCESSES),
            ulimits: self
                .holds(Weakness::CoreDumps)
                .then(|| vec![ulimit("core", 0)]),
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

    /// For the runner alone: to become another user, or to give a cell its users, and to end another user's processes.
    fn capabilities(&self) -> Vec<String> {
        let names: &[&str] = if self.has_cells() {
            &["SETUID", "SETGID"]
        } else {
            &["SETUID", "SETGID", "KILL"]
        };
        names.iter().map(ToString::to_string).collect()
    }

    fn security(&self) -> Vec<String> {
        let mut options = Vec::new();
        if self.holds(Weakness::NewPrivileges) {
            options.push("no-new-privileges:true".to_owned());
        }
        let profile = if self.has_cells() {
            seccomp::with_cells()
        } else {
            seccomp::PROFILE
        };
        let seccomp = self.either(Weakness::ContainerSeccomp, profile, "unconfined");
        options.push(format!("seccomp={seccomp}"));
        if !self.apparmor_profile.is_empty() {
            options.push(format!("apparmor={}", self.apparmor_profile));
        }
        options
    }

    /// `/box` holds source and program and belongs to the runner; `/tmp` is all that a program can write to, and cannot
    /// execute from.
    fn tmpfs(&self) -> HashMap<String, String> {
        let inodes = if self.limits_inodes {
            ",nr_inodes=4k"
        } else {
            ""
        };
        let scratch = match self.weakness {
            Some(Weakness::ScratchExecutable) => format!("exec,size=32m{inodes}"),
            Some(Weakness::ScratchUnbounded) => "noexec".to_owned(),
            _ => format!("noexec,size=32m{inodes}"),
        };
        let mount = |path: &str, options: String| (path.to_owned(), options);
        HashMap::from([
            mount(
                "/box",
                format!("rw,nosuid,nodev,exec,size=128m{inodes},mode=0755"),
            ),
            mount("/tmp", format!("rw,nosuid,nodev,{scratch},mode=1777")),
        ])
    }

    fn either(&self, protection: Weakness, held: &str, lacking: &str) -> String {
        if self.holds(protection) {
            held
        } else {
            lacking
        }
        .to_owned()
    }
}

/// It cannot change the memory of a running container. The runner alone holds programs to their limits there, and the
/// container to the highest of them.
pub(super) fn is_gvisor(config: &Config) -> bool {
    config.runtime.contains("runsc")
}

fn ulimit(name: &str, value: i64) -> ResourcesUlimits {
    ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(value),
        hard: Some(value),
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::{SystemInfo, SystemVersion};

    use super::*;

    fn facts() -> Facts {
        Facts::new(
            String::new(),
            &SystemInfo::default(),
            &SystemVersion::default(),
        )
    }

    fn host(config: &Config) -> HostConfig {
        Spec::new(String::new(), config, &facts()).host_config()
    }

    #[test]
    fn every_protection_of_the_container_is_there_unless_a_test_does_without_it() {
        let strong = host(&Config::default());
        assert_eq!(strong.readonly_rootfs, Some(true));
        assert_eq!(strong.network_mode.as_deref(), Some("none"));
        assert_eq!(strong.cap_drop, Some(vec!["ALL".to_owned()]));
        for weakness in Weakness::ALL {
            let config = Config {
                weakness: Some(weakness),
                ..Config::default()
            };
            // Those of the runner change nothing here.
            let is_weaker = host(&config) != strong;
            assert_eq!(
                is_weaker,
                !matches!(weakness, Weakness::Runner(_)),
                "{weakness:?}"
            );
        }
    }

    #[test]
    fn an_apparmor_profile_is_named_where_there_is_one() {
        let named = |profile: &str| {
            let config = Config {
                apparmor_profile: profile.to_owned(),
                ..Config::default()
            };
            host(&config).security_opt.unwrap()
        };
        assert!(named("synthsmith-sandbox").contains(&"apparmor=synthsmith-sandbox".to_owned()));
        assert!(
            !named("")
                .iter()
                .any(|option| option.starts_with("apparmor"))
        );
    }

    #[test]
    fn podman_gets_no_option_that_it_would_refuse() {
        let podman = Facts {
            name: "Podman".to_owned(),
            ..facts()
        };
        let spec = Spec::new(String::new(), &Config::default(), &podman);
        assert!(
            spec.tmpfs()
                .values()
                .all(|options| !options.contains("nr_inodes"))
        );
        let docker = Spec::new(String::new(), &Config::default(), &facts());
        assert!(
            docker
                .tmpfs()
                .values()
                .all(|options| options.contains("nr_inodes"))
        );
    }
}
