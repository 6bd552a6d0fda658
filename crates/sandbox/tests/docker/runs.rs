//! Runs programs and collects what happened.

use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::{Compilation, Outcome, OutcomeStatus};
use synthsmith_sandbox::{
    Config, DockerSandbox, Input, Isolation, Job, Language, Limits, Sandbox as _, WorkingFiles,
};
use synthsmith_testkit::engine_or_skip;

/// A sandbox on the machine's engine, or `None` where the machine has no engine.
pub(crate) async fn sandbox(test: &str) -> Option<DockerSandbox> {
    sandbox_with(test, Config::default()).await
}

/// With one waiting container, which is enough for a test.
pub(crate) async fn sandbox_with(test: &str, config: Config) -> Option<DockerSandbox> {
    if !engine_or_skip(test) {
        return None;
    }
    let config = Config {
        pool_size: 1,
        ..config
    };
    Some(
        DockerSandbox::open(config)
            .await
            .expect("the engine runs programs"),
    )
}

pub(crate) fn job(language: &str, source: &str) -> Job {
    Job {
        language: Language::table().remove(language).unwrap(),
        source: Bytes::copy_from_slice(source.as_bytes()),
        limits: Limits::new(Duration::from_secs(2), 256 << 20),
        returned_output_bytes: 1 << 20,
        attached_files: 0,
        working_files: WorkingFiles::default(),
        isolation: Isolation::Container,
    }
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) compilation: Compilation,
    /// None where it does not compile.
    pub(crate) outcomes: Vec<Outcome>,
}

impl Ran {
    pub(crate) async fn on<I: Into<Bytes>>(
        sandbox: &DockerSandbox,
        job: Job,
        inputs: impl IntoIterator<Item = I>,
    ) -> Self {
        let compiled = sandbox.compile(job).await;
        let compiled = compiled.expect("the sandbox compiles");
        assert_eq!(compiled.compilation.succeeded, compiled.runs.is_some());
        let mut outcomes = Vec::new();
        if let Some(mut runs) = compiled.runs {
            for (index, input) in inputs.into_iter().enumerate() {
                let outcome = runs.run(Input::from(input.into())).await;
                let outcome = outcome.expect("the sandbox does its part");
                assert_eq!(outcome.input_index as usize, index);
                outcomes.push(outcome);
            }
        }
        Self {
            compilation: compiled.compilation,
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
