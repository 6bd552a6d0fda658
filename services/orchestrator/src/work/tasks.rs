//! From a feature set to a decided task.

use std::time::Duration;

use synthsmith_corpus::canonical::canonical_digest;
use synthsmith_corpus::{FeatureTree, Limits, Outcome, OutcomeStatus, Rejection, Task};

use super::{WorkError, Worker, task_id};
use crate::clients::{Execution, ExecutionRules};
use crate::decision::{Evidence, decide};
use crate::facts::{
    Decided, Executed, Fate, Ruling, Solved, StoredInput, StoredOutcome, Synthesized,
    TestsGenerated, pack, unpack,
};
use crate::stage::Stage;
use crate::store::{Blob, Completion, Job, Join, NewJob, Settlement, StoreError};

/// Added to the wall-clock limit of a candidate.
const WALL_GRACE: Duration = Duration::from_secs(30);

impl Worker {
    /// What follows is up to the screen, which works in index order.
    pub(super) async fn synthesize(&self, job: &Job) -> Result<Completion, WorkError> {
        let item = job.key.item;
        let features: FeatureTree = super::input(job)?;
        let seed = self.seed(Stage::Synthesize, item);
        let origin = self.origin(Stage::Synthesize, Some(item));
        let made = self
            .clients
            .synthesize_task(task_id(item), features, seed, origin)
            .await?;
        let settlement = match &made {
            Synthesized::Task(_) => None,
            Synthesized::Rejected { reason, detail } => {
                Some(rejection(job, *reason, detail.clone()))
            }
        };
        Ok(Completion {
            result: pack(&made),
            settlement,
            ..Completion::default()
        })
    }

    pub(super) async fn solve(&self, job: &Job) -> Result<Completion, WorkError> {
        let item = job.key.item;
        let task = self.task(item).await?;
        let solved = self
            .clients
            .solve_task(
                task,
                self.spec.candidate_count,
                self.seed(Stage::Solve, item),
                self.origin(Stage::Solve, Some(item)),
            )
            .await?;
        Ok(Completion {
            result: pack(&solved),
            join: Some(assembly(item)),
            ..Completion::default()
        })
    }

    pub(super) async fn generate_tests(&self, job: &Job) -> Result<Completion, WorkError> {
        let item = job.key.item;
        let task = self.task(item).await?;
        let inputs = self
            .clients
            .generate_tests(
                task,
                self.spec.test_count,
                self.seed(Stage::GenerateTests, item),
                self.origin(Stage::GenerateTests, Some(item)),
            )
            .await?;
        let mut stored = Vec::with_capacity(inputs.len());
        let mut blobs = Vec::with_capacity(inputs.len());
        for input in inputs {
            let blob = Blob::new(input.input);
            stored.push(StoredInput {
                blob: blob.digest.clone(),
                size_bytes: blob.content.len() as u64,
                source: input.source,
                description: input.description,
            });
            blobs.push(blob);
        }
        Ok(Completion {
            result: pack(&TestsGenerated { inputs: stored }),
            blobs,
            join: Some(assembly(item)),
            ..Completion::default()
        })
    }

    /// Looks at candidates before inputs, so that an item that lacks both has one reason always.
    pub(super) async fn assemble(&self, job: &Job) -> Result<Completion, WorkError> {
        let item = job.key.item;
        let solved: Solved = self.fact(Stage::Solve, item).await?;
        let tests: TestsGenerated = self.fact(Stage::GenerateTests, item).await?;
        let (candidates, inputs) = (solved.solutions.len(), tests.inputs.len());
        let (min_candidates, min_inputs) = (self.rules.min_candidates, self.rules.min_inputs);
        let settlement = if candidates < min_candidates as usize {
            let detail = format!("{candidates} candidates, {min_candidates} needed");
            Some(rejection(job, Rejection::TooFewCandidates, detail))
        } else if inputs < min_inputs as usize {
            let detail = format!("{inputs} inputs, {min_inputs} needed");
            Some(rejection(job, Rejection::TooFewInputs, detail))
        } else {
            None
        };
        let next = match settlement {
            Some(_) => Vec::new(),
            None => (0..candidates as u32)
                .map(|position| NewJob::new(Stage::Execute, item, position))
                .collect(),
        };
        Ok(Completion {
            next,
            settlement,
            ..Completion::default()
        })
    }

