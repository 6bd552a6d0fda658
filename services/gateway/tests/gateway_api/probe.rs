//! The one small question of `doctor`.

use synthsmith_gateway::{EndpointConfig, Error, probe};

use crate::mock::{Act, Mock};

async fn probed(act: Act) -> Result<synthsmith_gateway::ProbeReport, Error> {
    let mock = Mock::start([act]).await;
    let config = EndpointConfig {
        base_url: mock.base_url(),
        ..EndpointConfig::default()
    };
    let report = probe(&config).await;
    assert_eq!(mock.asked().len(), 1);
    report
}

#[tokio::test]
async fn tells_what_the_endpoint_has() {
    let report = probed(Act::Answer("ready\u{7}".into())).await.unwrap();
    assert_eq!(
        (report.model.as_str(), report.answer.as_str()),
        ("mock-1", "ready")
    );
    assert!(report.reports_usage && report.reports_fingerprint && report.parts_reasoning);
}

#[tokio::test]
async fn tells_what_the_endpoint_lacks() {
    let bare = r#"{"choices":[{"message":{"content":"ready"}}]}"#;
    let report = probed(Act::Reply(200, "", bare.into())).await.unwrap();
    assert!(!report.reports_usage && !report.reports_fingerprint && !report.parts_reasoning);
    assert_eq!(report.model, "synthsmith-teacher");
}

#[tokio::test]
async fn asks_once_and_tells_why_it_failed() {
    let wrong = probed(Act::Reply(401, "", "no".into())).await;
    assert!(matches!(wrong, Err(Error::KeyWrong { status: 401, .. })));
    let down = probed(Act::Reply(500, "", "no".into())).await;
    assert!(matches!(
        down,
        Err(Error::EndpointUnavailable { attempts: 1, .. })
    ));
    let busy = probed(Act::Reply(429, "retry-after: 9", String::new())).await;
    assert!(matches!(busy, Err(Error::EndpointBusy { .. })));
}
