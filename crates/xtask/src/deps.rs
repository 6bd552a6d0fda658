//! Rules on which crate may depend on which.

mod layers;
mod manifest;
mod workspace;

use std::fs;

use anyhow::Context as _;

use crate::finding::Finding;
use layers::Allowed;
use manifest::Manifest;
pub(crate) use workspace::Workspace;
use workspace::{Dependency, Package};

/// Checks the manifest of every crate in the workspace.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let path = workspace.below_root(&package.manifest_path);
        let text = fs::read_to_string(&package.manifest_path)
            .with_context(|| format!("cannot read {path}"))?;
        let manifest = Manifest::parse(&path, &text)?;
        findings.extend(manifest.findings());
        findings.extend(edge_findings(package, &manifest));
    }
    Ok(findings)
}

/// Dependencies on crates of ours that the table of layers does not have.
fn edge_findings(package: &Package, manifest: &Manifest<'_>) -> Vec<Finding> {
    let Some(allowed) = layers::allowed(&package.name, manifest.path()) else {
        let sentence = format!("{} has no row in xtask's table of layers", package.name);
        return vec![manifest.finding("name", sentence)];
    };
    let is_forbidden = |it: &&Dependency| is_ours(&it.name) && !is_allowed(&allowed, it);
    let forbidden = package.dependencies.iter().filter(is_forbidden);
    forbidden
        .map(|dependency| {
            let sentence = format!("{} may not depend on {}", package.name, dependency.name);
            manifest.finding(&dependency.name, sentence)
        })
        .collect()
}

fn is_ours(package: &str) -> bool {
    package.starts_with(layers::PREFIX)
}

fn is_allowed(allowed: &Allowed, dependency: &Dependency) -> bool {
    let is_for_tests = dependency.kind.as_deref() == Some("dev");
    let name = dependency.name.trim_start_matches(layers::PREFIX);
    allowed.includes(name) || (is_for_tests && name == layers::FOR_TESTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, path: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        let package = Package {
            name: name.to_owned(),
            manifest_path: path.to_owned(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency {
                    name: (*name).to_owned(),
                    kind: kind.map(str::to_owned),
                })
                .collect(),
        };
        let text = format!(
            "[package]\nname = \"{name}\"\n[dependencies]\nsynthsmith-rpc.workspace = true\n"
        );
        let manifest = Manifest::parse(path, &text).unwrap();
        let findings = edge_findings(&package, &manifest);
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn finds_a_dependency_that_no_layer_allows() {
        let path = "crates/corpus/Cargo.toml";
        let found = found(
            "synthsmith-corpus",
            path,
            &[
                ("synthsmith-proto", None),
                ("serde", None),
                ("synthsmith-rpc", None),
            ],
        );
        assert_eq!(
            found,
            ["crates/corpus/Cargo.toml:4: synthsmith-corpus may not depend on synthsmith-rpc"]
        );
    }

    #[test]
    fn finds_a_service_that_depends_on_a_service() {
        let path = "services/solver/Cargo.toml";
        for kind in [None, Some("dev"), Some("build")] {
            let dependencies = [("synthsmith-verifier", kind), ("synthsmith-daemon", None)];
            assert_eq!(found("synthsmith-solver", path, &dependencies).len(), 1);
        }
    }

    #[test]
    fn allows_the_testkit_in_tests_only() {
        let path = "services/solver/Cargo.toml";
        let count = |kind| found("synthsmith-solver", path, &[("synthsmith-testkit", kind)]).len();
        assert_eq!(count(Some("dev")), 0);
        assert_eq!(count(None), 1);
    }

    #[test]
    fn finds_a_crate_without_a_row() {
        let found = found("synthsmith-novel", "crates/novel/Cargo.toml", &[]);
        assert_eq!(
            found,
            ["crates/novel/Cargo.toml:2: synthsmith-novel has no row in xtask's table of layers"]
        );
    }
}
