//! The file of keys: whose each key is, what it opens, and until when.
//!
//! ```toml
//! [[keys]]
//! principal = "reward-servers"
//! role = "caller"
//! digest = "blake3:…"                 # `synthsmith keys new` prints key and digest
//! expires = "2027-01-01T00:00:00Z"    # optional
//! quota = { calls_per_minute = 6000, max_calls = 64 }
//! ```
//!
//! A principal may have several keys, so that a new one can be given out before the old one goes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use crate::key::{Key, KeyDigest};
use crate::quota::Quota;
use crate::role::Role;

const MAX_NAME_BYTES: usize = 64;
/// Those of the file and of an entry.
const FIELDS: [&str; 6] = ["keys", "principal", "role", "digest", "expires", "quota"];

/// Whose a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub name: Arc<str>,
    pub role: Role,
    pub quota: Quota,
    pub expires: Option<Timestamp>,
}

/// All keys that are known.
#[derive(Debug, Default)]
pub struct Keyring(HashMap<KeyDigest, Principal>);

/// Why a file of keys is none.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error("it is not UTF-8")]
    NotText,
    /// Without the line itself: what is wrong with it may be that it holds a key.
    #[error("line {line}{field}: {message}")]
    Toml {
        line: usize,
        /// The field of that line, with what goes before it; empty where it has none of ours.
        field: String,
        message: String,
    },
    #[error("it has no key, so that nobody could call; `synthsmith keys new` makes one")]
    Empty,
    #[error("the principal '{0}' is not 1 to {MAX_NAME_BYTES} letters, digits, '.', '_' or '-'")]
    Name(String),
    #[error("two principals, '{0}' and '{1}', or two entries of one, have the same digest")]
    SameKey(Arc<str>, Arc<str>),
    #[error(
        "the keys of '{0}' have different quotas; a quota is the principal's, whatever key it shows"
    )]
    TwoQuotas(Arc<str>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    keys: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    principal: String,
    role: Role,
    digest: KeyDigest,
    expires: Option<Timestamp>,
    #[serde(default)]
    quota: Quota,
}

// === impl Keyring ===

impl Keyring {
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyringError> {
        let text = std::str::from_utf8(bytes).map_err(|_| KeyringError::NotText)?;
        let file: File = toml::from_str(text).map_err(|error| not_toml(text, &error))?;
        if file.keys.is_empty() {
            return Err(KeyringError::Empty);
        }
        let mut keyring = Self::default();
        let mut quotas = HashMap::new();
        for line in file.keys {
            let name: Arc<str> = name(line.principal)?;
            if *quotas.entry(Arc::clone(&name)).or_insert(line.quota) != line.quota {
                return Err(KeyringError::TwoQuotas(name));
            }
            keyring.add(
                line.digest,
                Principal {
                    name,
                    role: line.role,
                    quota: line.quota,
                    expires: line.expires,
                },
            )?;
        }
        Ok(keyring)
    }

    fn add(&mut self, digest: KeyDigest, principal: Principal) -> Result<(), KeyringError> {
        match self.0.entry(digest) {
            Entry::Occupied(there) => {
                let there = Arc::clone(&there.get().name);
                Err(KeyringError::SameKey(there, principal.name))
            }
            Entry::Vacant(place) => {
                place.insert(principal);
                Ok(())
            }
        }
    }

    /// Whose the keys are, in no order; once for each key.
    pub fn principals(&self) -> impl Iterator<Item = &Principal> {
        self.0.values()
    }

    /// Whose the key is, expired or not. What is compared are digests, whose timing tells nothing about keys.
    pub fn find(&self, key: &Key) -> Option<&Principal> {
        self.0.get(&key.digest())
    }
}

fn not_toml(text: &str, error: &toml::de::Error) -> KeyringError {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count();
    let content = text.lines().nth(line).unwrap_or_default();
    let field = content.split('=').next().unwrap_or_default();
    let field = field.trim().trim_matches(['[', ']']);
    KeyringError::Toml {
        line: line + 1,
        field: if FIELDS.contains(&field) {
            format!(", {field}")
        } else {
            String::new()
        },
        message: error.message().to_owned(),
    }
}

fn name(name: String) -> Result<Arc<str>, KeyringError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if (1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(is_plain) {
        Ok(name.into())
    } else {
        Err(KeyringError::Name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(principal: &str, key: &str, more: &str) -> String {
        let digest = key.parse::<Key>().unwrap().digest();
        format!(
            "[[keys]]\nprincipal = \"{principal}\"\nrole = \"caller\"\ndigest = \"{digest}\"\n{more}\n"
        )
    }

    const ONE: &str = "ssk_one-key-of-a-team";
    const TWO: &str = "ssk_two-key-of-a-team";

    #[test]
    fn a_principal_may_have_two_keys_while_one_replaces_the_other() {
        let text =
            entry("team", ONE, "expires = \"2026-01-01T00:00:00Z\"") + &entry("team", TWO, "");
        let keyring = Keyring::parse(text.as_bytes()).unwrap();
        for key in [ONE, TWO] {
            let principal = keyring.find(&key.parse().unwrap()).unwrap();
            assert_eq!((&*principal.name, principal.role), ("team", Role::Caller));
        }
        assert!(
            keyring
                .find(&"ssk_a-key-of-nobody".parse().unwrap())
                .is_none()
        );
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let quota = "quota = { max_calls = 3 }";
        let table = [
            (String::new(), "no key"),
            (entry("a team", ONE, ""), "'a team'"),
            (entry("a", ONE, "") + &entry("b", ONE, ""), "same digest"),
            (
                entry("a", ONE, "") + &entry("a", TWO, quota),
                "different quotas",
            ),
            (entry("a", ONE, "expires = \"tomorrow\""), "expires"),
            (
                entry("a", ONE, "quota = { max_calls = 0 }"),
                "line 5, quota",
            ),
            (entry("a", ONE, "rolle = \"caller\""), "rolle"),
            (
                "[[keys]]\nprincipal = \"a\"\nrole = \"root\"".to_owned(),
                "root",
            ),
            (
                "[[keys]]\nprincipal = \"a\"\nrole = \"caller\"\ndigest = \"x\"".to_owned(),
                "64 hexadecimal digits",
            ),
        ];
        for (text, part) in table {
            let error = Keyring::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(part), "{part}: {error}");
        }
        assert!(Keyring::parse(b"\xff").is_err());
    }

    #[test]
    fn a_key_in_the_wrong_place_is_not_repeated() {
        let instead_of_digest =
            format!("[[keys]]\nprincipal = \"a\"\nrole = \"caller\"\ndigest = \"{ONE}\"");
        for text in [instead_of_digest.as_str(), ONE, &format!("key = \"{ONE}\"")] {
            let error = Keyring::parse(text.as_bytes()).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(told.contains("line"), "{told}");
            assert!(!told.contains(&ONE[4..]), "{told}");
        }
    }
}
