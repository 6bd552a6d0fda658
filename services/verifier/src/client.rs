//! Who asks: what turns are shared fairly between.

use std::net::IpAddr;
use std::sync::Arc;

use synthsmith_rpc::Caller;

const MAX_NAME_BYTES: usize = 64;

/// Who asks. A name that is not proven shares turns, and opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// As its key proves.
    Proven(Arc<str>),
    /// As it calls itself.
    Named(Arc<str>),
    Address(IpAddr),
    /// Called without a network between.
    Unknown,
}

impl Client {
    /// The metadata key under which a client names itself.
    pub const KEY: &'static str = "synthsmith-client";

    /// The client of a call, from whose key it shows, the name it gives and the address it calls from; or why the
    /// name is none.
    pub fn of(
        proven: Option<&Caller>,
        name: Option<&[u8]>,
        address: Option<IpAddr>,
    ) -> Result<Self, &'static str> {
        match (proven, name) {
            // Other names would be other shares.
            (Some(Caller(principal)), _) => Ok(Self::Proven(Arc::clone(principal))),
            (None, Some(name)) => {
                named(name).ok_or("must be 1 to 64 letters, digits, '.', '_' or '-'")
            }
            (None, None) => Ok(address.map_or(Self::Unknown, |address| {
                Self::Address(address.to_canonical())
            })),
        }
    }
}

fn named(name: &[u8]) -> Option<Client> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let fits = (1..=MAX_NAME_BYTES).contains(&name.len()) && name.iter().all(is_plain);
    let name = std::str::from_utf8(name).ok().filter(|_| fits)?;
    Some(Client::Named(name.into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_client_is_its_name_or_else_its_address() {
        let address: IpAddr = "10.0.0.7".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.7".parse().unwrap();
        let named = |name: &str| Ok(Client::Named(name.into()));
        let table = [
            (Some("grader-1"), Some(address), named("grader-1")),
            (Some("10.0.0.7"), None, named("10.0.0.7")),
            (None, Some(address), Ok(Client::Address(address))),
            (None, Some(mapped), Ok(Client::Address(address))),
            (None, None, Ok(Client::Unknown)),
        ];
        for (name, address, client) in table {
            let named = name.map(str::as_bytes);
            assert_eq!(
                Client::of(None, named, address),
                client,
                "{name:?} {address:?}"
            );
        }
    }

    #[test]
    fn a_proven_client_has_one_share_whatever_it_calls_itself() {
        let caller = Caller("team".into());
        let proven = Ok(Client::Proven("team".into()));
        for name in [None, Some("grader-1"), Some("a b")] {
            let name = name.map(str::as_bytes);
            assert_eq!(Client::of(Some(&caller), name, None), proven, "{name:?}");
        }
    }

    #[test]
    fn refuses_a_name_that_is_none() {
        let long = [b'a'; 65];
        let names: [&[u8]; 6] = [b"", b"a b", b"a\n", b"a/b", &long, "grün".as_bytes()];
        for name in names {
            assert!(Client::of(None, Some(name), None).is_err(), "{name:?}");
        }
        assert!(Client::of(None, Some(&long[1..]), None).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_name_or_refused(name in proptest::collection::vec(any::<u8>(), 0..80)) {
            match Client::of(None, Some(&name), None) {
                Ok(Client::Named(taken)) => prop_assert_eq!(taken.as_bytes(), &name),
                Ok(other) => prop_assert!(false, "{:?}", other),
                Err(reason) => prop_assert!(!reason.is_empty()),
            }
        }
    }
}
