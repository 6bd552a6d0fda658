//! What an engine says of itself, and what must not be missing from it.

use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum, SystemVersion};

use super::spec::is_gvisor;
use crate::{Config, Error};

const RUNC: &str = "runc";
const CRUN: &str = "crun";

/// What is known about the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub host: String,
    /// `Docker` or `Podman`.
    pub name: String,
    pub version: String,
    pub cgroup_version: u8,
    pub has_seccomp: bool,
    /// Whether the engine runs without the machine's root.
    pub rootless: bool,
    /// The names of the runtimes, in order.
    pub runtimes: Vec<String>,
    /// The one that the engine takes where none is asked for.
    pub default_runtime: String,
    /// What it says of its security, for example `name=apparmor`.
    pub security: Vec<String>,
}

impl Facts {
    pub(super) fn new(host: String, told: &SystemInfo, version: &SystemVersion) -> Self {
        let security = told.security_options.clone().unwrap_or_default();
        let mut runtimes: Vec<String> = told.runtimes.iter().flatten().map(first).collect();
        runtimes.sort();
        Self {
            host,
            name: name(version),
            version: told.server_version.clone().unwrap_or_default(),
            cgroup_version: match told.cgroup_version {
                Some(SystemInfoCgroupVersionEnum::_2) => 2,
                _ => 1,
            },
            has_seccomp: security
                .iter()
                .any(|option| option.contains("seccomp") && !option.contains("unconfined")),
            rootless: security.iter().any(|option| option == "name=rootless"),
            runtimes,
            default_runtime: told.default_runtime.clone().unwrap_or_default(),
            security,
        }
    }

    /// What runs containers where `asked` is asked for. Where nothing is, and the engine would take runc although it knows
    /// crun too, that: it does the same and costs less.
    pub fn runtime<'a>(&'a self, asked: &'a str) -> &'a str {
        let knows_crun = self.runtimes.iter().any(|name| name == CRUN);
        match asked {
            "" if self.default_runtime == RUNC && knows_crun => CRUN,
            "" => &self.default_runtime,
            asked => asked,
        }
    }

    /// The configuration with what this engine makes of it.
    pub(super) fn settled(&self, config: &Config) -> Config {
        Config {
            runtime: self.runtime(&config.runtime).to_owned(),
            ..config.clone()
        }
    }

    pub(super) fn log(&self) {
        tracing::info!(
            host = self.host,
            name = self.name,
            version = self.version,
            cgroup_version = self.cgroup_version,
            rootless = self.rootless,
            runtimes = self.runtimes.join(" "),
            security = self.security.join(" "),
            "found an engine"
        );
    }

    pub fn has_apparmor(&self) -> bool {
        self.security
            .iter()
            .any(|option| option.starts_with("name=apparmor"))
    }
}

fn first<T>((name, _): (&String, T)) -> String {
    name.clone()
}

fn name(version: &SystemVersion) -> String {
    let components = version.components.as_deref().unwrap_or_default();
    let is_podman = components
        .iter()
        .any(|component| component.name.contains("Podman"));
    if is_podman { "Podman" } else { "Docker" }.to_owned()
}

/// An engine that says itself that it ignores a limit cannot contain anything.
pub(super) fn refuse_ignored_limits(told: &SystemInfo, facts: &Facts) -> Result<(), Error> {
    let supported = [
        ("the memory limit", told.memory_limit),
        ("the limit of processes", told.pids_limit),
        ("the CPU quota", told.cpu_cfs_quota),
        ("the filter of system calls", Some(facts.has_seccomp)),
    ];
    for (limit, supported) in supported {
        if supported != Some(true) {
            return Err(Error::LimitIgnored {
                limit,
                seen: "the engine says so itself".to_owned(),
            });
        }
    }
    Ok(())
}

