//! Programs under test, and the verdicts that they must get.

use std::time::Duration;

use synthsmith_proto::corpus::v1::{Limits, Outcome, OutcomeStatus, Program, TestCase, Verdict};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_proto::verifier::v1::execute_program_response::Event;

use crate::server::{Held, Server, require};

pub(crate) const AC: &[Verdict] = &[Verdict::Ac];
pub(crate) const WA: &[Verdict] = &[Verdict::Wa];
pub(crate) const TLE: &[Verdict] = &[Verdict::Tle];
pub(crate) const MLE: &[Verdict] = &[Verdict::Mle];
pub(crate) const RE: &[Verdict] = &[Verdict::Re];
pub(crate) const OLE: &[Verdict] = &[Verdict::Ole];
pub(crate) const RE_OR_TLE: &[Verdict] = &[Verdict::Re, Verdict::Tle];
pub(crate) const RE_OR_MLE: &[Verdict] = &[Verdict::Re, Verdict::Mle];
pub(crate) const RE_OR_WA: &[Verdict] = &[Verdict::Re, Verdict::Wa];
pub(crate) const AC_OR_WA: &[Verdict] = &[Verdict::Ac, Verdict::Wa];

/// Far more than any limit here allows a program and its compiler.
const ANSWERED_WITHIN: Duration = Duration::from_mins(2);

/// A program, its tests, and the verdicts allowed on each.
#[derive(Debug, Clone)]
pub(crate) struct Submission {
    program: Program,
    tests: Vec<TestCase>,
    allowed: Vec<&'static [Verdict]>,
    limits: Limits,
    rule: Option<Rule>,
}

impl Submission {
    pub(crate) fn new(language: &str, source: impl Into<String>) -> Self {
        let program = Program {
            language: language.to_owned(),
            source: source.into(),
        };
        let submission = Self {
            program,
            tests: Vec::new(),
            allowed: Vec::new(),
            limits: Limits {
                output_bytes: 1 << 20,
                ..Limits::default()
            },
            rule: None,
        };
        submission.cpu_ms(1_000).wall_ms(5_000).memory_mib(128)
    }

    pub(crate) fn python(source: impl Into<String>) -> Self {
        Self::new("python3", source)
    }

    pub(crate) fn cpp(source: impl Into<String>) -> Self {
        Self::new("cpp17", source)
    }

    pub(crate) fn cpu_ms(mut self, cpu_ms: u64) -> Self {
        self.limits.cpu_time = Duration::from_millis(cpu_ms).try_into().ok();
        self
    }

    pub(crate) fn wall_ms(mut self, wall_ms: u64) -> Self {
        self.limits.wall_time = Duration::from_millis(wall_ms).try_into().ok();
        self
    }

    pub(crate) fn memory_mib(mut self, memory_mib: i64) -> Self {
        self.limits.memory_bytes = memory_mib << 20;
        self
    }

    pub(crate) fn output_mib(mut self, output_mib: i64) -> Self {
        self.limits.output_bytes = output_mib << 20;
        self
    }

    pub(crate) fn compared(mut self, comparison: pb::Comparison) -> Self {
        self.rule = Some(Rule::Comparison(comparison as i32));
        self
    }

