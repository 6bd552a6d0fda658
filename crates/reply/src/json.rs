//! The one JSON object of an answer.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{Error, Part, fence, strict};

pub const MAX_JSON_BYTES: usize = 1 << 20;
pub const MAX_JSON_DEPTH: usize = 64;

/// See [`crate::Reply::json_object`] for the rule.
pub(crate) fn object(answer: &str) -> Result<Map<String, Value>, Error> {
    let region = region(answer)?;
    let text = only_object(region.trim())?;
    if text.len() > MAX_JSON_BYTES {
        return Err(Error::TooLarge {
            part: Part::JsonObject,
            bytes: text.len(),
            limit: MAX_JSON_BYTES,
        });
    }
    strict::object(text).map_err(Error::Malformed)
}

/// Where in the answer the object is looked for.
fn region(answer: &str) -> Result<Cow<'_, str>, Error> {
    if answer.starts_with(['{', '[']) {
        return Ok(Cow::Borrowed(answer));
    }
    if let Some((_, rest)) = answer.split_once("<begin>") {
        let end = rest.rfind("<end>").unwrap_or(rest.len());
        return Ok(Cow::Borrowed(&rest[..end]));
    }
    let mut fences: Vec<_> = fence::blocks(answer)
        .into_iter()
        .filter(|block| block.tag.eq_ignore_ascii_case("json"))
        .collect();
    match (fences.pop(), fences.is_empty()) {
        (None, _) => Ok(Cow::Borrowed(answer)),
        (Some(block), true) => Ok(Cow::Owned(block.body)),
        (Some(_), false) => Err(Error::SeveralObjects),
    }
}

fn only_object(region: &str) -> Result<&str, Error> {
    let start = next_object(region, 0).ok_or(Error::NoObject)?;
    if region[..start].trim_end().ends_with('[') {
        return Err(Error::InsideArray);
    }
    let end = end_of_object(region, start)?;
    match next_object(region, end) {
        Some(_) => Err(Error::SeveralObjects),
        None => Ok(&region[start..end]),
    }
}

/// An object begins at a brace followed by a quote, or at a brace that opens the region.
fn next_object(region: &str, from: usize) -> Option<usize> {
    let mut braces = region[from..]
        .match_indices('{')
        .map(|(offset, _)| from + offset);
    braces.find(|&brace| brace == 0 || region[brace + 1..].trim_start().starts_with('"'))
}

/// The end of the object at `start`, by its brackets outside strings.
fn end_of_object(region: &str, start: usize) -> Result<usize, Error> {
    let mut depth = 0;
    let mut is_in_string = false;
    let mut is_escaped = false;
    for (offset, byte) in region.as_bytes()[start..].iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_string => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'{' | b'[' if depth == MAX_JSON_DEPTH => {
                return Err(Error::TooDeep {
                    limit: MAX_JSON_DEPTH,
                });
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Ok(start + offset + 1),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    Err(Error::Truncated(Part::JsonObject))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_object_wherever_it_may_stand() {
        let want = r#"{"a":"x } \" {","b":[1,{"c":null}]}"#;
        let table = [
            want.to_owned(),
            format!("{want}\nThat is all."),
            format!("Sure, for {{n}} items:\n{want} Done {{really}}."),
            format!("<begin>\n{want}\n<end>"),
            format!("Here.\n<begin>{want}<end>\nA note."),
            format!("Here.\n```json\n{want}\n```\nSee {{\"k\": 1}}."),
            format!("Here.\n```JSON\n{want}"),
            format!("```\n{want}\n```"),
            format!("  {{ {}", &want[1..]),
        ];
        for answer in table {
            let found = object(answer.trim()).unwrap();
            assert_eq!(serde_json::to_string(&found).unwrap(), want, "{answer:?}");
        }
    }

    #[test]
    fn rejects_what_is_not_one_strict_object() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(65), "}".repeat(65));
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_JSON_BYTES));
        let table = [
            ("no object", "no_object"),
            ("{n} and {m}", "malformed"),
            (r#""{\"a\":1}""#, "no_object"),
            (r#"{"a":1} {"b":2}"#, "several_objects"),
            (
                "```json\n{\"a\":1}\n```\n```json\n{\"b\":1}\n```",
                "several_objects",
            ),
            (r#"[{"a":1}]"#, "inside_array"),
            (r#"So: [ {"a":1}]"#, "inside_array"),
            ("[1]", "no_object"),
            (r#"{"a":[1,2"#, "truncated"),
            (r#"<begin>{"a":"b<end>"#, "truncated"),
            (r#"{"a":1,}"#, "malformed"),
            (r#"{"a":1,"a":1}"#, "malformed"),
            (r#"{"x":{"a":1,"b":{},"a":2}}"#, "malformed"),
            ("{'a':1}", "malformed"),
            ("{\"a\":1 // one\n}", "malformed"),
            (r#"{"a":NaN}"#, "malformed"),
            (r#"{"a":True}"#, "malformed"),
            (r#"{"a":01}"#, "malformed"),
            (r#"{"a":"\ud800"}"#, "malformed"),
            ("{\"a\":\"two\nlines\"}", "malformed"),
            (deep.as_str(), "too_deep"),
            (large.as_str(), "too_large"),
        ];
        for (answer, want) in table {
            assert_eq!(object(answer).unwrap_err().name(), want, "{answer:.60}");
        }
    }

    #[test]
    fn takes_an_object_of_the_greatest_depth_and_an_empty_one() {
        let deep = format!(
            "{}1{}",
            r#"{"a":"#.repeat(MAX_JSON_DEPTH),
            "}".repeat(MAX_JSON_DEPTH)
        );
        assert!(object(&deep).is_ok());
        assert!(object("{}").unwrap().is_empty());
    }

    #[test]
    fn reads_a_megabyte_of_braces_in_one_pass() {
        for piece in ["{", "{ ", "}", "{\"", "\\\"{", "[{", "<begin>"] {
            assert!(
                object(&piece.repeat((1 << 20) / piece.len())).is_err(),
                "{piece:?}"
            );
        }
    }
}
