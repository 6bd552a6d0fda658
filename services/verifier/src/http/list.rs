//! Lists and maps in bodies that are only so long, or of which only one entry matters: a short body must not become
//! much memory.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

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

/// Whether a list has entries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct HasEntries(pub(super) bool);

impl<'de> Deserialize<'de> for HasEntries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = HasEntries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of paths")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<HasEntries, A::Error> {
        let mut has_entries = false;
        while list.next_element::<String>()?.is_some() {
            has_entries = true;
        }
        Ok(HasEntries(has_entries))
    }
}

/// Whether a map of files has one with a content.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct HasFiles(pub(super) bool);

impl<'de> Deserialize<'de> for HasFiles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FilesVisitor)
    }
}

struct FilesVisitor;

impl<'de> Visitor<'de> for FilesVisitor {
    type Value = HasFiles;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of paths to contents")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HasFiles, A::Error> {
        let mut has_files = false;
        while let Some((_, content)) = map.next_entry::<IgnoredAny, Option<IgnoredAny>>()? {
            has_files |= content.is_some();
        }
        Ok(HasFiles(has_files))
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

    #[test]
    fn only_files_with_a_content_count() {
        let table = [
            ("{}", false),
            (r#"{"a": null}"#, false),
            (r#"{"a": null, "b": ""}"#, true),
        ];
        for (json, has_files) in table {
            assert_eq!(
                serde_json::from_str::<HasFiles>(json).unwrap(),
                HasFiles(has_files),
                "{json}"
            );
        }
        for (json, has_entries) in [("[]", false), (r#"["a", "b"]"#, true)] {
            let read = serde_json::from_str::<HasEntries>(json).unwrap();
            assert_eq!(read, HasEntries(has_entries), "{json}");
        }
        assert!(serde_json::from_str::<HasEntries>("[1]").is_err());
    }
}