    pub(crate) fn checked(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Adds a test and the verdicts of which it must get one.
    pub(crate) fn test(
        mut self,
        input: impl Into<Vec<u8>>,
        expected_output: impl Into<Vec<u8>>,
        allowed: &'static [Verdict],
    ) -> Self {
        self.tests.push(TestCase {
            input: input.into(),
            expected_output: expected_output.into(),
            ..TestCase::default()
        });
        self.allowed.push(allowed);
        self
    }

    pub(crate) fn request(&self) -> pb::JudgeProgramRequest {
        pb::JudgeProgramRequest {
            program: Some(self.program.clone()),
            tests: self.tests.clone(),
            limits: Some(self.limits),
            checker: self
                .rule
                .clone()
                .map(|rule| pb::Checker { rule: Some(rule) }),
            ..Default::default()
        }
    }

    pub(crate) fn execution(&self) -> pb::ExecuteProgramRequest {
        pb::ExecuteProgramRequest {
            program: Some(self.program.clone()),
            inputs: self.tests.iter().map(|test| test.input.clone()).collect(),
            limits: Some(self.limits),
            returned_output_bytes: 1 << 20,
            ..Default::default()
        }
    }

    pub(crate) async fn judge(&self, server: &Server) -> Result<pb::JudgeProgramResponse, String> {
        let mut client = server.client.clone();
        let answer = tokio::time::timeout(ANSWERED_WITHIN, client.judge_program(self.request()));
        let answer = answer.await.map_err(|_| "no answer at all")?;
        answer
            .map(tonic::Response::into_inner)
            .map_err(|status| format!("a fault instead of a verdict: {status:?}"))
    }

    /// What the program did on each test; each got an allowed verdict.
    pub(crate) async fn judged(&self, server: &Server) -> Result<Vec<Outcome>, String> {
        let response = self.judge(server).await?;
        if response.tests.len() != self.tests.len() {
            return Err(format!("{:?}: {}", response.verdict(), said(&response)));
        }
        for (index, test) in response.tests.iter().enumerate() {
            if !self.allowed[index].contains(&test.verdict()) {
                return Err(self.explain(server, index, test).await);
            }
        }
        let outcomes = response.tests.into_iter().map(|test| test.outcome);
        Ok(outcomes.collect::<Option<_>>().unwrap())
    }

    /// Holds if the program does not compile.
    pub(crate) async fn does_not_compile(&self, server: &Server) -> Held {
        let response = self.judge(server).await?;
        let holds = response.verdict() == Verdict::Ce && response.tests.is_empty();
        let verdict = response.verdict();
        require(
            holds,
            format!("{verdict:?} and not Ce: {}", said(&response)),
        )
    }

    /// What the program prints on each input.
    pub(crate) async fn outcomes(&self, server: &Server) -> Result<Vec<Outcome>, String> {
        let fault = |status: tonic::Status| format!("a fault instead of an outcome: {status:?}");
        let mut client = server.client.clone();
        let call = client.execute_program(self.execution());
        let mut stream = call.await.map_err(fault)?.into_inner();
        let mut outcomes = Vec::new();
        while let Some(response) = stream.message().await.map_err(fault)? {
            if let Some(Event::Outcome(outcome)) = response.event {
                outcomes.push(outcome);
            }
        }
        Ok(outcomes)
    }

    /// Runs the test again to show what it prints.
    async fn explain(&self, server: &Server, index: usize, test: &pb::TestVerdict) -> String {
        let outcome = test.outcome.clone().unwrap_or_default();
        let again = self.outcomes(server).await.unwrap_or_default();
        let printed = again.get(index).map(|outcome| beginning(&outcome.output));
        format!(
            "test {index} ({:?}) is {:?} and not {:?}: {:?} exit {:?} signal {:?} cpu {:?} wall {:?} peak {} MiB; \
             complained {:?}; a second time it printed {printed:?}",
            beginning(&self.tests[index].input),
            test.verdict(),
            self.allowed[index],
            outcome.status(),
            outcome.exit_code,
            outcome.signal,
            cpu_time(&outcome),
            wall_time(&outcome),
            outcome.measures.unwrap_or_default().peak_memory_bytes >> 20,
            beginning(&outcome.stderr_excerpt),
        )
    }
}

fn said(response: &pb::JudgeProgramResponse) -> String {
    let compilation = response.compilation.clone().unwrap_or_default();
    beginning(&compilation.messages)
}

pub(crate) fn beginning(bytes: &[u8]) -> String {
    const SHOWN_BYTES: usize = 600;
    String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN_BYTES)]).into_owned()
}

pub(crate) fn cpu_time(outcome: &Outcome) -> Duration {
    let measures = outcome.measures.unwrap_or_default();
    Duration::try_from(measures.cpu_time.unwrap_or_default()).unwrap()
}

pub(crate) fn wall_time(outcome: &Outcome) -> Duration {
    let measures = outcome.measures.unwrap_or_default();
    Duration::try_from(measures.wall_time.unwrap_or_default()).unwrap()
}

/// Which of the two clocks stopped it, or what else ended it.
pub(crate) fn require_status(outcome: &Outcome, status: OutcomeStatus) -> Held {
    let found = outcome.status();
    require(
        found == status,
        format!("it ended with {found:?} and not {status:?}"),
    )
}

/// A good program that works for a while; returns the CPU time of the cheapest test.
pub(crate) async fn good_submission(server: &Server) -> Result<Duration, String> {
    let source = "print(sum(number % 7 for number in range(int(input()))))";
    let outcomes = Submission::python(source)
        .cpu_ms(5_000)
        .wall_ms(30_000)
        .test("500000", "1499994", AC)
        .test("500000", "1499994", AC)
        .judged(server)
        .await
        .map_err(|reason| format!("a good submission: {reason}"))?;
    Ok(outcomes.iter().map(cpu_time).min().unwrap_or_default())
}
