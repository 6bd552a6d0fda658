//! What goes over the wire, field for field.

use std::hash::{BuildHasher as _, RandomState};

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use super::super::list::bounded;
use super::{Extent, Judged};

/// Fields that are not known are let be, as the original does.
#[derive(Debug, Deserialize)]
pub(super) struct Submission {
    #[serde(default)]
    pub(super) sub_id: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) solution: String,
    #[serde(default)]
    pub(super) input: Option<String>,
    #[serde(default)]
    pub(super) expected_output: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Batch {
    #[serde(default)]
    pub(super) sub_id: Option<String>,
    #[serde(rename = "type", default)]
    _kind: BatchKind,
    #[serde(deserialize_with = "bounded")]
    pub(super) submissions: Vec<Submission>,
}

#[derive(Debug, Default)]
struct BatchKind;

impl<'de> Deserialize<'de> for BatchKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = String::deserialize(deserializer)?;
        if kind == "batch" {
            return Ok(Self);
        }
        Err(D::Error::custom("Input should be 'batch'"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    #[serde(rename = "")]
    Unspecified,
    InternalError,
    WorkerTimeout,
    QueueTimeout,
    InvalidInput,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct SubmissionResult {
    sub_id: String,
    success: bool,
    run_success: bool,
    /// Seconds.
    cost: f64,
    #[serde(flatten)]
    printed: Option<Printed>,
    reason: Reason,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Printed {
    pub(super) stdout: Option<String>,
    pub(super) stderr: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct BatchResult {
    pub(super) sub_id: String,
    pub(super) results: Vec<SubmissionResult>,
}

#[derive(Debug, Serialize)]
pub(in super::super) struct Status {
    pub(super) queue: usize,
    pub(super) num_workers: usize,
}

/// The id that was given; where none was, a random one in the form of a UUID.
pub(super) fn or_new(sub_id: Option<String>) -> String {
    sub_id.filter(|id| !id.is_empty()).unwrap_or_else(|| {
        let random = || RandomState::new().hash_one(());
        let (high, low) = (random(), random());
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
        let (fourth, last) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
        format!("{first:08x}-{second:04x}-4{third:03x}-{fourth:04x}-{last:012x}")
    })
}

impl SubmissionResult {
    pub(super) fn of(sub_id: String, judged: Judged, extent: Extent) -> Self {
        Self {
            sub_id,
            success: judged.success,
            run_success: judged.run_success,
            cost: judged.cost.as_secs_f64(),
            printed: (extent == Extent::Output).then_some(judged.printed),
            reason: judged.reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_or_made_up() {
        assert_eq!(or_new(Some("mine".to_owned())), "mine");
        let (one, other) = (or_new(None), or_new(Some(String::new())));
        assert_ne!(one, other);
        let lengths: Vec<_> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{one}");
    }

    #[test]
    fn results_have_the_fields_of_the_protocol() {
        let judged = Judged::of_reason(Reason::QueueTimeout);
        let json = |extent| {
            let result = SubmissionResult::of("1".to_owned(), judged.clone(), extent);
            serde_json::to_string(&result).unwrap()
        };
        let (id, end) = (
            r#"{"sub_id":"1","success":false,"run_success":false,"cost":0.0,"#,
            r#""reason":"queue_timeout"}"#,
        );
        assert_eq!(json(Extent::Verdict), format!("{id}{end}"));
        let printed = r#""stdout":null,"stderr":null,"#;
        assert_eq!(json(Extent::Output), format!("{id}{printed}{end}"));
        assert_eq!(serde_json::to_string(&Reason::Unspecified).unwrap(), "\"\"");
    }
}
