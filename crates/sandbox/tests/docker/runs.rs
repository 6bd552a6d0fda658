//! Runs jobs and collects what happened.

use bytes::Bytes;
use std::time::Duration;

use synthsmith_corpus::{Compilation, Outcome, OutcomeStatus};
use synthsmith_sandbox::{Config, DockerSandbox, Event, Job, Language, Limits, Sandbox as _};
use synthsmith_testkit::engine_or_skip;
use tokio::sync::mpsc;

/// A sandbox on the machine's engine, or `None` where the machine has no engine.
pub(crate) async fn sandbox(test: &str) -> Option<DockerSandbox> {
    if !engine_or_skip(test) {
        return None;
    }
    let config = Config {
        pool_size: 1,
        ..Config::default()
    };
    Some(
        DockerSandbox::open(config)
            .await
            .expect("the engine runs programs"),
    )
}

pub(crate) fn job(language: &str, source: &str, inputs: &[&str]) -> Job {
    Job {
        language: Language::table().remove(language).unwrap(),
        source: Bytes::copy_from_slice(source.as_bytes()),
        inputs: inputs
            .iter()
            .map(|input| Bytes::copy_from_slice(input.as_bytes()))
            .collect(),
        limits: Limits::new(Duration::from_secs(2), 256 << 20),
        returned_output_bytes: 1 << 20,
        stop_after_timeouts: None,
    }
}

/// What a job did.
#[derive(Debug)]
pub(crate) struct Runs {
    pub(crate) compilation: Compilation,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Runs {
    pub(crate) async fn of(sandbox: &DockerSandbox, job: Job) -> Self {
        let (sender, mut receiver) = mpsc::channel(4);
        let collect = async {
            let mut events = Vec::new();
            while let Some(event) = receiver.recv().await {
                events.push(event);
            }
            events
        };
        let (ended, events) = tokio::join!(sandbox.run(job, sender), collect);
        ended.expect("the sandbox does its part");
        let mut events = events.into_iter();
        let Some(Event::Compiled(compilation)) = events.next() else {
            panic!("the compilation comes first")
        };
        let outcomes: Vec<Outcome> = events
            .map(|event| match event {
                Event::Finished(outcome) => outcome,
                Event::Compiled(_) => panic!("there is one compilation"),
            })
            .collect();
        for (index, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.input_index as usize, index);
        }
        Self {
            compilation,
            outcomes,
        }
    }

    pub(crate) fn statuses(&self) -> Vec<OutcomeStatus> {
        self.outcomes.iter().map(|outcome| outcome.status).collect()
    }

    pub(crate) fn outputs(&self) -> Vec<String> {
        self.outcomes
            .iter()
            .map(|outcome| String::from_utf8_lossy(&outcome.output).into_owned())
            .collect()
    }
}
