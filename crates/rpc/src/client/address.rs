//! Where a service is.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// The address of a service: one place or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) is_protected: bool,
    pub(super) places: Vec<Place>,
}

/// A host, by name or by number, and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Without the brackets of a number.
    pub(super) host: String,
    pub(super) port: u16,
}

/// An address that is none, or that cannot be reached as it asks.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAddress {
    #[error(
        "'{address}' is not an address of a service; use the form http://HOST:PORT or https://HOST:PORT"
    )]
    Form { address: String },
    #[error(
        "'{address}' asks for a protected connection; set security.authority_file to the certificate of those who sign for it"
    )]
    NoAuthority { address: String },
}

// === impl Address ===

impl Address {
    /// The socket addresses, where each place is a number.
    pub(super) fn numbers(&self) -> Option<Vec<SocketAddr>> {
        self.places.iter().map(Place::number).collect()
    }

    /// Whether no other machine can be meant.
    pub(super) fn is_loopback(&self) -> bool {
        self.places.iter().all(|place| {
            let number = place.number().map(|it| it.ip().is_loopback());
            number.unwrap_or(place.host == "localhost")
        })
    }

    /// What calls to one of the places name as their authority.
    pub(super) fn origin(&self, place: &Place) -> String {
        let scheme = if self.is_protected { "https" } else { "http" };
        format!("{scheme}://{place}")
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let invalid = || InvalidAddress::Form {
            address: text.to_owned(),
        };
        let (scheme, places) = text.split_once("://").ok_or_else(invalid)?;
        let is_protected = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(invalid()),
        };
        let places = places.strip_suffix('/').unwrap_or(places);
        let places: Option<Vec<Place>> = places.split(',').map(Place::parse).collect();
        Ok(Self {
            is_protected,
            places: places.ok_or_else(invalid)?,
        })
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places: Vec<_> = self.places.iter().map(Place::to_string).collect();
        f.write_str(&places.join(","))
    }
}

// === impl Place ===

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let authority: http::uri::Authority = text.parse().ok()?;
        let has_user = text.contains('@');
        let port = authority.port_u16()?;
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        (!has_user && !host.is_empty()).then(|| Self {
            host: host.to_owned(),
            port,
        })
    }

    pub(super) fn number(&self) -> Option<SocketAddr> {
        let host: IpAddr = self.host.parse().ok()?;
        Some(SocketAddr::new(host, self.port))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

// === impl InvalidAddress ===

impl InvalidAddress {
    pub(super) fn no_authority(address: &Address) -> Self {
        Self::NoAuthority {
            address: format!("https://{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_place_or_several() {
        let table = [
            ("http://127.0.0.1:7106", false, "127.0.0.1:7106", true),
            ("http://localhost:7106/", false, "localhost:7106", false),
            (
                "https://verifier.pool:1,[::1]:2",
                true,
                "verifier.pool:1,[::1]:2",
                false,
            ),
            (
                "http://10.0.0.1:1,[::1]:2",
                false,
                "10.0.0.1:1,[::1]:2",
                true,
            ),
        ];
        for (text, is_protected, places, are_numbers) in table {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.is_protected, is_protected, "{text}");
            assert_eq!(address.to_string(), places);
            assert_eq!(address.numbers().is_some(), are_numbers, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_address() {
        let texts = [
            "",
            "verifier",
            "verifier:7106",
            "ftp://h:1",
            "http://",
            "http://h",
            "http://:1",
            "http://h:99999",
            "http://h:1,",
            "http://h:1/path",
            "http://user@h:1",
            "http://h :1",
            "http://h:1?q",
        ];
        for text in texts {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(error.contains("http://HOST:PORT"), "{text}: {error}");
        }
    }
}
