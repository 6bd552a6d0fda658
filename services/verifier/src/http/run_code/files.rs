//! The files of a request: those that the program finds in its working directory, and those that are asked back.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use synthsmith_sandbox::{
    LeftFile, MAX_GIVEN_BYTES, MAX_WORKING_FILES, WorkingFiles, is_plain_path,
};

/// Contents by path. Entries without a content are let be, as the original does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Given(BTreeMap<String, Bytes>);

/// Paths of files that are asked back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted(Vec<String>);

/// As the sandbox takes them.
pub(super) fn working_files(given: Given, wanted: &Wanted, wanted_bytes: u64) -> WorkingFiles {
    WorkingFiles {
        given: given.0.into_iter().collect(),
        wanted: wanted.0.clone(),
        wanted_bytes,
    }
}

/// What came back, in the words of the protocol: contents by path, and what there is to say of those left out.
pub(super) fn told(wanted: &Wanted, left: Vec<LeftFile>) -> (BTreeMap<String, String>, String) {
    let mut files = BTreeMap::new();
    let mut large = Vec::new();
    for (path, file) in wanted.0.iter().zip(left) {
        match file {
            LeftFile::Whole(bytes) => {
                files.insert(path.clone(), STANDARD.encode(bytes));
            }
            // The original leaves out what is not there without a word.
            LeftFile::Missing => {}
            LeftFile::TooLarge => large.push(path.as_str()),
        }
    }
    let message = match large.as_slice() {
        [] => String::new(),
        large => format!("too large to be fetched: {}", large.join(", ")),
    };
    (files, message)
}

// === impl Given ===

impl Given {
    pub(super) fn size_bytes(&self) -> usize {
        self.0.values().map(Bytes::len).sum()
    }

    /// Whether a file would have to be a directory for another.
    fn has_file_below_file(&self) -> bool {
        self.0.keys().any(|path| {
            let mut above = path.rmatch_indices('/');
            above.any(|(end, _)| self.0.contains_key(&path[..end]))
        })
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = deserializer.deserialize_map(GivenVisitor)?;
        if given.has_file_below_file() {
            return Err(D::Error::custom("a path leads through another file"));
        }
        Ok(given)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of paths to contents in base64")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        let mut given = Given::default();
        while let Some((path, content)) = map.next_entry::<String, Option<String>>()? {
            let Some(content) = content else { continue };
            let path = plain(path)?;
            let content = decoded(&content).ok_or_else(|| {
                A::Error::custom(format!("{path:?} has a content that is no base64"))
            })?;
            given.0.insert(path, content);
            if given.size_bytes() as u64 > MAX_GIVEN_BYTES {
                let most = MAX_GIVEN_BYTES;
                return Err(A::Error::custom(format!(
                    "the files have more than {most} bytes together"
                )));
            }
            few(given.0.len())?;
        }
        Ok(given)
    }
}

// === impl Wanted ===

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(WantedVisitor)
    }
}

struct WantedVisitor;

impl<'de> Visitor<'de> for WantedVisitor {
    type Value = Wanted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of paths")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Wanted, A::Error> {
        let mut wanted = Wanted::default();
        while let Some(path) = list.next_element()? {
            let path = plain(path)?;
            if !wanted.0.contains(&path) {
                wanted.0.push(path);
            }
            few(wanted.0.len())?;
        }
        Ok(wanted)
    }
}

fn few<E: Error>(count: usize) -> Result<(), E> {
    match count {
        0..=MAX_WORKING_FILES => Ok(()),
        _ => Err(E::custom(format!(
            "there are more than {MAX_WORKING_FILES} files"
        ))),
    }
}

fn plain<E: Error>(path: String) -> Result<String, E> {
    if is_plain_path(&path) {
        return Ok(path);
    }
    let beginning: String = path.chars().take(80).collect();
    Err(E::custom(format!(
        "{beginning:?} is no path of at most eight plain names below the working directory"
    )))
}

/// Line ends within are let be, as the original does.
fn decoded(text: &str) -> Option<Bytes> {
    let bytes = if text.contains(char::is_whitespace) {
        let text: String = text.split_whitespace().collect();
        STANDARD.decode(text)
    } else {
        STANDARD.decode(text)
    };
    bytes.ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn given(value: Value) -> Result<Given, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn files_are_taken_by_plain_paths_and_contents_in_base64() {
        let files = json!({"a.txt": "aGkK", "data/b": "AP8=", "empty": "", "lines": "aG\nkK\n", "none": null});
        let files = working_files(given(files).unwrap(), &Wanted(vec!["out".to_owned()]), 7);
        let contents: Vec<_> = files
            .given
            .iter()
            .map(|(path, bytes)| (path.as_str(), &bytes[..]))
            .collect();
        let expected: [(&str, &[u8]); 4] = [
            ("a.txt", b"hi\n"),
            ("data/b", b"\0\xff"),
            ("empty", b""),
            ("lines", b"hi\n"),
        ];
        assert_eq!(contents, expected);
        assert_eq!(
            (files.wanted, files.wanted_bytes),
            (vec!["out".to_owned()], 7)
        );
    }

    #[test]
    fn what_leads_elsewhere_or_is_too_much_is_refused_and_named() {
        let much = STANDARD.encode(vec![0; MAX_GIVEN_BYTES as usize + 1]);
        let many: BTreeMap<String, &str> = (0..=MAX_WORKING_FILES)
            .map(|index| (index.to_string(), ""))
            .collect();
        let table = [
            (json!({"/etc/passwd": ""}), "\"/etc/passwd\" is no path"),
            (json!({"../a": ""}), "\"../a\" is no path"),
            (json!({"a\u{1b}[2J": ""}), "\"a\\u{1b}[2J\" is no path"),
            (json!({"a": "%"}), "\"a\" has a content that is no base64"),
            (json!({"a": 7}), "invalid type"),
            (json!(["a"]), "a map of paths"),
            (json!({"a": "", "a/b/c": ""}), "leads through another file"),
            (json!({ "a": much }), "more than 16777216 bytes"),
            (json!(many), "more than 64 files"),
        ];
        for (files, reason) in table {
            let error = given(files).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
        for paths in [
            json!(["a", "../b"]),
            json!([7]),
            json!("a"),
            json!((0..65).map(|i| i.to_string()).collect::<Vec<_>>()),
        ] {
            assert!(serde_json::from_value::<Wanted>(paths).is_err());
        }
    }

    #[test]
    fn what_came_back_is_told_by_path_and_what_did_not_in_words() {
        let wanted: Wanted = serde_json::from_value(json!(["a", "b", "c", "a"])).unwrap();
        let left = vec![
            LeftFile::Whole(Bytes::from_static(b"\0\xff")),
            LeftFile::Missing,
            LeftFile::TooLarge,
        ];
        let (files, message) = told(&wanted, left);
        assert_eq!(files, BTreeMap::from([("a".to_owned(), "AP8=".to_owned())]));
        assert_eq!(message, "too large to be fetched: c");
    }
}
