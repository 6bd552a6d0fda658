//! Programs and suites that cannot be judged.

use std::fs;

use tempfile::{TempDir, tempdir};

use crate::refused::{refused, synthsmith};

/// A folder with a program, a suite, and some that are none.
fn place() -> TempDir {
    let place = tempdir().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(place.path().join(name), content).unwrap();
    write("a.py", b"print(input())");
    write("a.zig", b"");
    write("binary.py", b"\x7fELF\xff");
    write("large.py", &vec![b'#'; 3 << 20]);
    write("tests.jsonl", br#"{"input":"1\n","output":"1\n"}"#);
    write(
        "broken.jsonl",
        b"{\"input\":\"\",\"output\":\"\"}\n{\"input\":\n",
    );
    write(
        "twice.jsonl",
        b"{\"id\":1,\"input\":\"\",\"output\":\"\"}\n{\"id\":1,\"input\":\"\",\"output\":\"\"}\n",
    );
    write("empty.jsonl", b"");
    for folder in ["empty", "half"] {
        fs::create_dir(place.path().join(folder)).unwrap();
    }
    write("half/7.in", b"");
    place
}

#[test]
fn a_program_or_a_suite_that_is_not_what_it_says() {
    let place = place();
    let table: [(&[&str], &[&str]); 13] = [
        (&["none.py", "tests.jsonl"], &["cannot read none.py"]),
        (
            &[".", "tests.jsonl", "--language", "c17"],
            &["cannot read ."],
        ),
        (
            &["a.zig", "tests.jsonl"],
            &["language of a.zig", "--language"],
        ),
        (&["binary.py", "tests.jsonl"], &["binary.py is not UTF-8"]),
        (
            &["large.py", "tests.jsonl"],
            &["large.py is larger than 2 MiB"],
        ),
        (&["a.py", "nowhere"], &["nowhere: No such file"]),
        (&["a.py", "empty"], &["empty: no test in it", "NAME.in"]),
        (&["a.py", "empty.jsonl"], &["empty.jsonl: no test in it"]),
        (&["a.py", "half"], &["half: 7.in has no 7.out and no 7.ans"]),
        (&["a.py", "a.py"], &["a.py: line 1: not a JSON object"]),
        (&["a.py", "broken.jsonl"], &["broken.jsonl: line 2: EOF"]),
        (&["a.py", "twice.jsonl"], &["line 2: the id '1'", "line 1"]),
        (
            &["a.py", "tests.jsonl", "--task", "t9"],
            &["no test of task 't9'"],
        ),
    ];
    for (args, words) in table {
        let args: Vec<&str> = ["judge"].iter().chain(args).copied().collect();
        refused(synthsmith(place.path(), &args), 2, words);
    }
}

#[test]
fn an_input_that_is_not_there_and_a_checker_of_no_language() {
    let place = place();
    let exec = ["exec", "a.py", "--input", "none.txt"];
    refused(
        synthsmith(place.path(), &exec),
        2,
        &["cannot read none.txt"],
    );
    let judge = ["judge", "a.py", "tests.jsonl", "--checker", "a.zig"];
    refused(synthsmith(place.path(), &judge), 2, &["language of a.zig"]);
}

#[test]
fn flags_that_mean_nothing_are_refused_by_name() {
    let place = place();
    for (flag, value) in [
        ("--checker", "token"),
        ("--checker", "float:7"),
        ("--cpu", "0"),
        ("--memory", "-1"),
        ("--memory", "99999999999"),
    ] {
        let flag_and_value = format!("{flag}={value}");
        let args = ["judge", "a.py", "tests.jsonl", &flag_and_value];
        let output = synthsmith(place.path(), &args).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(flag) && said.contains(value), "{said}");
    }
}

#[test]
fn a_verifier_that_nobody_runs_gives_no_verdict() {
    let place = place();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let judge = ["judge", "a.py", "tests.jsonl", "--connect", &address];
    refused(
        synthsmith(place.path(), &judge),
        3,
        &[&address, "cannot be used"],
    );
    let exec = ["exec", "a.py", "--connect", "not an address"];
    refused(synthsmith(place.path(), &exec), 2, &["not an address"]);
}
