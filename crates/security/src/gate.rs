//! Who is let in.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;

use crate::key::Key;
use crate::keyring::{Keyring, Principal};
use crate::quota::Meters;
use crate::role::Role;
use crate::watched::Watched;

/// What is in front of a daemon that has keys.
#[derive(Debug)]
pub struct Gate {
    keyring: Arc<Watched<Keyring>>,
    meters: Meters,
}

/// A call that was let in; it counts against its principal's quota until this is dropped.
#[derive(Debug)]
pub struct Admission {
    pub principal: Arc<str>,
    _permit: Option<OwnedSemaphorePermit>,
}

/// Why a call is not let in. Says nothing about keys that the caller did not show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a key is needed; send it as 'authorization: Bearer KEY'")]
    NoKey,
    #[error("the authorization is not of the form 'Bearer KEY'")]
    Malformed,
    #[error("the key is not known; was it taken back, or is it of another deployment?")]
    Unknown,
    #[error("the key expired at {at}; ask for a new one")]
    Expired { at: Timestamp },
    #[error("this needs the role {needed}, and the key of '{principal}' has {has}")]
    RoleTooLow {
        principal: Arc<str>,
        has: Role,
        needed: Role,
    },
    #[error("the quota '{what}' of '{principal}' is used up; ask again later")]
    QuotaExhausted {
        principal: Arc<str>,
        what: &'static str,
        retry_after: Duration,
    },
}

// === impl Gate ===

impl Gate {
    pub fn new(keyring: Arc<Watched<Keyring>>) -> Self {
        Self {
            keyring,
            meters: Meters::default(),
        }
    }

    /// Lets in who shows, in its authorization, a key that holds now and has the role.
    pub fn admit(
        &self,
        authorization: Option<&[u8]>,
        needed: Role,
        now: Timestamp,
    ) -> Result<Admission, Refusal> {
        let key = key(authorization)?;
        let keyring = self.keyring.current();
        let principal = keyring.find(&key).ok_or(Refusal::Unknown)?;
        check(principal, needed, now)?;
        let name = &principal.name;
        let permit = self
            .meters
            .enter(name, principal.quota)
            .map_err(|exhausted| Refusal::QuotaExhausted {
                principal: Arc::clone(name),
                what: exhausted.what,
                retry_after: exhausted.retry_after,
            })?;
        Ok(Admission {
            principal: Arc::clone(name),
            _permit: permit,
        })
    }
}

fn key(authorization: Option<&[u8]>) -> Result<Key, Refusal> {
    let text = authorization.ok_or(Refusal::NoKey)?;
    let text = std::str::from_utf8(text).map_err(|_| Refusal::Malformed)?;
    let (scheme, key) = text.split_once(' ').ok_or(Refusal::Malformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::Malformed);
    }
    key.trim_start().parse().map_err(|_| Refusal::Malformed)
}

fn check(principal: &Principal, needed: Role, now: Timestamp) -> Result<(), Refusal> {
    match principal.expires {
        Some(at) if at <= now => Err(Refusal::Expired { at }),
        _ if principal.role < needed => Err(Refusal::RoleTooLow {
            principal: Arc::clone(&principal.name),
            has: principal.role,
            needed,
        }),
        _ => Ok(()),
    }
}

// === impl Refusal ===

impl Refusal {
    /// Stable, for callers to match on.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoKey => "KEY_MISSING",
            Self::Malformed => "KEY_MALFORMED",
            Self::Unknown => "KEY_UNKNOWN",
            Self::Expired { .. } => "KEY_EXPIRED",
            Self::RoleTooLow { .. } => "ROLE_TOO_LOW",
            Self::QuotaExhausted { .. } => "QUOTA_EXHAUSTED",
        }
    }

    /// When to ask again, where that helps.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::QuotaExhausted { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READER: &str = "ssk_reader-reader-reader";
    const CALLER: &str = "ssk_caller-caller-caller";
    const EXPIRED: &str = "ssk_expired-expired-expired";

    fn file() -> String {
        let digest = |key: &str| key.parse::<Key>().unwrap().digest();
        format!(
            "[[keys]]\nprincipal = \"eyes\"\nrole = \"reader\"\ndigest = \"{}\"\n\
             [[keys]]\nprincipal = \"team\"\nrole = \"caller\"\ndigest = \"{}\"\nquota = {{ max_calls = 1 }}\n\
             [[keys]]\nprincipal = \"left\"\nrole = \"operator\"\ndigest = \"{}\"\nexpires = \"2026-01-01T00:00:00Z\"\n",
            digest(READER),
            digest(CALLER),
            digest(EXPIRED)
        )
    }

    fn gate(folder: &tempfile::TempDir) -> Gate {
        let path = folder.path().join("keys.toml");
        std::fs::write(&path, file()).unwrap();
        let parse = |contents: &[Vec<u8>]| Keyring::parse(&contents[0]);
        Gate::new(Watched::start(vec![path], Duration::from_hours(1), parse).unwrap())
    }

    #[tokio::test]
    async fn a_call_is_let_in_by_a_key_that_holds_and_has_the_role() {
        let folder = tempfile::tempdir().unwrap();
        let gate = gate(&folder);
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let bearer = |key: &str| Some(format!("Bearer {key}"));
        let table = [
            (None, Role::Reader, "KEY_MISSING"),
            (Some(CALLER.to_owned()), Role::Reader, "KEY_MALFORMED"),
            (
                Some(format!("Basic {CALLER}")),
                Role::Reader,
                "KEY_MALFORMED",
            ),
            (bearer("short"), Role::Reader, "KEY_MALFORMED"),
            (
                bearer("ssk_nobody-nobody-nobody"),
                Role::Reader,
                "KEY_UNKNOWN",
            ),
            (bearer(EXPIRED), Role::Reader, "KEY_EXPIRED"),
            (bearer(READER), Role::Caller, "ROLE_TOO_LOW"),
            (bearer(CALLER), Role::Operator, "ROLE_TOO_LOW"),
            (bearer(READER), Role::Reader, "eyes"),
            (bearer(CALLER), Role::Reader, "team"),
            (Some(format!("bearer  {CALLER}")), Role::Caller, "team"),
        ];
        for (authorization, role, expected) in table {
            let seen = match gate.admit(authorization.as_deref().map(str::as_bytes), role, now) {
                Ok(admission) => admission.principal.to_string(),
                Err(refusal) => refusal.reason().to_owned(),
            };
            assert_eq!(seen, expected, "{authorization:?} {role}");
        }
    }

    #[tokio::test]
    async fn a_quota_is_held_until_the_call_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let gate = gate(&folder);
        let bearer = format!("Bearer {CALLER}");
        let admit = || gate.admit(Some(bearer.as_bytes()), Role::Caller, Timestamp::now());
        let first = admit().unwrap();
        let refused = admit().unwrap_err();
        assert_eq!(refused.reason(), "QUOTA_EXHAUSTED");
        assert!(refused.retry_after().is_some());
        drop(first);
        assert!(admit().is_ok());
    }
}
