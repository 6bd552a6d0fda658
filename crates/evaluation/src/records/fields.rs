//! The fields of a record, each parsed when it is asked for, so that errors can name it.
//!
//! Values stay the text that they are in the file until then: numbers of any size keep all their digits.

use std::collections::HashMap;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Flaw, Place};
use crate::Error;

/// A flaw and the field that has it.
#[derive(Debug)]
pub(super) struct FieldFlaw {
    pub(super) field: String,
    pub(super) flaw: Flaw,
}

/// The fields of a record by name.
#[derive(Debug)]
pub(super) struct Fields<'a>(HashMap<String, &'a RawValue>);

// === impl FieldFlaw ===

impl FieldFlaw {
    pub(super) fn at(self, place: &Place) -> Error {
        Error::Field {
            place: place.clone(),
            field: self.field,
            flaw: self.flaw,
        }
    }
}

impl Flaw {
    pub(super) fn of(self, field: &str) -> FieldFlaw {
        FieldFlaw {
            field: field.to_owned(),
            flaw: self,
        }
    }
}

// === impl Fields ===

impl<'a> Fields<'a> {
    /// Refuses a name that is there twice, since one of the two would be missed.
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// At most a few, in order, each at most a few letters long.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .0
            .keys()
            .map(|it| it.chars().take(40).collect())
            .collect();
        names.sort_unstable();
        names.truncate(20);
        names
    }

    /// Whether the field is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The text of a value; none where it is missing or null.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        let text = self.0.get(name)?.get();
        (text != "null").then_some(text)
    }

    pub(super) fn text(&self, name: &str) -> Result<String, FieldFlaw> {
        self.parsed(name, "a text")
    }

    /// Empty where it is missing or null.
    pub(super) fn text_or_empty(&self, name: &str) -> Result<String, FieldFlaw> {
        match self.raw(name) {
            Some(_) => self.text(name),
            None => Ok(String::new()),
        }
    }

    /// A text, or a whole number as its digits.
    pub(super) fn id(&self, name: &str) -> Result<String, FieldFlaw> {
        let raw = self.raw(name).ok_or_else(|| Flaw::Missing.of(name))?;
        let is_number = !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit());
        let id = if is_number {
            raw.to_owned()
        } else {
            self.parsed(name, "a text or a whole number")?
        };
        if id.is_empty() {
            return Err(Flaw::Empty.of(name));
        }
        Ok(id)
    }

    pub(super) fn parsed<T: DeserializeOwned>(
        &self,
        name: &str,
        expected: &'static str,
    ) -> Result<T, FieldFlaw> {
        let raw = self.raw(name).ok_or_else(|| Flaw::Missing.of(name))?;
        serde_json::from_str(raw).map_err(|_| Flaw::WrongType { expected }.of(name))
    }

    /// JSON that is the value, or the text that is the value, as data sets in tables have it.
    pub(super) fn json_text(&self, name: &str) -> Result<String, FieldFlaw> {
        let raw = self.raw(name).ok_or_else(|| Flaw::Missing.of(name))?;
        if raw.starts_with('"') {
            return self.text(name);
        }
        Ok(raw.to_owned())
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = HashMap::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value::<&'de RawValue>()?;
            if fields.contains_key(&name) {
                let shown: String = name.chars().take(40).collect();
                return Err(de::Error::custom(format_args!("duplicate field {shown:?}")));
            }
            fields.insert(name, value);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_when_it_is_asked_for_and_its_flaw_names_it() {
        let text =
            r#"{"a": "x", "b": 5, "c": null, "d": [1e999999, 123456789012345678901234567890]}"#;
        let fields = Fields::parse(text).unwrap();
        assert_eq!(fields.text("a").unwrap(), "x");
        assert_eq!(fields.id("b").unwrap(), "5");
        assert_eq!(fields.text_or_empty("c").unwrap(), "");
        assert_eq!(
            fields.raw("d").unwrap(),
            "[1e999999, 123456789012345678901234567890]"
        );
        for (name, words) in [
            ("b", "is not a text"),
            ("c", "is missing"),
            ("e", "is missing"),
        ] {
            let found = fields.text(name).unwrap_err();
            assert_eq!(
                (found.field.as_str(), found.flaw.to_string().as_str()),
                (name, words)
            );
        }
    }

    #[test]
    fn a_name_that_is_there_twice_is_refused() {
        let error = Fields::parse(r#"{"a": 1, "a": 2}"#).unwrap_err();
        assert!(
            error.to_string().contains("duplicate field \"a\""),
            "{error}"
        );
    }
}
