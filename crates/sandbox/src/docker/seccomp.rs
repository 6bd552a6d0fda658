//! Which system calls a container may make: those that compilers and interpreters need.

use std::sync::LazyLock;

use serde_json::{Value, json};

/// In the engine's own format, an allow list for the native 64-bit calling convention. What it does not name fails for
/// want of permission, and a foreign convention ends the process.
pub(super) const PROFILE: &str = include_str!("../../profiles/seccomp.json");

/// What the runner of cells may do in addition. Its own filter takes that from everything it starts.
const OF_CELLS: [&str; 2] = ["mount", "setns"];

/// The profile of containers with cells.
pub(super) fn with_cells() -> &'static str {
    static WIDENED: LazyLock<String> = LazyLock::new(|| widened().to_string());
    &WIDENED
}

fn widened() -> Value {
    let mut profile: Value = serde_json::from_str(PROFILE).expect("the profile is JSON");
    if let Some(rules) = profile["syscalls"].as_array_mut() {
        rules.retain(|rule| rule["names"] != json!(["clone"]));
        let names: Vec<&str> = OF_CELLS.into_iter().chain(["clone"]).collect();
        rules.push(json!({ "names": names, "action": "SCMP_ACT_ALLOW" }));
    }
    profile
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const UNIX: u64 = 1;
    const INET: u64 = 2;
    const INET6: u64 = 10;

    const FORBIDDEN: &[&str] = &[
        // Other processes.
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "process_madvise",
        "kcmp",
        "pidfd_getfd",
        // Large attack surfaces.
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
        "io_setup",
        "bpf",
        "userfaultfd",
        "perf_event_open",
        "fanotify_init",
        "modify_ldt",
        // What outlives its process.
        "add_key",
        "request_key",
        "keyctl",
        "shmget",
        "semget",
        "msgget",
        "mq_open",
        "inotify_init",
        "inotify_init1",
        // Namespaces and mounts.
        "unshare",
        "setns",
        "mount",
        "umount",
        "umount2",
        "mount_setattr",
        "move_mount",
        "open_tree",
        "fsopen",
        "fsconfig",
        "fsmount",
        "fspick",
        "pivot_root",
        "chroot",
        "name_to_handle_at",
        "open_by_handle_at",
        // The machine.
        "acct",
        "clock_settime",
        "clock_adjtime",
        "settimeofday",
        "adjtimex",
        "delete_module",
        "finit_module",
        "init_module",
        "ioperm",
        "iopl",
        "kexec_file_load",
        "kexec_load",
        "quotactl",
        "reboot",
        "setdomainname",
        "sethostname",
        "swapoff",
        "swapon",
        "syslog",
        "vhangup",
    ];

    fn profile() -> Value {
        serde_json::from_str(PROFILE).unwrap()
    }

    /// The rules that allow a call, each with its conditions.
    fn allowing(name: &str) -> Vec<Value> {
        let profile = profile();
        let rules = profile["syscalls"].as_array().unwrap();
        let names = |rule: &&Value| rule["names"].as_array().unwrap().contains(&json!(name));
        let allowing = rules
            .iter()
            .filter(|rule| rule["action"] == "SCMP_ACT_ALLOW");
        allowing
            .filter(names)
            .map(|rule| rule["args"].clone())
            .collect()
    }

    #[test]
    fn what_is_not_named_is_refused_and_only_the_native_convention_exists() {
        let profile = profile();
        assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
        for entry in profile["archMap"].as_array().unwrap() {
            assert_eq!(entry["subArchitectures"], json!([]), "{entry}");
        }
    }

    #[test]
    fn no_forbidden_call_is_named() {
        for name in FORBIDDEN {
            assert_eq!(allowing(name), Vec::<Value>::new(), "{name}");
        }
    }

    #[test]
    fn calls_that_open_doors_are_bound_to_arguments() {
        for (name, values) in [
            ("socket", vec![UNIX, INET, INET6]),
            ("socketpair", vec![UNIX]),
            ("personality", vec![0, 0xffff_ffff]),
        ] {
            let found: Vec<u64> = allowing(name)
                .iter()
                .map(|args| {
                    assert_eq!(args[0]["index"], 0);
                    assert_eq!(args[0]["op"], "SCMP_CMP_EQ");
                    args[0]["value"].as_u64().unwrap()
                })
                .collect();
            assert_eq!(found, values, "{name}");
        }
        let clone = allowing("clone");
        assert_eq!(clone.len(), 1);
        assert_eq!(clone[0][0]["op"], "SCMP_CMP_MASKED_EQ");
        // Mount, control group, host name, IPC, user, process and network namespaces.
        let namespaces = [17, 25, 26, 27, 28, 29, 30].map(|bit| 1_u64 << bit);
        assert_eq!(clone[0][0]["value"], json!(namespaces.iter().sum::<u64>()));
        assert_eq!(clone[0][0]["valueTwo"], 0);
    }

    #[test]
    fn the_newer_clone_is_said_not_to_exist_so_that_libraries_take_the_older() {
        let profile = profile();
        let rules = profile["syscalls"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["names"] == json!(["clone3"]));
        let rule = rule.unwrap();
        assert_eq!(
            (&rule["action"], &rule["errnoRet"]),
            (&json!("SCMP_ACT_ERRNO"), &json!(38))
        );
    }

    #[test]
    fn containers_with_cells_may_mount_and_make_and_enter_namespaces_and_nothing_else_besides() {
        let (usual, widened) = (profile(), widened());
        assert_eq!(usual["defaultAction"], widened["defaultAction"]);
        assert_eq!(usual["archMap"], widened["archMap"]);
        let rules = |profile: &Value| profile["syscalls"].as_array().unwrap().clone();
        let (usual, widened) = (rules(&usual), rules(&widened));
        let added: Vec<&Value> = widened
            .iter()
            .filter(|rule| !usual.contains(rule))
            .collect();
        assert_eq!(
            added,
            [&json!({ "names": ["mount", "setns", "clone"], "action": "SCMP_ACT_ALLOW" })]
        );
        let lost: Vec<&Value> = usual
            .iter()
            .filter(|rule| !widened.contains(rule))
            .collect();
        assert_eq!(lost.len(), 1, "{lost:?}");
        assert_eq!(lost[0]["names"], json!(["clone"]));
    }

    #[test]
    fn no_call_is_named_twice_without_conditions() {
        let mut seen = BTreeSet::new();
        for rule in profile()["syscalls"].as_array().unwrap() {
            if rule["args"].is_null() {
                for name in rule["names"].as_array().unwrap() {
                    assert!(seen.insert(name.as_str().unwrap().to_owned()), "{name}");
                }
            }
        }
        assert!(seen.contains("execve") && seen.contains("futex"));
    }
}