    pub(super) async fn execute(&self, job: &Job) -> Result<Completion, WorkError> {
        let item = job.key.item;
        let mut solved: Solved = self.fact(Stage::Solve, item).await?;
        let solution = solved.solutions.swap_remove(job.key.part as usize);
        let task = self.task(item).await?;
        let tests: TestsGenerated = self.fact(Stage::GenerateTests, item).await?;
        let samples = task.samples.into_iter();
        let mut inputs: Vec<Vec<u8>> = samples.map(|sample| sample.input.into_bytes()).collect();
        for input in &tests.inputs {
            inputs.push(self.store.blob(&input.blob).await?);
        }
        let rules = self.execution_rules();
        let execution = self
            .clients
            .execute_program(solution.program, inputs, rules)
            .await?;
        let (executed, blobs) = keep(execution);
        Ok(Completion {
            result: pack(&executed),
            blobs,
            join: Some(Join {
                waits_for: vec![(Stage::Execute, item)],
                then: NewJob::new(Stage::Decide, item, 0),
            }),
            ..Completion::default()
        })
    }

    fn execution_rules(&self) -> ExecutionRules {
        let memory_mib = self.rules.memory_mib;
        ExecutionRules {
            limits: Limits {
                cpu_time: Some(Duration::from_millis(self.rules.cpu_time_ms)),
                // Only for programs that sleep: a busy machine must not end one that computes.
                wall_time: Some(Duration::from_millis(10 * self.rules.cpu_time_ms) + WALL_GRACE),
                memory_bytes: (memory_mib > 0).then_some(memory_mib << 20),
                ..Limits::default()
            },
            returned_output_bytes: self.rules.max_label_bytes,
            stop_after_timeouts: self.rules.stop_after_timeouts,
        }
    }

    pub(super) async fn decide(&self, job: &Job) -> Result<Completion, WorkError> {
        let item = job.key.item;
        let solved: Solved = self.fact(Stage::Solve, item).await?;
        let tests: TestsGenerated = self.fact(Stage::GenerateTests, item).await?;
        let task = self.task(item).await?;
        let results = self
            .store
            .results(&self.run_id, Stage::Execute, item)
            .await?;
        let executions: Vec<Executed> = results
            .iter()
            .map(|packed| unpack(packed))
            .collect::<Result<_, _>>()?;
        let stated: Vec<String> = task
            .samples
            .iter()
            .map(|sample| canonical_digest(sample.output.as_bytes()))
            .collect();
        let evidence = Evidence {
            solutions: &solved.solutions,
            executions: &executions,
            stated_outputs: &stated,
            input_sizes_bytes: tests.inputs.iter().map(|input| input.size_bytes).collect(),
        };
        let decided = decide(&evidence, &self.rules, self.seed(Stage::Decide, item))?;
        Ok(Completion {
            result: pack(&decided),
            settlement: Some(fate(job, &decided)),
            ..Completion::default()
        })
    }

    async fn task(&self, item: u64) -> Result<Task, WorkError> {
        match self.fact(Stage::Synthesize, item).await? {
            Synthesized::Task(task) => Ok(*task),
            // Only items with a task are screened, and only screened items come this far.
            Synthesized::Rejected { .. } => Err(StoreError::Query(sqlx::Error::RowNotFound).into()),
        }
    }
}

fn assembly(item: u64) -> Join {
    Join {
        waits_for: vec![(Stage::Solve, item), (Stage::GenerateTests, item)],
        then: NewJob::new(Stage::Assemble, item, 0),
    }
}

fn rejection(job: &Job, reason: Rejection, detail: String) -> Settlement {
    Settlement {
        item: job.key.item,
        stage: job.key.stage,
        rejection: Some(reason),
        detail,
    }
}

fn fate(job: &Job, decided: &Decided) -> Settlement {
    match &decided.ruling {
        Ruling::Accepted { .. } => Settlement {
            item: job.key.item,
            stage: Stage::Decide,
            rejection: None,
            detail: String::new(),
        },
        Ruling::Rejected { reason, detail } => rejection(job, *reason, detail.clone()),
    }
}

/// An output that came back whole is kept; measures are not, since nothing may depend on them.
fn keep(execution: Execution) -> (Executed, Vec<Blob>) {
    let mut blobs = Vec::new();
    let mut store = |outcome: Outcome| {
        let whole = outcome.status == OutcomeStatus::Ok
            && outcome.output.len() as u64 == outcome.output_size_bytes;
        let blob = whole.then(|| Blob::new(outcome.output));
        let stored = StoredOutcome {
            fate: Fate::from(outcome.status),
            digest: outcome.output_digest,
            blob: blob.as_ref().map(|blob| blob.digest.clone()),
        };
        blobs.extend(blob);
        stored
    };
    let executed = Executed {
        compiled: execution.compiled,
        outcomes: execution.outcomes.into_iter().map(&mut store).collect(),
    };
    (executed, blobs)
}
