//! The table of layers: what each crate of ours may know of the others.

/// The beginning of our crates' names.
pub(super) const PREFIX: &str = "synthsmith-";

/// May be a dev-dependency of any crate.
pub(super) const FOR_TESTS: &str = "testkit";

/// What a service may use: every library, and no other service.
const LIBRARIES: &[&str] = &[
    "proto",
    "corpus",
    "voting",
    "prompt",
    "reply",
    "evaluation",
    "evaluator",
    "artifacts",
    "runner-protocol",
    "samples",
    "rpc",
    "security",
    "telemetry",
    "daemon",
    "models",
    "sandbox",
    "store",
    "transformer",
    "sampling",
    "training",
];

/// The crates of ours that a crate may depend on, without their prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Only(&'static [&'static str]),
    Anything,
}

impl Allowed {
    pub(super) fn includes(self, name: &str) -> bool {
        match self {
            Self::Only(names) => names.contains(&name),
            Self::Anything => true,
        }
    }
}

/// The row of a crate; none for a crate that the table does not know.
pub(super) fn allowed(package: &str, manifest_path: &str) -> Option<Allowed> {
    if manifest_path.starts_with("services/") {
        return Some(Allowed::Only(LIBRARIES));
    }
    let names: &[&str] = match package.strip_prefix(PREFIX)? {
        "proto" | "voting" | "prompt" | "reply" | "runner-protocol" | "samples" | "security"
        | "telemetry" | "store" | "artifacts" | "transformer" | "xtask" | "zygote" => &[],
        "training" | "sampling" => &["transformer"],
        "rpc" => &["security"],
        "corpus" => &["proto"],
        "runner" => &["runner-protocol"],
        "daemon" => &["rpc", "security", "telemetry"],
        "evaluation" => &["corpus", "prompt", "reply"],
        "evaluator" => &["proto", "corpus", "rpc", "models", "evaluation"],
        "models" => &["proto", "corpus", "rpc"],
        "sandbox" => &["corpus", "runner-protocol", "telemetry"],
        "cli" | "testkit" | "tests" => return Some(Allowed::Anything),
        _ => return None,
    };
    Some(Allowed::Only(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_each_crate_to_its_layer() {
        let cases = [
            ("synthsmith-proto", "proto/Cargo.toml", "corpus", false),
            (
                "synthsmith-corpus",
                "crates/corpus/Cargo.toml",
                "proto",
                true,
            ),
            (
                "synthsmith-voting",
                "crates/voting/Cargo.toml",
                "corpus",
                false,
            ),
            (
                "synthsmith-daemon",
                "crates/daemon/Cargo.toml",
                "telemetry",
                true,
            ),
            (
                "synthsmith-sandbox",
                "crates/sandbox/Cargo.toml",
                "rpc",
                false,
            ),
            (
                "synthsmith-solver",
                "services/solver/Cargo.toml",
                "models",
                true,
            ),
            (
                "synthsmith-solver",
                "services/solver/Cargo.toml",
                "verifier",
                false,
            ),
            ("synthsmith-cli", "crates/cli/Cargo.toml", "verifier", true),
            (
                "synthsmith-xtask",
                "crates/xtask/Cargo.toml",
                "proto",
                false,
            ),
        ];
        for (package, path, name, expected) in cases {
            let allowed = allowed(package, path).unwrap();
            assert_eq!(allowed.includes(name), expected, "{package} on {name}");
        }
    }

    #[test]
    fn knows_no_crate_that_is_not_in_the_table() {
        assert_eq!(allowed("synthsmith-novel", "crates/novel/Cargo.toml"), None);
        assert_eq!(allowed("novel", "crates/novel/Cargo.toml"), None);
    }
}
