//! One program on one input after another, whatever becomes of its containers.
//!
//! Inputs that are announced are sent while the runs before them are under way: every message wakes the engine, and
//! many small ones together cost little more than one. The runner itself takes up one at a time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use synthsmith_corpus::Outcome;
use synthsmith_runner_protocol::{HEADER_BYTES, MAX_PAYLOAD_BYTES};

use super::Bench;
use super::program::{Program, is_starved, report_retry};
use super::session::Session;
use super::told::Told;
use crate::{Compiled, Error, Input, Job, LeftFile, Runs};

/// How often the runs of one program are measured again; a bound on what it makes others wait.
const RERUNS: u32 = 3;
/// What may be on its way at a time. A pipe holds more, so that nothing waits for a runner that is busy.
const AHEAD_BYTES: usize = 48 << 10;
/// Only while outputs are small are several of them held.
const AHEAD_OUTPUT_BYTES: u64 = 256 << 10;

/// A compiled program and the container that it waits in.
#[derive(Debug)]
pub(super) struct DockerRuns {
    program: Program,
    /// `None` after its container was lost.
    session: Option<Session>,
    /// Inputs that come next.
    announced: VecDeque<Input>,
    /// Inputs that were sent before these, the first of them being run now.
    sent: VecDeque<Input>,
    /// Runs that ended before it was their turn to be told.
    early: VecDeque<(Input, Told)>,
    /// Whether one input at a time is sent. After a loss it must be known which run it was.
    is_cautious: bool,
    next_index: usize,
    reruns_left: u32,
    left_files: Vec<LeftFile>,
}

impl DockerRuns {
    pub(super) async fn compile(bench: Arc<Bench>, job: Job) -> Result<Compiled, Error> {
        let mut program = Program::new(bench, job).await?;
        let (compilation, session) = program.begin_twice_at_most().await?;
        let runs = session.map(|session| -> Box<dyn Runs> {
            Box::new(Self {
                is_cautious: holds_much(&program.job),
                program,
                session: Some(session),
                announced: VecDeque::new(),
                sent: VecDeque::new(),
                early: VecDeque::new(),
                next_index: 0,
                reruns_left: RERUNS,
                left_files: Vec::new(),
            })
        });
        Ok(Compiled { compilation, runs })
    }

    /// The next run that ended.
    async fn ended(&mut self) -> Result<(Input, Told), Error> {
        match self.attempt().await {
            Err(error) if error.is_passing() => self.attempt_again(&error).await,
            settled => settled,
        }
    }

    async fn attempt(&mut self) -> Result<(Input, Told), Error> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.program.begin_again().await?,
        };
        while let Some(input) = self.next_to_send() {
            // Also where it does not get there: a second attempt begins with what was sent.
            self.sent.push_back(input.clone());
            session.send(&self.program, &input).await?;
        }
        let told = session.ended(&self.program.job, self.next_index).await?;
        self.session = Some(session);
        let input = self.sent.pop_front().ok_or(Error::OutOfTurn)?;
        self.next_index += 1;
        Ok((input, told))
    }

    /// A lost container is replaced once.
    async fn attempt_again(&mut self, first: &Error) -> Result<(Input, Told), Error> {
        report_retry(first);
        self.is_cautious = true;
        self.recall();
        match self.attempt().await {
            // Where the kernel kills the runner for want of memory, the program may have used it up, or the machine has
            // none. A second time, in a container of its own, it is the program's doing.
            Err(error) if is_starved(first) && is_starved(&error) => {
                let input = self.sent.pop_front().ok_or(Error::OutOfTurn)?;
                let told = Told::runner_starved(self.next_index);
                self.next_index += 1;
                Ok((input, told))
            }
            settled => settled,
        }
    }

    /// What was sent in vain comes again.
    fn recall(&mut self) {
        while let Some(input) = self.sent.pop_back() {
            self.announced.push_front(input);
        }
    }

    fn next_to_send(&mut self) -> Option<Input> {
        let next = self.announced.front()?;
        let is_alone = self.sent.is_empty();
        let on_the_way: usize = self.sent.iter().chain([next]).map(sent_bytes).sum();
        let fits = !self.is_cautious && on_the_way <= AHEAD_BYTES;
        if is_alone || fits {
            self.announced.pop_front()
        } else {
            None
        }
    }

    /// Nothing more is sent meanwhile.
    async fn let_sent_end(&mut self) -> Result<(), Error> {
        let later = std::mem::take(&mut self.announced);
        while !self.sent.is_empty() {
            let ended = self.ended().await?;
            self.early.push_back(ended);
        }
        // Behind what had to be recalled.
        self.announced.extend(later);
        Ok(())
    }

    /// A run that ended by itself just above its limit was perhaps slowed down by others, and is measured once more
    /// while there are none. Where they do not end in time, or this program was measured again often enough, the first
    /// measurement stands.
    async fn settled(&mut self, input: &Input, told: Told) -> Result<Told, Error> {
        if !told.ended_just_above_limit || self.reruns_left == 0 {
            return Ok(told);
        }
        self.let_sent_end().await?;
        let Some(session) = &mut self.session else {
            return Ok(told);
        };
        self.reruns_left -= 1;
        let index = told.outcome.input_index as usize;
        let (program, quiet) = (&self.program, &self.program.bench.quiet);
        let again = async {
            super::metrics::measured_again();
            session.send_alone(program, input).await?;
            session.ended(&program.job, index).await
        };
        let patience = patience(program.job.limits.cpu_time);
        match quiet.alone(patience, again).await {
            None => Ok(told),
            Some(Ok(again)) => Ok(again),
            // The first measurement is one, whatever became of the second.
            Some(Err(error)) => {
                report_retry(&error);
                self.session = None;
                Ok(told)
            }
        }
    }
}

#[async_trait]
impl Runs for DockerRuns {
    fn announce(&mut self, inputs: &[Input]) {
        self.announced.extend(inputs.iter().cloned());
    }

    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        refuse_unannounced(&self.program.job, &input)?;
        let early = self.early.iter().map(|(input, _)| input);
        let next = early.chain(&self.sent).chain(&self.announced).next();
        match next {
            Some(next) if *next != input => return Err(Error::OutOfTurn),
            Some(_) => {}
            None => self.announced.push_back(input.clone()),
        }
        let (_, told) = match self.early.pop_front() {
            Some(ended) => ended,
            None => self.ended().await?,
        };
        let told = self.settled(&input, told).await?;
        self.left_files = told.left_files;
        Ok(told.outcome)
    }

    fn left_files(&mut self) -> Vec<LeftFile> {
        std::mem::take(&mut self.left_files)
    }
}

fn holds_much(job: &Job) -> bool {
    job.returned_output_bytes > AHEAD_OUTPUT_BYTES || !job.working_files.wanted.is_empty()
}

fn sent_bytes(input: &Input) -> usize {
    HEADER_BYTES * (1 + input.files.len()) + input.size_bytes() as usize
}

/// How long others are waited for, and how long they wait.
fn patience(cpu_limit: Duration) -> Duration {
    cpu_limit * 2 + Duration::from_secs(2)
}

fn refuse_unannounced(job: &Job, input: &Input) -> Result<(), Error> {
    let mut sizes = input.files.iter().chain([&input.stdin]).map(Bytes::len);
    match sizes.find(|size| *size > MAX_PAYLOAD_BYTES) {
        Some(size) => Err(Error::InputTooLarge(size)),
        None if input.files.len() != usize::from(job.attached_files) => Err(Error::FilesMissing {
            promised: job.attached_files,
            given: input.files.len(),
        }),
        None => Ok(()),
    }
}
