//! Reads real folders and files, as the command does.

use std::error::Error as _;
use std::fs;
use std::path::{Path, PathBuf};

use synthsmith_samples::{Error, Language, Limits, Reading, Skip, read};
use tempfile::TempDir;

const CODE: &str = "import sys\nprint(sum(map(int, sys.stdin.read().split())))\n";

fn rows(ids: &[&str]) -> String {
    let row = |id: &&str| {
        let code = format!("# {id}\n{CODE}");
        format!(
            "{}\n",
            serde_json::json!({"id": id, "language": "python", "code": code})
        )
    };
    ids.iter().map(row).collect()
}

fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, content).expect("the temporary folder can be written");
    path
}

fn read_all(path: &Path) -> Result<Reading, Error> {
    read(path, &Limits::default())
}

fn ids(reading: &Reading) -> Vec<&str> {
    reading.samples.iter().map(|it| &*it.id).collect()
}

#[test]
fn reads_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "b.py", CODE);
    file(
        &folder,
        "a.cpp",
        "#include <cstdio>\nint main() { std::puts(\"hello\"); }\n",
    );
    file(&folder, "same.py", CODE);
    file(
        &folder,
        "photo.py",
        b"\x89PNG\0\0\0\rIHDR and so on, for quite a while",
    );
    file(
        &folder,
        "latin.py",
        b"# caf\xe9 and some more text to be long enough\n",
    );
    file(&folder, "void.py", "\n\n");
    file(&folder, "notes.md", "# Notes");
    file(&folder, "large.py", vec![b'#'; 50_000_000]);
    let reading = read_all(folder.path()).unwrap();
    assert_eq!(ids(&reading), ["a.cpp", "b.py"]);
    assert_eq!(reading.samples[0].language, Language::Cpp);
    let counts: Vec<(Skip, u64)> = reading.skipped.counts().clone().into_iter().collect();
    let expected = [
        (Skip::Binary, 1),
        (Skip::NotUtf8, 1),
        (Skip::TooLarge, 1),
        (Skip::Empty, 1),
        (Skip::UnknownLanguage, 1),
        (Skip::Duplicate, 1),
    ];
    assert_eq!(counts, expected);
}

#[test]
fn reads_one_program() {
    let folder = tempfile::tempdir().unwrap();
    let reading = read_all(&file(&folder, "sum.py", CODE)).unwrap();
    assert_eq!(ids(&reading), ["sum.py"]);
    assert_eq!(reading.samples[0].code, CODE);
}

#[test]
fn reads_rows_packed_and_not() {
    let folder = tempfile::tempdir().unwrap();
    let text = rows(&["x/1", "x/2"]);
    // Two frames, as `cat a.zst b.zst` makes them.
    let halves = text.split_inclusive('\n');
    let packed: Vec<u8> = halves
        .flat_map(|half| zstd::encode_all(half.as_bytes(), 3).unwrap())
        .collect();
    for path in [
        file(&folder, "rows.jsonl", &text),
        file(&folder, "rows.jsonl.zst", packed),
    ] {
        let reading = read_all(&path).unwrap();
        assert_eq!(ids(&reading), ["x/1", "x/2"], "{path:?}");
        assert_eq!(reading.skipped.total(), 0, "{path:?}");
    }
}

#[test]
fn keeps_no_more_samples_than_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "rows.jsonl", rows(&["a", "b", "c", "d"]));
    let limits = Limits {
        max_samples: 3,
        ..Limits::default()
    };
    let reading = read(&path, &limits).unwrap();
    assert_eq!(ids(&reading), ["a", "b", "c"]);
    assert_eq!(reading.skipped.counts()[&Skip::BeyondLimit], 1);
}