/// A runtime or a profile that is asked for must be there.
pub(super) fn refuse_missing(config: &Config, facts: &Facts) -> Result<(), Error> {
    let runtime = &config.runtime;
    // A shim's name needs no entry in the engine's table.
    let is_shim = runtime.starts_with("io.containerd.");
    if !runtime.is_empty() && !is_shim && !facts.runtimes.contains(runtime) {
        return Err(Error::RuntimeUnknown {
            runtime: runtime.clone(),
            known: facts.runtimes.join(", "),
        });
    }
    if !config.apparmor_profile.is_empty() && !facts.has_apparmor() {
        return Err(Error::LimitIgnored {
            limit: "the AppArmor profile",
            seen: "the engine has no AppArmor".to_owned(),
        });
    }
    match lack_of_cells(config, facts) {
        Some(reason) if config.cell_containers > 0 => Err(Error::CellRefused {
            reason: reason.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// What keeps this engine from cells, as far as that is known before one is made.
fn lack_of_cells(config: &Config, facts: &Facts) -> Option<&'static str> {
    let has_apparmor = facts.has_apparmor();
    match config.cell_apparmor_profile.is_empty() {
        _ if is_gvisor(config) => Some(NO_CELLS_IN_GVISOR),
        true if has_apparmor => Some(NO_PROFILE),
        false if !has_apparmor => {
            Some("cell_apparmor_profile is set, and the engine has no AppArmor")
        }
        _ => None,
    }
}

const NO_CELLS_IN_GVISOR: &str = "gVisor is a wall of its own; use isolation CONTAINER with it";
const NO_PROFILE: &str = "the engine's usual AppArmor profile forbids mounts; load \
    crates/sandbox/profiles/apparmor/synthsmith-cells on its machine and name it in cell_apparmor_profile";

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bollard::models::{Runtime, SystemVersionComponents};

    use super::*;

    fn able() -> SystemInfo {
        let runtimes = ["runsc", "runc"].map(|name| (name.to_owned(), Runtime::default()));
        SystemInfo {
            memory_limit: Some(true),
            pids_limit: Some(true),
            cpu_cfs_quota: Some(true),
            security_options: Some(vec!["name=seccomp,profile=default".to_owned()]),
            runtimes: Some(HashMap::from(runtimes)),
            ..SystemInfo::default()
        }
    }

    fn facts(told: &SystemInfo) -> Facts {
        Facts::new(String::new(), told, &SystemVersion::default())
    }

    fn refused(told: &SystemInfo) -> Option<&'static str> {
        match refuse_ignored_limits(told, &facts(told)) {
            Err(Error::LimitIgnored { limit, .. }) => Some(limit),
            _ => None,
        }
    }

    #[test]
    fn refuses_an_engine_that_ignores_a_limit_and_names_it() {
        assert_eq!(refused(&able()), None);
        let memory = SystemInfo {
            memory_limit: Some(false),
            ..able()
        };
        assert_eq!(refused(&memory), Some("the memory limit"));
        let processes = SystemInfo {
            pids_limit: None,
            ..able()
        };
        assert_eq!(refused(&processes), Some("the limit of processes"));
        let quota = SystemInfo {
            cpu_cfs_quota: Some(false),
            ..able()
        };
        assert_eq!(refused(&quota), Some("the CPU quota"));
        let unconfined = SystemInfo {
            security_options: Some(vec!["name=seccomp,profile=unconfined".to_owned()]),
            ..able()
        };
        assert_eq!(refused(&unconfined), Some("the filter of system calls"));
    }

    #[test]
    fn a_runtime_that_the_engine_does_not_know_is_refused_with_those_it_does() {
        let asked = |runtime: &str| {
            let config = Config {
                runtime: runtime.to_owned(),
                ..Config::default()
            };
            refuse_missing(&config, &facts(&able()))
        };
        assert!(asked("").is_ok());
        assert!(asked("runsc").is_ok());
        assert!(asked("io.containerd.kata.v2").is_ok());
        let told = asked("kata").unwrap_err().to_string();
        assert_eq!(told, "the engine knows no runtime kata, only runc, runsc");
    }

    #[test]
    fn crun_is_taken_instead_of_runc_and_of_nothing_else() {
        let table = [
            ("", "runc", &["crun", "runc"][..], "crun"),
            ("runc", "runc", &["crun", "runc"], "runc"),
            ("", "runc", &["runc", "runsc"], "runc"),
            ("", "runsc", &["crun", "runc", "runsc"], "runsc"),
            ("runsc", "runc", &["crun", "runc", "runsc"], "runsc"),
            ("", "", &["crun"], ""),
        ];
        for (asked, default_runtime, runtimes, taken) in table {
            let facts = Facts {
                runtimes: runtimes.iter().map(ToString::to_string).collect(),
                default_runtime: default_runtime.to_owned(),
                ..facts(&able())
            };
            assert_eq!(facts.runtime(asked), taken, "{asked} {default_runtime}");
        }
    }

    #[test]
    fn a_profile_needs_an_engine_that_has_apparmor() {
        let config = Config {
            apparmor_profile: "synthsmith-sandbox".to_owned(),
            ..Config::default()
        };
        assert!(refuse_missing(&config, &facts(&able())).is_err());
        let told = SystemInfo {
            security_options: Some(vec!["name=apparmor".to_owned()]),
            ..able()
        };
        assert!(refuse_missing(&config, &facts(&told)).is_ok());
    }

    #[test]
    fn cells_need_a_profile_where_there_is_apparmor_and_are_not_for_gvisor() {
        let plain = able();
        let with_apparmor = SystemInfo {
            security_options: Some(vec!["name=apparmor".to_owned()]),
            ..able()
        };
        let config = |profile: &str, runtime: &str, cell_containers| Config {
            cell_apparmor_profile: profile.to_owned(),
            runtime: runtime.to_owned(),
            cell_containers,
            ..Config::default()
        };
        let table = [
            (&plain, config("", "", 1), None),
            (
                &plain,
                config("synthsmith-cells", "", 1),
                Some("no AppArmor"),
            ),
            (&with_apparmor, config("", "", 0), None),
            (
                &with_apparmor,
                config("", "", 1),
                Some("name it in cell_apparmor_profile"),
            ),
            (&with_apparmor, config("synthsmith-cells", "", 1), None),
            (&plain, config("", "runsc", 1), Some("CONTAINER")),
        ];
        for (told, config, reason) in table {
            let refused = refuse_missing(&config, &facts(told)).err();
            let said = refused.map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(reason.unwrap_or_default()), "{said}");
            assert_eq!(said.is_empty(), reason.is_none(), "{said}");
        }
    }

    #[test]
    fn tells_podman_and_the_rootless_from_others() {
        let told = SystemInfo {
            security_options: Some(vec![
                "name=seccomp,profile=builtin".to_owned(),
                "name=rootless".to_owned(),
            ]),
            ..able()
        };
        let version = SystemVersion {
            components: Some(vec![SystemVersionComponents {
                name: "Podman Engine".to_owned(),
                ..SystemVersionComponents::default()
            }]),
            ..SystemVersion::default()
        };
        let podman = Facts::new(String::new(), &told, &version);
        assert_eq!((podman.name.as_str(), podman.rootless), ("Podman", true));
        let docker = facts(&able());
        assert_eq!((docker.name.as_str(), docker.rootless), ("Docker", false));
    }
}
