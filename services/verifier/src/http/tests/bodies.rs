//! Bodies that are not the protocol's, and paths that are not there.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::echo::{Echo, post, router};

/// Path, body, and where the flaw is.
#[rustfmt::skip]
fn table() -> Vec<(&'static str, Value, Value)> {
    let run_code = |field: &str, value: Value| {
        let mut body = json!({"code": "print(1)", "language": "python"});
        body[field] = value;
        body
    };
    let good = json!({"type": "python", "solution": "1"});
    let batch = |submissions: Value| json!({"type": "batch", "submissions": submissions});
    let second = |entry: Value| batch(json!([good, entry]));
    let second_at = |field: &str| json!(["body", "submissions", 1, field]);
    vec![
        ("/run_code", json!({"code": "print(1)"}), json!(["body", "language"])),
        ("/run_code", run_code("language", json!("cobol")), json!(["body", "language"])),
        ("/run_code", run_code("stdin", json!(7)), json!(["body", "stdin"])),
        ("/run_code", run_code("run_timeout", json!("soon")), json!(["body", "run_timeout"])),
        ("/run_code", run_code("files", json!({"../a.txt": "aGk="})), json!(["body", "files"])),
        ("/run_code", run_code("fetch_files", json!(["/etc/passwd"])), json!(["body", "fetch_files"])),
        ("/run_code", run_code("code", json!("x".repeat(2 << 20))), json!(["body", "code"])),
        ("/judge", json!({"type": "cobol", "solution": "1"}), json!(["body", "type"])),
        ("/judge", json!({"type": "python"}), json!(["body", "solution"])),
        ("/judge", json!("text"), json!(["body"])),
        ("/judge/batch", good.clone(), json!(["body", "type"])),
        ("/run/batch", batch(json!([])), json!(["body", "submissions"])),
        ("/run/long-batch", batch(json!({})), json!(["body", "submissions"])),
        ("/judge/long-batch", second(json!({"type": "python"})), second_at("solution")),
        ("/judge/long-batch", second(json!({"type": "c", "solution": "", "input": 7})), second_at("input")),
        ("/judge/long-batch", second(json!({"type": "cobol", "solution": ""})), second_at("type")),
    ]
}

#[tokio::test]
async fn a_body_that_is_not_the_protocols_is_refused_and_the_field_is_named() {
    let echo = Echo::with_permits(0);
    let router = router(&echo, 1);
    for (path, body, loc) in table() {
        let answer = post(&router, path, &body).await;
        let shown = body.to_string().chars().take(100).collect::<String>();
        assert_eq!(answer.status, 422, "{path} {shown}: {}", answer.body);
        let detail = &answer.body["detail"][0];
        assert_eq!(detail["loc"], loc, "{path} {shown}: {detail}");
        assert!(detail["msg"].is_string() && detail["type"].is_string());
    }
    assert_eq!(echo.seen(), [] as [String; 0]);
}

#[tokio::test]
async fn what_is_no_json_and_what_is_no_path_is_refused() {
    let echo = Echo::with_permits(0);
    let router = router(&echo, 1);
    let status = async |request: Request<Body>| {
        let response = router.clone().oneshot(request).await.unwrap();
        response.status().as_u16()
    };
    for body in ["", "{", "{\"code\": \"\\ud800\"}", "nan", "{}{}"] {
        for path in ["/run_code", "/judge", "/run/batch"] {
            let request = Request::post(path).body(Body::from(body)).unwrap();
            assert_eq!(status(request).await, 422, "{path} {body}");
        }
    }
    let deep = "[".repeat(100_000);
    let request = Request::post("/judge").body(Body::from(deep)).unwrap();
    assert_eq!(status(request).await, 422);
    assert_eq!(
        status(Request::get("/nowhere").body(Body::empty()).unwrap()).await,
        404
    );
    assert_eq!(
        status(Request::get("/judge").body(Body::empty()).unwrap()).await,
        405
    );
    let request = Request::post("/judge").header("synthsmith-client", "a b");
    let request = request.body(Body::from(r#"{"type": "python", "solution": ""}"#));
    assert_eq!(status(request.unwrap()).await, 422);
    for path in ["/ping", "/v1/ping", "/status"] {
        assert_eq!(
            status(Request::get(path).body(Body::empty()).unwrap()).await,
            200
        );
    }
}
