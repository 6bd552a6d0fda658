//! Reads bodies, and tells what is wrong with one where it is wrong.

use std::error::Error as _;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use serde::de::DeserializeOwned;

use super::refusal::{Flaw, Refusal, Step};

/// The value that the body is the JSON of.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    match Json::from_bytes(body) {
        Ok(Json(value)) => Ok(value),
        Err(rejection) => Err(Refusal::Unfit(vec![flaw(&rejection)])),
    }
}

fn flaw(rejection: &JsonRejection) -> Flaw {
    let told = rejection
        .source()
        .map_or_else(|| rejection.body_text(), ToString::to_string);
    match rejection {
        JsonRejection::JsonDataError(_) => flaw_of_value(&told),
        _ => Flaw {
            kind: "json_invalid",
            loc: vec!["body".into()],
            msg: format!("JSON decode error: {told}"),
        },
    }
}

/// Of `path: what is wrong at line 1 column 2`, where the path is like `a[1].b`.
fn flaw_of_value(told: &str) -> Flaw {
    let (path, message) = match told.split_once(": ") {
        Some((path, message)) if is_path(path) => (path, message),
        _ => ("", told),
    };
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    let mut loc = vec!["body".into()];
    loc.extend(path.split(['.', '[', ']']).filter_map(step));
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = missing {
        loc.push(field.into());
    }
    let (kind, msg) = match missing {
        Some(_) => ("missing", "Field required"),
        None if message.starts_with("invalid type") => ("type_error", message),
        None => ("value_error", message),
    };
    Flaw {
        kind,
        loc,
        msg: msg.to_owned(),
    }
}

fn is_path(text: &str) -> bool {
    let is_part =
        |character: char| character.is_ascii_alphanumeric() || "_.[]?".contains(character);
    text.chars().all(is_part)
}

fn step(part: &str) -> Option<Step> {
    if part.is_empty() {
        return None;
    }
    Some(match part.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => part.into(),
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only read")]
        list: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only read")]
        name: String,
    }

    fn told(body: &[u8]) -> Flaw {
        match read::<Outer>(body) {
            Err(Refusal::Unfit(mut flaws)) => flaws.remove(0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_path() {
        let name = |index| {
            vec![
                "body".into(),
                "list".into(),
                Step::Index(index),
                "name".into(),
            ]
        };
        let table: [(&str, &str, Vec<Step>); 6] = [
            (r#"{"list": [{"name": "a"}, {}]}"#, "missing", name(1)),
            (r#"{"list": [{"name": 7}]}"#, "type_error", name(0)),
            (
                r#"{"list": [{"name": "\ud800"}]}"#,
                "json_invalid",
                vec!["body".into()],
            ),
            (
                r#"{"list": 7}"#,
                "type_error",
                vec!["body".into(), "list".into()],
            ),
            ("[", "json_invalid", vec!["body".into()]),
            ("", "json_invalid", vec!["body".into()]),
        ];
        for (body, kind, loc) in table {
            let flaw = told(body.as_bytes());
            assert_eq!((flaw.kind, &flaw.loc), (kind, &loc), "{body}: {flaw:?}");
        }
        assert_eq!(told(b"{}").loc, ["body".into(), "list".into()]);
        assert_eq!(told(b"\"\xff\"").kind, "json_invalid");
    }
}
