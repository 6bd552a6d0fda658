//! What the chart's dashboards and alerts ask, asked of a real Prometheus that scrapes real daemons.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod prometheus;
mod queries;

use std::collections::BTreeSet;
use std::time::Duration;

use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::System;

use prometheus::Prometheus;

#[tokio::test]
async fn every_query_of_dashboards_and_alerts_finds_what_the_daemons_measure() {
    let test = "every_query_of_dashboards_and_alerts_finds_what_the_daemons_measure";
    if !engine_or_skip(test) {
        return;
    }
    let Some(program) = prometheus::or_skip(test) else {
        return;
    };
    let system = System::start().await;
    let prometheus = Prometheus::start(&program, &system.scraped()).await;
    system.run_five_tasks().await;
    system.judge_a_program().await;
    system.train_and_evaluate_a_model().await;

    let queries = queries::of_dashboards();
    assert!(queries.len() > 30, "{queries:?}");
    let names: BTreeSet<&str> = queries
        .iter()
        .flat_map(|it| queries::measures(it))
        .collect();
    for name in names {
        prometheus.until_found(name).await;
    }
    for query in &queries {
        // Where all went well there are no errors to be found.
        if !query.contains("code") {
            prometheus.until_found(query).await;
        }
        prometheus.ask(query).await;
    }
    let rules = prometheus.rules(Duration::from_secs(30)).await;
    assert!(rules.len() >= 8, "{rules:?}");
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule:#}");
        for name in queries::measures(rule["query"].as_str().unwrap()) {
            prometheus.until_found(name).await;
        }
    }
}
