//! What anybody could call is not opened to a network.

use std::process::Command;

use synthsmith_tests::binary;

/// What a daemon says that does not start.
fn refusal(settings: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(binary("synthsmith-solver"))
        .env_remove("SYNTHSMITH_CONFIG")
        .envs(settings.iter().copied())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_daemon_without_keys_does_not_listen_beyond_loopback() {
    let said = refusal(&[("SYNTHSMITH_SERVER__SOLVER__LISTEN", "0.0.0.0:0")]);
    for part in [
        "0.0.0.0:0",
        "security.keys_file",
        "security.allow_anonymous",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn what_keeps_the_log_from_being_set_up_is_said_all_the_same() {
    let said = refusal(&[("SYNTHSMITH_TELEMETRY__LOG", "a=b=c")]);
    assert!(said.contains("solver") && said.contains("a=b=c"), "{said}");
    let said = refusal(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ]);
    assert!(said.contains("only grpc"), "{said}");
}

#[test]
fn files_that_are_missing_or_wrong_are_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.toml");
    let path = file.display().to_string();
    let keys = ("SYNTHSMITH_SECURITY__KEYS_FILE", path.as_str());
    assert!(refusal(&[keys]).contains(&path));
    std::fs::write(&file, "[[keys]]\nprincipal = 'a'\nrole = 'king'").unwrap();
    let said = refusal(&[keys]);
    assert!(said.contains(&path) && said.contains("king"), "{said}");
    let certificate = ("SYNTHSMITH_SECURITY__CERTIFICATE_FILE", path.as_str());
    assert!(refusal(&[certificate]).contains("private_key_file"));
}
