//! The workspace as cargo sees it.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

/// Our crates.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    pub(super) packages: Vec<Package>,
}

/// One crate.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest_path: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// What a crate depends on.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    /// The package's own name, however the crate renames it.
    pub(super) name: String,
    /// "dev" or "build"; none for what the crate itself is made of.
    pub(super) kind: Option<String>,
}

impl Workspace {
    /// Asks cargo, which reads manifests only and downloads nothing.
    pub(crate) fn load() -> anyhow::Result<Self> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .output()
            .context("cannot start cargo")?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "cargo metadata failed: {complaint}"
        );
        serde_json::from_slice(&output.stdout).context("cannot read what cargo metadata printed")
    }

    pub(super) fn below_root(&self, path: &str) -> String {
        let root = self.root.to_string_lossy();
        let below = path.strip_prefix(&*root).unwrap_or(path);
        below.trim_start_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_this_workspace() {
        let workspace = Workspace::load().unwrap();
        let is_this = |package: &&Package| package.name == "synthsmith-xtask";
        let this = workspace.packages.iter().find(is_this).unwrap();
        assert_eq!(
            workspace.below_root(&this.manifest_path),
            "crates/xtask/Cargo.toml"
        );
        let kind_of = |name| {
            let found = this.dependencies.iter().find(|it| it.name == name);
            found.unwrap().kind.as_deref()
        };
        assert_eq!(kind_of("anyhow"), None);
        assert_eq!(kind_of("proptest"), Some("dev"));
    }
}
