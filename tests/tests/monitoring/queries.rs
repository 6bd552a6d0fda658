//! The queries of the chart.

use serde_json::Value;
use synthsmith_tests::python::repository;

use crate::prometheus::NAMESPACE;

pub(crate) fn of_dashboards() -> Vec<String> {
    let folder = repository().join("charts/synthsmith/dashboards");
    let mut queries = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let dashboard: Value = serde_json::from_str(&text).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            let targets = panel["targets"].as_array().into_iter().flatten();
            queries.extend(targets.map(|target| filled(target["expr"].as_str().unwrap())));
        }
    }
    queries
}

/// With what Grafana would put in.
fn filled(query: &str) -> String {
    query
        .replace("$namespace", NAMESPACE)
        .replace("$__rate_interval", "1m")
}

/// The measures that a query names.
pub(crate) fn measures(query: &str) -> impl Iterator<Item = &str> {
    let words = query.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("synthsmith_"))
}
