//! Making and looking at keys.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use tempfile::tempdir;

use crate::refused::{refused, synthsmith};

#[test]
fn a_key_is_printed_once_and_only_its_digest_is_kept() {
    let place = tempdir().unwrap();
    for principal in ["team", "daemons"] {
        let args = [
            "keys",
            "new",
            "--principal",
            principal,
            "--days",
            "3",
            "--file",
            "keys.toml",
        ];
        let made = synthsmith(place.path(), &args).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let key = String::from_utf8(made.stdout).unwrap();
        let kept = fs::read_to_string(place.path().join("keys.toml")).unwrap();
        assert!(!kept.contains(key.trim()), "{kept}");

        let mut digest = synthsmith(place.path(), &["keys", "digest"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        digest
            .stdin
            .take()
            .unwrap()
            .write_all(key.as_bytes())
            .unwrap();
        let digest = digest.wait_with_output().unwrap().stdout;
        assert!(
            kept.contains(String::from_utf8(digest).unwrap().trim()),
            "{kept}"
        );
    }
    let list = synthsmith(place.path(), &["keys", "list", "keys.toml", "--json"]);
    let list = { list }.output().unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!(rows[0]["principal"], "daemons");
    assert_eq!(rows[1]["role"], "caller");
    assert_eq!(rows[1]["is_expired"], false);
}

#[test]
fn a_principal_that_is_none_and_a_file_that_is_none() {
    let place = tempdir().unwrap();
    let new = synthsmith(place.path(), &["keys", "new", "--principal", "a team"]);
    refused(new, 2, &["'a team'"]);
    fs::write(place.path().join("keys.toml"), "keys = 3").unwrap();
    for args in [
        ["keys", "list", "keys.toml", "--json"].as_slice(),
        &["keys", "new", "--principal", "team", "--file", "keys.toml"],
    ] {
        refused(synthsmith(place.path(), args), 2, &["keys"]);
    }
    assert_eq!(
        fs::read_to_string(place.path().join("keys.toml")).unwrap(),
        "keys = 3"
    );
    refused(
        synthsmith(place.path(), &["keys", "digest"]),
        2,
        &["a key is one line"],
    );
}

#[test]
fn services_with_keys_need_one_for_each_other() {
    let place = tempdir().unwrap();
    fs::write(
        place.path().join("synthsmith.toml"),
        "[security]\nkeys_file = \"keys.toml\"\n",
    )
    .unwrap();
    refused(synthsmith(place.path(), &["up"]), 2, &["security.key_file"]);
}

#[test]
fn a_principal_with_a_quota_gets_its_new_key_with_the_same() {
    let place = tempdir().unwrap();
    let new = ["keys", "new", "--principal", "team", "--file", "keys.toml"];
    let add_key = || synthsmith(place.path(), &new).output().unwrap();
    assert!(add_key().status.success());
    let file = place.path().join("keys.toml");
    let kept = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        kept + "quota = { calls_per_minute = 60, max_calls = 3 }\n",
    )
    .unwrap();
    let made = add_key();
    assert!(made.status.success(), "{made:?}");
    let kept = fs::read_to_string(&file).unwrap();
    assert_eq!(
        kept.matches("calls_per_minute = 60, max_calls = 3").count(),
        2,
        "{kept}"
    );
}
