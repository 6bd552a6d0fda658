//! The same promises of a folder, and of a store without paths.

use std::fs;

use object_store::memory::InMemory;
use tokio::io::AsyncReadExt as _;

use super::*;

/// A store in the folder, and one that has no folder.
fn stores(folder: &FilePath) -> [Artifacts; 2] {
    let elsewhere = Artifacts {
        store: Arc::new(InMemory::new()),
        prefix: Path::from("team/trainer"),
        folder: None,
    };
    [
        Artifacts::open(folder.join("kept").to_str().unwrap()).unwrap(),
        elsewhere,
    ]
}

async fn content(artifacts: &Artifacts, key: &str) -> Vec<u8> {
    let mut content = Vec::new();
    let mut file = artifacts.read(key).await.unwrap();
    file.read_to_end(&mut content).await.unwrap();
    content
}

#[tokio::test]
async fn what_is_kept_is_found_again_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let made = place.path().join("made");
    fs::create_dir_all(made.join("adapter")).unwrap();
    fs::write(made.join("report.json"), "{}").unwrap();
    // Larger than what is buffered, so that it goes in parts.
    let large: Vec<u8> = (0..25_000_000_u32).map(|index| index as u8).collect();
    fs::write(made.join("adapter/weights"), &large).unwrap();
    for artifacts in stores(place.path()) {
        assert!(!artifacts.holds("jobs/a/report.json").await.unwrap());
        artifacts.keep_all("jobs/a", &made).await.unwrap();
        let report = made.join("report.json");
        artifacts
            .keep("jobs/ab/report.json", &report)
            .await
            .unwrap();
        assert!(artifacts.holds("jobs/a/report.json").await.unwrap());
        let keys = artifacts.below("jobs/a").await.unwrap();
        assert_eq!(keys, ["jobs/a/adapter/weights", "jobs/a/report.json"]);
        assert_eq!(content(&artifacts, "jobs/a/report.json").await, b"{}");
        assert!(content(&artifacts, "jobs/a/adapter/weights").await == large);
        assert!(artifacts.read("jobs/b/x").await.is_err());
    }
}

#[tokio::test]
async fn files_are_at_hand_wherever_they_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let made = place.path().join("made");
    fs::create_dir_all(made.join("deep")).unwrap();
    fs::write(made.join("deep/a"), "a").unwrap();
    fs::write(made.join("b"), "b").unwrap();
    for (index, artifacts) in stores(place.path()).into_iter().enumerate() {
        artifacts.keep_all("models/m", &made).await.unwrap();
        let scratch = place.path().join(format!("scratch-{index}"));
        let (m, b, c) = (scratch.join("m"), scratch.join("b"), scratch.join("c"));
        let folder = artifacts.folder_at_hand("models/m", &m).await.unwrap();
        assert_eq!(fs::read_to_string(folder.join("deep/a")).unwrap(), "a");
        // The second time it is not brought again.
        for _ in 0..2 {
            let file = artifacts.file_at_hand("models/m/b", &b).await.unwrap();
            assert_eq!(fs::read_to_string(file).unwrap(), "b");
        }
        if index == 1 {
            // What broke off is no file.
            assert!(artifacts.file_at_hand("models/m/c", &c).await.is_err());
            assert!(!c.exists());
        }
    }
}

#[test]
fn a_place_that_is_none_is_refused_by_name() {
    for place in ["ftp://x/y", "s3://", "http://["] {
        assert!(Artifacts::open(place).is_err(), "{place}");
    }
    let error = Artifacts::open("ftp://x/y").unwrap_err().to_string();
    assert!(error.contains("ftp"), "{error}");
}
