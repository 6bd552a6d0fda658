//! Lists in bodies that are only so long: a short body must not become much memory.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};

/// Entries of a list.
pub(super) const MOST_ENTRIES: usize = 100_000;

/// A list of one to [`MOST_ENTRIES`] entries.
pub(super) fn bounded<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(Bounded(PhantomData))
}

struct Bounded<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Bounded<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of 1 to {MOST_ENTRIES}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            if entries.len() == MOST_ENTRIES {
                return Err(A::Error::invalid_length(MOST_ENTRIES + 1, &self));
            }
            entries.push(entry);
        }
        if entries.is_empty() {
            return Err(A::Error::invalid_length(0, &self));
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(json: &str) -> Result<usize, String> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let list: Result<Vec<u8>, _> = bounded(&mut deserializer);
        list.map(|list| list.len())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_has_at_least_one_entry_and_at_most_so_many() {
        let list = |count| format!("[{}0]", "0,".repeat(count - 1));
        assert_eq!(length("[7]"), Ok(1));
        assert_eq!(length(&list(MOST_ENTRIES)), Ok(MOST_ENTRIES));
        for json in ["[]", &list(MOST_ENTRIES + 1)] {
            let error = length(json).unwrap_err();
            assert!(error.contains("a list of 1 to 100000"), "{error}");
        }
    }
}
