//! Calls of the services that make, solve, test and run tasks.

use synthsmith_corpus::{
    CandidateRejection, FeatureTree, Limits, Origin, Outcome, Program, Rejection, Solution, Task,
    TestInput,
};
use synthsmith_proto::solver::v1::{SolveTaskRequest, SolveTaskResponse, solve_task_response};
use synthsmith_proto::task_synth::v1::{SynthesizeTaskRequest, synthesize_task_response};
use synthsmith_proto::test_gen::v1::GenerateTestsRequest;
use synthsmith_proto::verifier::v1::{ExecuteProgramRequest, execute_program_response};

use super::Clients;
use crate::error::CallError;
use crate::facts::{Solved, Synthesized};

/// What a program did on all inputs of a request.
#[derive(Debug, Clone)]
pub(crate) struct Execution {
    pub compiled: bool,
    /// In input order; empty where the program does not compile.
    pub outcomes: Vec<Outcome>,
}

/// How a program shall be run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExecutionRules {
    pub limits: Limits,
    pub returned_output_bytes: u64,
    pub stop_after_timeouts: u32,
}

impl Clients {
    pub(crate) async fn synthesize_task(
        &self,
        task_id: String,
        features: FeatureTree,
        seed: i64,
        origin: Origin,
    ) -> Result<Synthesized, CallError> {
        const SERVICE: &str = "task-synth";
        let unreadable = |what: &dyn std::fmt::Display| CallError::unreadable(SERVICE, what);
        let request = SynthesizeTaskRequest {
            task_id,
            features: Some(features.into()),
            style: 0,
            seed,
            origin: Some(origin.into()),
        };
        let answer = self.task_synth.clone().synthesize_task(request).await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        match answer.into_inner().result {
            Some(synthesize_task_response::Result::Task(task)) => {
                let task = Task::try_from(task).map_err(|invalid| unreadable(&invalid))?;
                Ok(Synthesized::Task(Box::new(task)))
            }
            Some(synthesize_task_response::Result::Rejection(rejection)) => {
                let reason = Rejection::try_from(rejection.reason());
                Ok(Synthesized::Rejected {
                    reason: reason.map_err(|invalid| unreadable(&invalid))?,
                    detail: rejection.detail,
                })
            }
            None => Err(unreadable(&"no result")),
        }
    }

    /// All candidates of a task, in index order however they came.
    pub(crate) async fn solve_task(
        &self,
        task: Task,
        candidate_count: u32,
        seed: i64,
        origin: Origin,
    ) -> Result<Solved, CallError> {
        const SERVICE: &str = "solver";
        let request = SolveTaskRequest {
            task: Some(task.into()),
            candidate_count: candidate_count as i32,
            seed,
            origin: Some(origin.into()),
        };
        let fault = |status| CallError::of(SERVICE, &status);
        let answer = self.solver.clone().solve_task(request).await;
        let mut candidates = answer.map_err(fault)?.into_inner();
        let mut solved = Solved {
            solutions: Vec::new(),
            rejected: Vec::new(),
        };
        while let Some(candidate) = candidates.message().await.map_err(fault)? {
            take_candidate(&mut solved, candidate)
                .map_err(|what| CallError::unreadable(SERVICE, what))?;
        }
        solved.solutions.sort_by_key(|solution| solution.index);
        solved.rejected.sort_by_key(|(index, _)| *index);
        let came = solved.solutions.len() + solved.rejected.len();
        if came != candidate_count as usize {
            let what = format!("{came} candidates instead of {candidate_count}");
            return Err(CallError::unreadable(SERVICE, what));
        }
        Ok(solved)
    }

    pub(crate) async fn generate_tests(
        &self,
        task: Task,
        input_count: u32,
        seed: i64,
        origin: Origin,
    ) -> Result<Vec<TestInput>, CallError> {
        const SERVICE: &str = "test-gen";
        let request = GenerateTestsRequest {
            task: Some(task.into()),
            input_count: input_count as i32,
            seed,
            origin: Some(origin.into()),
        };
        let answer = self.test_gen.clone().generate_tests(request).await;
        let answer = answer.map_err(|status| CallError::of(SERVICE, &status))?;
        let inputs = answer.into_inner().inputs.into_iter();
        inputs
            .map(TestInput::try_from)
            .collect::<Result<_, _>>()
            .map_err(|invalid| CallError::unreadable(SERVICE, invalid))
    }

    pub(crate) async fn execute_program(
        &self,
        program: Program,
        inputs: Vec<Vec<u8>>,
        rules: ExecutionRules,
    ) -> Result<Execution, CallError> {
        const SERVICE: &str = "verifier";
        let input_count = inputs.len();
        let request = ExecuteProgramRequest {
            program: Some(program.into()),
            inputs,
            limits: Some(rules.limits.into()),
            returned_output_bytes: rules.returned_output_bytes as i64,
            stop_after_timeouts: rules.stop_after_timeouts as i32,
            ..ExecuteProgramRequest::default()
        };
        let fault = |status| CallError::of(SERVICE, &status);
        let answer = self.verifier.clone().execute_program(request).await;
        let mut events = answer.map_err(fault)?.into_inner();
        let mut execution = Execution {
            compiled: false,
            outcomes: Vec::with_capacity(input_count),
        };
        while let Some(event) = events.message().await.map_err(fault)? {
            match event.event {
                Some(execute_program_response::Event::Compilation(compilation)) => {
                    execution.compiled = compilation.succeeded;
                }
                Some(execute_program_response::Event::Outcome(outcome)) => {
                    let outcome = Outcome::try_from(outcome)
                        .map_err(|invalid| CallError::unreadable(SERVICE, invalid))?;
                    execution.outcomes.push(outcome);
                }
                None => return Err(CallError::unreadable(SERVICE, "no event")),
            }
        }
        if !execution.compiled {
            execution.outcomes.clear();
        } else if execution.outcomes.len() != input_count {
            let what = format!(
                "{} outcomes for {input_count} inputs",
                execution.outcomes.len()
            );
            return Err(CallError::unreadable(SERVICE, what));
        }
        Ok(execution)
    }
}

fn take_candidate(solved: &mut Solved, candidate: SolveTaskResponse) -> Result<(), String> {
    let index = u32::try_from(candidate.index).map_err(|_| "a negative index".to_owned())?;
    match candidate.result {
        Some(solve_task_response::Result::Solution(solution)) => {
            let solution = Solution::try_from(solution).map_err(|invalid| invalid.to_string())?;
            solved.solutions.push(solution);
        }
        Some(solve_task_response::Result::Rejection(number)) => {
            let rejection = synthsmith_proto::corpus::v1::CandidateRejection::try_from(number)
                .map_err(|_| format!("no candidate rejection is {number}"))?;
            let rejection = CandidateRejection::try_from(rejection);
            let rejection = rejection.map_err(|invalid| invalid.to_string())?;
            solved.rejected.push((index, rejection));
        }
        None => return Err("no result".to_owned()),
    }
    Ok(())
}
