//! One worker or many, slow or fast answers: the same bytes.

use synthsmith_testkit::engine_or_skip;

use crate::command::{Place, assert_same, succeed};

#[test]
fn the_same_seed_gives_the_same_bytes_at_concurrency_1_and_64_with_jitter() {
    if !engine_or_skip("the_same_seed_gives_the_same_bytes_at_concurrency_1_and_64_with_jitter") {
        return;
    }
    let place = Place::new();
    succeed(place.small_run("one", &["--concurrency", "1"]));
    let many = ["--concurrency", "64", "--config", "jitter.toml"];
    succeed(place.small_run("many", &many));
    assert_same(&place.data("one"), &place.data("many"));
    assert!(place.report("one")["accepted"].as_u64() > Some(0));
    let fingerprints = ["one", "many"].map(|out| place.report(out)["fingerprint"].clone());
    assert_eq!(fingerprints[0], fingerprints[1]);
}

#[test]
fn another_seed_gives_other_tasks() {
    if !engine_or_skip("another_seed_gives_other_tasks") {
        return;
    }
    let place = Place::new();
    succeed(place.small_run("five", &["--accepted", "1"]));
    let mut six = place.small_run("six", &["--accepted", "1"]);
    // The last value of a flag given twice would be ambiguous, so the whole line is made anew.
    let args: Vec<_> = six.get_args().map(ToOwned::to_owned).collect();
    let args = args.iter().map(|arg| {
        if arg == "5" {
            "6".as_ref()
        } else {
            arg.as_os_str()
        }
    });
    let mut command = std::process::Command::new(six.get_program());
    command.args(args).current_dir(place.path(""));
    six = command;
    succeed(six);
    assert_ne!(place.data("five"), place.data("six"));
    assert_eq!(place.report("five")["accepted"], 1);
}
