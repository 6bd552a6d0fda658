//! One thing that was looked at.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub what: &'static str,
    pub is_fine: bool,
    pub found: String,
    /// What to do; empty where all is fine.
    pub remedy: String,
}

impl Finding {
    pub(super) fn fine(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            is_fine: true,
            found: found.into(),
            remedy: String::new(),
        }
    }

    pub(super) fn lacking(
        what: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            what,
            is_fine: false,
            found: found.into(),
            remedy: remedy.into(),
        }
    }

    /// The finding as a person reads it.
    pub(super) fn line(&self) -> String {
        let mark = if self.is_fine { "ok  " } else { "FAIL" };
        let mut line = format!("{mark} {:<10} {}", self.what, self.found);
        if !self.remedy.is_empty() {
            line.push_str("\n                ");
            line.push_str(&self.remedy);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_is_shown_with_its_remedy() {
        let text = Finding::lacking("engine", "none", "install one").line();
        assert!(text.starts_with("FAIL engine") && text.ends_with("install one"));
        assert!(Finding::fine("engine", "20.10").line().starts_with("ok"));
    }
}