#[test]
fn bounds_what_a_packed_file_unpacks_to() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = [rows(&["a"]).into_bytes(), vec![b'0'; 5_000_000]].concat();
    let packed = zstd::encode_all(&bomb[..], 3).unwrap();
    assert!(packed.len() < 5_000);
    let path = file(&folder, "bomb.jsonl.zst", packed);
    let limits = Limits {
        max_unpacked_bytes: 100_000,
        ..Limits::default()
    };
    let error = read(&path, &limits).unwrap_err();
    assert!(matches!(
        error,
        Error::TooLarge {
            limit_bytes: 100_000,
            ..
        }
    ));
    // Unbounded, the one row counts as too large and the sample is kept.
    let reading = read_all(&path).unwrap();
    assert_eq!(ids(&reading), ["a"]);
    assert_eq!(reading.skipped.counts()[&Skip::TooLarge], 1);
    // With enough samples, the rest does not matter.
    let satisfied = Limits {
        max_samples: 1,
        ..limits
    };
    assert_eq!(ids(&read(&path, &satisfied).unwrap()), ["a"]);
}

#[test]
fn accepts_a_file_of_exactly_the_allowed_size() {
    let folder = tempfile::tempdir().unwrap();
    let text = rows(&["a"]);
    let path = file(&folder, "rows.jsonl", &text);
    let limits = |max_unpacked_bytes| Limits {
        max_unpacked_bytes,
        ..Limits::default()
    };
    let size = text.len() as u64;
    assert_eq!(ids(&read(&path, &limits(size)).unwrap()), ["a"]);
    let error = read(&path, &limits(size - 1)).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }));
}

#[test]
fn refuses_a_packed_file_that_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let packed = zstd::encode_all(rows(&["a", "b"]).as_bytes(), 3).unwrap();
    let cases = [
        ("cut.jsonl.zst", packed[..packed.len() - 6].to_vec()),
        ("other.jsonl.zst", b"not packed at all".to_vec()),
    ];
    for (name, content) in cases {
        let error = read_all(&file(&folder, name, content)).unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{name}: {error}");
        assert!(error.source().is_some(), "{name}");
    }
}

#[test]
fn refuses_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_all(&folder.path().join("absent")).unwrap_err();
    assert!(matches!(error, Error::Missing { .. }));
    let message = error.to_string();
    assert!(
        message.contains("absent") && message.contains("give"),
        "{message}"
    );
}

#[test]
fn refuses_a_path_that_cannot_be_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let circle = folder.path().join("circle.py");
    std::os::unix::fs::symlink(&circle, &circle).unwrap();
    let error = read_all(&circle).unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
}

#[test]
fn refuses_files_of_another_kind() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "a.json", "a.zst", "a.json.zst", "a.pyi", "a"] {
        let error = read_all(&file(&folder, name, CODE)).unwrap_err();
        assert!(
            matches!(error, Error::UnknownKind { .. }),
            "{name}: {error}"
        );
    }
    let error = read_all(Path::new("/dev/null")).unwrap_err();
    assert!(matches!(error, Error::UnknownKind { .. }));
}

#[test]
fn refuses_a_path_without_a_usable_sample() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_all(folder.path()).unwrap_err();
    assert!(error.to_string().contains("nothing was skipped"), "{error}");

    file(&folder, "notes.txt", "notes");
    file(&folder, "blank.py", "");
    let error = read_all(folder.path()).unwrap_err();
    let Error::NoSample { path, skipped } = &error else {
        panic!("another error: {error}");
    };
    assert_eq!(path, folder.path());
    assert_eq!(skipped.total(), 2);
    let counts = "1 empty (blank.py), 1 unknown language (notes.txt)";
    assert!(error.to_string().contains(counts), "{error}");

    let error = read_all(&file(&folder, "rows.jsonl", "{}\n")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("1 malformed (rows.jsonl:1: missing field"),
        "{error}"
    );
}

#[test]
fn reads_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..20 {
        file(
            &folder,
            &format!("{index}.py"),
            format!("# {index}\n{CODE}"),
        );
    }
    assert_eq!(
        read_all(folder.path()).unwrap(),
        read_all(folder.path()).unwrap()
    );
}
