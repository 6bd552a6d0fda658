//! The item of a run that a call works for.
//!
//! Travels beside the trace as W3C baggage (`run.id`, `task.id`), so that every span and log line of
//! an item can be found in every service.

use std::future::Future;

use http::{HeaderMap, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const BAGGAGE: &str = "baggage";
const RUN_ID: &str = "run.id";
const TASK_ID: &str = "task.id";
/// Longer ids are not ours, and would flood logs.
const MAX_ID_BYTES: usize = 128;

tokio::task_local! {
    static CURRENT: Item;
}

/// The run and task a call works for; both may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    pub run_id: String,
    pub task_id: String,
}

impl Item {
    pub fn new(run_id: impl Into<String>, task_id: impl Into<String>) -> Self {
        Self {
            run_id: run_id.into(),
            task_id: task_id.into(),
        }
    }

    /// The item of the running task, empty outside one.
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    /// Runs a future on behalf of this item; spawned tasks do not inherit it.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }

    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let mut item = Self::default();
        let members = headers
            .get_all(BAGGAGE)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        for member in members {
            let Some((key, value)) = member.split_once('=') else {
                continue;
            };
            let value = value.split(';').next().unwrap_or_default().trim();
            match key.trim() {
                RUN_ID => item.run_id = decode(value),
                TASK_ID => item.task_id = decode(value),
                _ => {}
            }
        }
        item
    }

    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let members: Vec<String> = [(RUN_ID, &self.run_id), (TASK_ID, &self.task_id)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty() && value.len() <= MAX_ID_BYTES)
            .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        if members.is_empty() {
            return;
        }
        if let Ok(value) = HeaderValue::from_str(&members.join(",")) {
            headers.insert(BAGGAGE, value);
        }
    }
}

/// Control characters are dropped: the id ends up in terminals.
fn decode(value: &str) -> String {
    if value.len() > 3 * MAX_ID_BYTES {
        return String::new();
    }
    let decoded = percent_decode_str(value).decode_utf8_lossy();
    let mut id: String = decoded.chars().filter(|c| !c.is_control()).collect();
    if id.len() > MAX_ID_BYTES {
        id.clear();
    }
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_survive_the_headers(run in "[ -~]{0,40}", task in "\\PC{0,20}") {
            let item = Item::new(run, task);
            let mut headers = HeaderMap::new();
            item.write(&mut headers);
            prop_assert_eq!(Item::read(&headers), item);
        }

        #[test]
        fn foreign_baggage_never_panics(value in "[ -~]{0,200}") {
            let mut headers = HeaderMap::new();
            headers.insert(BAGGAGE, HeaderValue::from_str(&value).unwrap());
            Item::read(&headers);
        }
    }

    #[tokio::test]
    async fn is_known_inside_its_scope_only() {
        let item = Item::new("r", "t");
        let seen = item.clone().scope(async { Item::current() }).await;
        assert_eq!(seen, item);
        assert_eq!(Item::current(), Item::default());
    }
}
