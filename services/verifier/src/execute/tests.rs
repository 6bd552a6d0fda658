use std::future::pending;

use async_trait::async_trait;
use synthsmith_corpus::OutcomeStatus;
use synthsmith_sandbox::{Compiled, Job};

use super::*;
use crate::client::Client;
use crate::queue::{Bounds, Queue};
use crate::scripted::{Scripted, ended, printed, program};

fn queue() -> Queue {
    Queue::new(Bounds {
        turns: 1,
        waiting: 1,
        waiting_bytes: 0,
    })
}

fn hour() -> Deadline {
    Deadline::after(Duration::from_hours(1))
}

fn execution(input_count: usize, stop_after_timeouts: u32) -> Execution {
    Execution {
        program: program("program"),
        inputs: vec![Bytes::from("in"); input_count],
        working_files: WorkingFiles::default(),
        returned_output_bytes: 2,
        stop_after_timeouts: NonZeroU32::new(stop_after_timeouts),
    }
}

async fn told(sandbox: Scripted, execution: Execution) -> Vec<Result<Event, Error>> {
    let turn = queue().turn(&Client::Unknown, 0).await.unwrap();
    execute(Arc::new(sandbox), execution, turn, hour())
        .collect()
        .await
}

fn statuses(told: &[Result<Event, Error>]) -> Vec<OutcomeStatus> {
    let outcomes = told.iter().filter_map(|event| match event {
        Ok(Event::Finished { outcome, .. }) => Some(outcome.status),
        _ => None,
    });
    outcomes.collect()
}

#[tokio::test]
async fn tells_the_compilation_and_then_each_outcome() {
    let sandbox = Scripted::new([Some(vec![printed("one"), printed("two")])]);
    let told = told(sandbox, execution(2, 0)).await;
    let [
        Ok(Event::Compiled(compilation)),
        Ok(Event::Finished { outcome: first, .. }),
        Ok(Event::Finished {
            outcome: second, ..
        }),
    ] = told.as_slice()
    else {
        panic!("{told:?}");
    };
    assert!(compilation.succeeded);
    assert_eq!(
        (first.output.as_slice(), second.output.as_slice()),
        (&b"on"[..], &b"tw"[..])
    );
}

#[tokio::test]
async fn inputs_after_enough_timeouts_are_told_as_not_run() {
    use OutcomeStatus::{CpuTimeExceeded, NotRun, RuntimeError, WallTimeExceeded};
    let outcomes = [CpuTimeExceeded, RuntimeError, WallTimeExceeded];
    let sandbox = Scripted::new([Some(outcomes.map(ended).to_vec())]);
    let told = told(sandbox, execution(5, 2)).await;
    let all = [
        CpuTimeExceeded,
        RuntimeError,
        WallTimeExceeded,
        NotRun,
        NotRun,
    ];
    assert_eq!(statuses(&told), all);
    let Some(Ok(Event::Finished { outcome: last, .. })) = told.last() else {
        panic!("{told:?}");
    };
    assert_eq!(last.input_index, 4);
}

#[tokio::test]
async fn a_program_that_does_not_compile_is_not_run() {
    let told = told(Scripted::new([None]), execution(2, 0)).await;
    assert!(matches!(&told[0], Ok(Event::Compiled(compilation)) if !compilation.succeeded));
    assert_eq!(statuses(&told), [OutcomeStatus::NotRun; 2]);
}

#[tokio::test]
async fn a_fault_comes_last_and_nothing_is_made_up() {
    let sandbox = Scripted::new([Some(vec![printed("one")])]);
    let told = told(sandbox, execution(3, 0)).await;
    assert_eq!(statuses(&told), [OutcomeStatus::Ok]);
    assert!(matches!(told.last(), Some(Err(Error::RunProgram(_)))));
    assert_eq!(told.len(), 3);
}

#[derive(Debug)]
struct Stuck;

#[async_trait]
impl Sandbox for Stuck {
    async fn compile(&self, _: Job) -> Result<Compiled, synthsmith_sandbox::Error> {
        pending().await
    }
}

#[tokio::test]
async fn the_turn_ends_with_the_stream() {
    let queue = queue();
    let turn = queue.turn(&Client::Unknown, 0).await.unwrap();
    let stream = execute(Arc::new(Stuck), execution(1, 0), turn, hour());
    drop(stream);
    // It would wait forever for a turn that nobody ends.
    queue.turn(&Client::Unknown, 0).await.unwrap();
}

#[tokio::test]
async fn a_listener_that_takes_nothing_loses_its_turn() {
    let queue = queue();
    let turn = queue.turn(&Client::Unknown, 0).await.unwrap();
    let sandbox = Scripted::new([Some(vec![printed("one"), printed("two")])]);
    let stream = execute_with(
        Duration::ZERO,
        Arc::new(sandbox),
        execution(2, 0),
        turn,
        hour(),
    );
    // It would wait forever for a turn that nobody ends.
    queue.turn(&Client::Unknown, 0).await.unwrap();
    let told: Vec<_> = stream.collect().await;
    assert!(matches!(told.last(), Some(Err(Error::ListenerStalled(_)))));
}

#[tokio::test]
async fn a_deadline_that_passes_ends_the_program_and_the_turn() {
    let queue = queue();
    let turn = queue.turn(&Client::Unknown, 0).await.unwrap();
    let deadline = Deadline::after(Duration::ZERO);
    let stream = execute(Arc::new(Stuck), execution(1, 0), turn, deadline);
    // Both would wait forever for a program that nobody ends.
    queue.turn(&Client::Unknown, 0).await.unwrap();
    let told: Vec<_> = stream.collect().await;
    assert!(matches!(told.as_slice(), [Err(Error::DeadlinePassed(_))]));
}
