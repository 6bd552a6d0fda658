//! Keys that callers show, and the digests by which they are known.

use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Tells a key of ours from other secrets, for people and for scanners of repositories.
const PREFIX: &str = "ssk_";
const RANDOM_BYTES: usize = 32;
const DIGEST_PREFIX: &str = "blake3:";
/// Longer ones are no keys.
const MAX_BYTES: usize = 256;

/// A key, as a caller shows it. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// The digest of a key. Keys are random, so that none is found from its digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest(blake3::Hash);

/// A text that is no key, or no digest of one.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKey {
    #[error("a key is one line of 16 to {MAX_BYTES} visible ASCII characters")]
    Key,
    #[error(
        "the digest of a key is '{DIGEST_PREFIX}' and 64 hexadecimal digits; `synthsmith keys digest` prints it"
    )]
    Digest,
}

// === impl Key ===

impl Key {
    /// A new key, from the system's source of randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; RANDOM_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", blake3::Hash::from_bytes(bytes))))
    }

    /// The key in a file, without the end of its line.
    pub fn from_file(bytes: &[u8]) -> Result<Self, InvalidKey> {
        let text = std::str::from_utf8(bytes).map_err(|_| InvalidKey::Key)?;
        text.trim_ascii().parse()
    }

    pub fn digest(&self) -> KeyDigest {
        KeyDigest(blake3::hash(self.0.as_bytes()))
    }

    /// The key itself, to be shown to whom it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_visible && (16..=MAX_BYTES).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidKey::Key)
        }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

// === impl KeyDigest ===

impl FromStr for KeyDigest {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let digits = text.strip_prefix(DIGEST_PREFIX).ok_or(InvalidKey::Digest)?;
        let hash = blake3::Hash::from_hex(digits).map_err(|_| InvalidKey::Digest)?;
        Ok(Self(hash))
    }
}

impl std::fmt::Display for KeyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{DIGEST_PREFIX}{}", self.0)
    }
}

impl std::fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyDigest({self})")
    }
}

impl Serialize for KeyDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_digest_and_never_shown() {
        let key = Key::generate().unwrap();
        assert_ne!(key, Key::generate().unwrap());
        let same = Key::from_file(format!("{}\n", key.reveal()).as_bytes()).unwrap();
        let digest: KeyDigest = key.digest().to_string().parse().unwrap();
        assert_eq!(same.digest(), digest);
        assert!(!format!("{key:?}").contains(&key.reveal()[4..]));
    }

    #[test]
    fn refuses_what_is_no_key_or_no_digest() {
        let long = "a".repeat(257);
        for text in [
            "",
            "short",
            "with a space in it",
            "line\nand another line",
            "grün-grün-grün-grün",
            &long,
        ] {
            assert!(text.parse::<Key>().is_err(), "{text:?}");
        }
        for text in ["", "blake3:", "blake3:12", "sha256:00", &"0".repeat(64)] {
            assert!(text.parse::<KeyDigest>().is_err(), "{text:?}");
        }
    }
}
