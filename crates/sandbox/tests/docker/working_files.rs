//! Files that runs find in their directory, and files that they leave there.

use bytes::Bytes;
use synthsmith_corpus::OutcomeStatus::{Ok, RuntimeError};
use synthsmith_sandbox::{
    Config, DockerSandbox, Input, Isolation, Job, LeftFile, MAX_GIVEN_BYTES, MAX_WORKING_FILES,
    Sandbox as _, WorkingFiles,
};

use crate::runs::{job, sandbox_with};

async fn sandbox(test: &str) -> Option<DockerSandbox> {
    let config = Config {
        cell_containers: 1,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        ..Config::default()
    };
    sandbox_with(test, config).await
}

fn with_files(
    source: &str,
    isolation: Isolation,
    given: Vec<(String, Bytes)>,
    wanted: &[&str],
) -> Job {
    Job {
        working_files: WorkingFiles {
            given,
            wanted: wanted.iter().map(ToString::to_string).collect(),
            wanted_bytes: 1 << 20,
        },
        isolation,
        ..job("python3", source)
    }
}

fn whole(bytes: impl Into<Bytes>) -> LeftFile {
    LeftFile::Whole(bytes.into())
}

#[tokio::test]
async fn every_run_finds_the_files_as_they_were_given() {
    let Some(sandbox) = sandbox("every_run_finds_the_files_as_they_were_given").await else {
        return;
    };
    let source = "
import os
names = sorted(os.listdir('.'))
print(len(names), open('f0').read(), os.path.exists('left'))
for name in names: open(name, 'w').write('changed')
open('left', 'w').write(input())";
    for isolation in [Isolation::Container, Isolation::default_cell()] {
        let given =
            (0..MAX_WORKING_FILES).map(|index| (format!("f{index}"), Bytes::from("as it was")));
        let job = with_files(source, isolation, given.collect(), &["left", "f1"]);
        let mut runs = sandbox.compile(job).await.unwrap().runs.unwrap();
        for input in ["one", "two"] {
            let outcome = runs.run(Input::from(Bytes::from(input))).await.unwrap();
            assert_eq!(outcome.status, Ok, "{outcome:?}");
            let printed = String::from_utf8_lossy(&outcome.output).into_owned();
            assert_eq!(printed, format!("{MAX_WORKING_FILES} as it was False\n"));
            assert_eq!(runs.left_files(), [whole(input), whole("changed")]);
            assert_eq!(runs.left_files(), [], "they are handed out once");
        }
    }
    sandbox.close().await;
}

#[tokio::test]
async fn what_comes_back_is_bounded_and_comes_back_however_the_run_ended() {
    let test = "what_comes_back_is_bounded_and_comes_back_however_the_run_ended";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source = "
open('first', 'wb').write(b'x' * 700_000)
open('second', 'wb').write(b'x' * 700_000)
open('third', 'wb').write(b'\\0\\xff')
with open('sparse', 'wb') as sparse: sparse.truncate(20 << 20)
import os; os.kill(os.getpid(), 9)";
    for isolation in [Isolation::Container, Isolation::default_cell()] {
        let wanted = ["first", "second", "sparse", "third", "absent"];
        let job = with_files(source, isolation, Vec::new(), &wanted);
        let mut runs = sandbox.compile(job).await.unwrap().runs.unwrap();
        let outcome = runs.run(Input::default()).await.unwrap();
        assert_eq!(outcome.status, RuntimeError);
        let left = runs.left_files();
        let [first, second, sparse, third, absent] = left.as_slice() else {
            panic!("{left:?}");
        };
        assert_eq!(first, &whole(vec![b'x'; 700_000]));
        assert_eq!((second, sparse), (&LeftFile::TooLarge, &LeftFile::TooLarge));
        assert_eq!(
            (third, absent),
            (&whole(&b"\0\xff"[..]), &LeftFile::Missing)
        );
    }
    sandbox.close().await;
}

#[tokio::test]
async fn given_files_are_no_part_of_the_programs_memory() {
    let Some(sandbox) = sandbox("given_files_are_no_part_of_the_programs_memory").await else {
        return;
    };
    let source = "x = bytearray(160 << 20); print(len(open('big', 'rb').read()))";
    for isolation in [Isolation::Container, Isolation::default_cell()] {
        let big = Bytes::from(vec![7; MAX_GIVEN_BYTES as usize]);
        let job = with_files(source, isolation, vec![("big".to_owned(), big)], &[]);
        let mut runs = sandbox.compile(job).await.unwrap().runs.unwrap();
        let outcome = runs.run(Input::default()).await.unwrap();
        assert_eq!(outcome.status, Ok, "{outcome:?}");
    }
    sandbox.close().await;
}
