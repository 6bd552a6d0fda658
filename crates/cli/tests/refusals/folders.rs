//! Samples, output folders and settings that cannot be used.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use tempfile::tempdir;

use crate::refused::{SAMPLES, refused, synthsmith, without_power_over_files};

#[test]
fn an_empty_samples_folder() {
    let place = tempdir().unwrap();
    fs::create_dir(place.path().join("empty")).unwrap();
    let run = synthsmith(place.path(), &["run", "--samples", "empty", "--out", "out"]);
    refused(
        run,
        2,
        &["no usable code sample", "empty", "give Python or C++"],
    );
    assert!(!place.path().join("out").exists());
}

#[test]
fn a_samples_folder_that_is_not_there() {
    let place = tempdir().unwrap();
    let run = synthsmith(
        place.path(),
        &["run", "--samples", "nowhere", "--out", "out"],
    );
    refused(run, 2, &["nowhere", "give a folder of programs"]);
    assert!(!place.path().join("out").exists());
}

#[test]
fn a_samples_folder_that_may_not_be_read() {
    let place = tempdir().unwrap();
    let closed = place.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    let run = without_power_over_files(&synthsmith(
        place.path(),
        &["run", "--samples", "closed", "--out", "out"],
    ));
    refused(run, 2, &["closed", "ermission"]);
    assert!(!place.path().join("out").exists());
}

#[test]
fn samples_that_are_binary_or_enormous() {
    let place = tempdir().unwrap();
    let samples = place.path().join("samples");
    fs::create_dir(&samples).unwrap();
    fs::write(
        samples.join("binary.py"),
        b"print(1)\0\0\0 and then some more of it",
    )
    .unwrap();
    fs::write(samples.join("enormous.py"), vec![b'#'; 50 << 20]).unwrap();
    let run = synthsmith(
        place.path(),
        &["run", "--samples", "samples", "--out", "out"],
    );
    refused(run, 2, &["no usable code sample", "binary", "large"]);
}

#[test]
fn an_unknown_configuration_key() {
    let place = tempdir().unwrap();
    fs::write(
        place.path().join("synthsmith.toml"),
        "[verifier]\nslotz = 2\n",
    )
    .unwrap();
    let run = synthsmith(place.path(), &["run", "--samples", SAMPLES, "--out", "out"]);
    refused(run, 2, &["slotz"]);
    assert!(!place.path().join("out").exists());
}

#[test]
fn a_configuration_file_that_is_not_there() {
    let place = tempdir().unwrap();
    let args = [
        "--config",
        "none.toml",
        "run",
        "--samples",
        SAMPLES,
        "--out",
        "out",
    ];
    refused(synthsmith(place.path(), &args), 2, &["none.toml"]);
}

#[test]
fn an_output_folder_with_something_in_it() {
    let place = tempdir().unwrap();
    let out = place.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.txt"), "mine").unwrap();
    let run = synthsmith(place.path(), &["run", "--samples", SAMPLES, "--out", "out"]);
    refused(run, 2, &["not empty", "--out"]);
    assert_eq!(fs::read_to_string(out.join("thesis.txt")).unwrap(), "mine");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
}

#[test]
fn a_run_to_resume_that_does_not_exist() {
    let place = tempdir().unwrap();
    let run = synthsmith(place.path(), &["run", "--resume", "--out", "out"]);
    refused(run, 2, &["no run to resume", "out"]);
    assert!(!place.path().join("out").exists());
}

#[test]
fn a_score_of_a_folder_without_a_run() {
    let place = tempdir().unwrap();
    refused(
        synthsmith(place.path(), &["score", "."]),
        1,
        &["report.json"],
    );
}

#[test]
fn an_export_of_a_folder_without_a_run_or_over_a_file() {
    let place = tempdir().unwrap();
    let export = ["export", ".", "--format", "messages"];
    refused(synthsmith(place.path(), &export), 1, &["tasks.jsonl"]);
    fs::write(place.path().join("mine"), "mine").unwrap();
    let over = [export.as_slice(), &["--out", "mine"]].concat();
    refused(
        synthsmith(place.path(), &over),
        2,
        &["mine is there already"],
    );
    assert_eq!(
        fs::read_to_string(place.path().join("mine")).unwrap(),
        "mine"
    );
}

#[test]
fn a_folder_that_is_no_training_demo() {
    let place = tempdir().unwrap();
    fs::create_dir(place.path().join("out")).unwrap();
    fs::write(place.path().join("out/thesis.txt"), "mine").unwrap();
    let demo = synthsmith(place.path(), &["demo", "--train", "--out", "out"]);
    refused(demo, 2, &["thesis.txt", "choose another --out"]);
}
