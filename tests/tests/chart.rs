//! The chart, rendered by Helm and checked against Kubernetes' schemas and against the services.

use std::process::Command;

use synthsmith_tests::python::{CHART, python_or_skip, repository};

#[test]
fn the_chart_says_what_the_services_need_and_refuses_what_contradicts_itself() {
    let test = "the_chart_says_what_the_services_need_and_refuses_what_contradicts_itself";
    let Some(python) = python_or_skip(CHART, test) else {
        return;
    };
    let checked = Command::new(repository().join("charts/check/check.sh"))
        .arg(python)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}
