//! Rules on a manifest: the workspace's lints, the workspace's versions.

use anyhow::Context as _;
use toml::{Table, Value};

use crate::finding::Finding;

/// The crates with lints of their own, since they must use unsafe code.
const OWN_LINTS: [&str; 4] = [
    "crates/runner/Cargo.toml",
    "crates/training/Cargo.toml",
    "crates/transformer/Cargo.toml",
    "crates/zygote/Cargo.toml",
];

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A crate's `Cargo.toml`.
#[derive(Debug)]
pub(super) struct Manifest<'a> {
    path: &'a str,
    text: &'a str,
    table: Table,
}

impl<'a> Manifest<'a> {
    pub(super) fn parse(path: &'a str, text: &'a str) -> anyhow::Result<Self> {
        let table = text
            .parse()
            .with_context(|| format!("cannot read {path}"))?;
        Ok(Self { path, text, table })
    }

    pub(super) fn path(&self) -> &str {
        self.path
    }

    /// A finding at the line of `key`.
    pub(super) fn finding(&self, key: &str, sentence: impl Into<String>) -> Finding {
        Finding::new(self.path, self.line_of(key), sentence)
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let lints = self.lints_finding();
        let dependencies = self.own_dependencies().into_iter().map(|name| {
            let sentence = format!("does not take {name} from the workspace");
            self.finding(name, sentence)
        });
        lints.into_iter().chain(dependencies).collect()
    }

    fn lints_finding(&self) -> Option<Finding> {
        let lints = self.table.get("lints");
        let is_shared = lints.is_some_and(is_from_workspace) || OWN_LINTS.contains(&self.path);
        let sentence = "does not take its lints from the workspace";
        (!is_shared).then(|| self.finding("[lints", sentence))
    }

    /// Dependencies with a version or path of their own.
    fn own_dependencies(&self) -> Vec<&str> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values);
        let tables = targets.filter_map(Value::as_table).chain([&self.table]);
        tables
            .flat_map(|table| SECTIONS.iter().filter_map(|section| table.get(*section)))
            .filter_map(Value::as_table)
            .flatten()
            .filter(|(_, value)| !is_from_workspace(value))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The first line that sets `key`, else the first line of all.
    fn line_of(&self, key: &str) -> usize {
        let sets_key = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.starts_with([' ', '=', '.', ']']))
        };
        self.text
            .lines()
            .position(sets_key)
            .map_or(1, |index| index + 1)
    }
}

fn is_from_workspace(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[lints]\nworkspace = true\n";

    fn found(path: &str, text: &str) -> Vec<String> {
        let manifest = Manifest::parse(path, text).unwrap();
        let findings = manifest.findings();
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn accepts_what_the_workspace_decides() {
        let text = format!(
            "{LINTS}[dependencies]\nserde.workspace = true\ntokio = {{ workspace = true, features = [\"net\"] }}\n"
        );
        assert_eq!(found("a.toml", &text), Vec::<String>::new());
    }

    #[test]
    fn finds_missing_lints() {
        let own = "[package]\nname = \"a\"\n[lints.rust]\nunsafe_code = \"allow\"\n";
        let sentence = "does not take its lints from the workspace";
        assert_eq!(found("a.toml", own), [format!("a.toml:3: {sentence}")]);
        assert_eq!(
            found("a.toml", "[lints]\nworkspace = false\n"),
            [format!("a.toml:1: {sentence}")]
        );
        assert_eq!(found("a.toml", ""), [format!("a.toml:1: {sentence}")]);
        assert_eq!(found(OWN_LINTS[0], own), Vec::<String>::new());
    }

    #[test]
    fn finds_versions_of_its_own_in_every_section() {
        let cases = [
            "[dependencies]\nserde = \"1\"\n",
            "[dev-dependencies]\nserde = { version = \"1\" }\n",
            "[build-dependencies]\nserde.path = \"../serde\"\n",
            "[target.'cfg(unix)'.dependencies]\nserde = \"1\"\n",
        ];
        for case in cases {
            let found = found("a.toml", &format!("{LINTS}{case}"));
            assert_eq!(
                found,
                ["a.toml:4: does not take serde from the workspace"],
                "{case}"
            );
        }
    }
}
