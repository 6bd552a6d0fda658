//! The gRPC edge: decode, call, encode.

use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use synthsmith_proto::orchestrator::v1 as pb;
use synthsmith_proto::orchestrator::v1::orchestrator_service_server::OrchestratorService;
use synthsmith_rpc::{Violations, page};
use tonic::{Request, Response, Status, Streaming};

use crate::error::Error;
use crate::export::{self, DataFile};
use crate::facts::{Features, unpack};
use crate::progress::Progress;
use crate::report::Report;
use crate::runs::Runs;
use crate::stage::Stage;
use crate::store::{JobKey, RunRow, StoreError};
use crate::wire;

/// Bytes of a file in one message.
const CHUNK_BYTES: usize = 1 << 20;
/// Samples of a run, so that no client can fill the memory.
const MAX_SAMPLES: usize = 1_000_000;
const MAX_SAMPLES_BYTES: usize = 1 << 30;
/// Watchers are told of a change at most this often.
const WATCH_INTERVAL: Duration = Duration::from_millis(200);

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Orchestrator {
    runs: Runs,
}

type Answer<T> = Result<Response<T>, Status>;
type AnswerStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Orchestrator {
    pub(crate) fn new(runs: Runs) -> Self {
        Self { runs }
    }

    async fn describe(&self, run: &RunRow) -> Result<pb::Run, Error> {
        let progress = Progress::of(self.runs.store(), run).await?;
        Ok(wire::run(run, &progress))
    }

    async fn named(&self, name: &str) -> Result<RunRow, Error> {
        self.runs.get(&run_id(name)?).await
    }

    async fn create(&self, mut parts: Streaming<pb::CreateRunRequest>) -> Result<pb::Run, Status> {
        let mut new_run = None;
        let mut samples = Vec::new();
        let mut bytes = 0;
        while let Some(part) = parts.message().await? {
            match part.part {
                Some(pb::create_run_request::Part::Run(run)) => {
                    new_run = Some(wire::new_run(run).map_err(invalid)?);
                }
                Some(pb::create_run_request::Part::Sample(sample)) => {
                    bytes += sample.code.len();
                    samples.push(wire::sample(sample).map_err(invalid)?);
                }
                None => {}
            }
            let too_many = samples.len() > MAX_SAMPLES || bytes > MAX_SAMPLES_BYTES;
            if too_many {
                return Err(invalid(violation(
                    "sample",
                    "a run takes at most 1,000,000 samples of 1 GiB together",
                )));
            }
        }
        let mut new_run = new_run.ok_or_else(|| invalid(violation("run", "is required")))?;
        if samples.is_empty() {
            return Err(invalid(violation("sample", "at least one is required")));
        }
        if new_run.id.is_empty() {
            new_run.id = fresh_id();
        }
        let run = self.runs.create(new_run.id, new_run.spec, &samples).await;
        let run = run.map_err(status)?;
        self.describe(&run).await.map_err(status)
    }

    /// Leaves of the tree that the items were drawn from.
    async fn feature_count(&self, run: &RunRow) -> Result<u64, Error> {
        let key = JobKey {
            stage: Stage::Grow,
            item: u64::from(run.spec.evolution_rounds),
            part: 0,
        };
        let packed = self.runs.store().result(&run.id, key).await?;
        let grown: Option<Features> = packed
            .map(|packed| unpack(&packed))
            .transpose()
            .map_err(StoreError::from)?;
        let tree = grown.and_then(|grown| grown.tree);
        Ok(tree.map_or(0, |tree| tree.leaf_count() as u64))
    }

    async fn report(&self, run: &RunRow) -> Result<Vec<u8>, Error> {
        let progress = Progress::of(self.runs.store(), run).await?;
        let usage = self.runs.clients().usage(&run.id).await?;
        let busy = self.runs.store().busy_seconds(&run.id).await?;
        let features = self.feature_count(run).await?;
        Ok(Report::new(run, progress, features, usage, busy).to_json())
    }
}

#[tonic::async_trait]
impl OrchestratorService for Orchestrator {
    type WatchRunStream = AnswerStream<pb::WatchRunResponse>;
    type ExportRunStream = AnswerStream<pb::ExportRunResponse>;

    async fn create_run(
        &self,
        request: Request<Streaming<pb::CreateRunRequest>>,
    ) -> Answer<pb::CreateRunResponse> {
        let run = self.create(request.into_inner()).await?;
        Ok(Response::new(pb::CreateRunResponse { run: Some(run) }))
    }

    async fn get_run(&self, request: Request<pb::GetRunRequest>) -> Answer<pb::GetRunResponse> {
        let run = self.named(&request.get_ref().name).await.map_err(status)?;
        let run = self.describe(&run).await.map_err(status)?;
        Ok(Response::new(pb::GetRunResponse { run: Some(run) }))
    }

    async fn list_runs(
        &self,
        request: Request<pb::ListRunsRequest>,
    ) -> Answer<pb::ListRunsResponse> {
        let request = request.into_inner();
        let size = page::size(request.page_size, 50, 500)
            .ok_or_else(|| invalid(violation("page_size", "must not be negative")))?;
        let before = match request.page_token.as_str() {
            "" => None,
            token => Some(page::after(token).ok_or_else(|| {
                invalid(violation("page_token", "is not from an earlier answer"))
            })?),
        };
        let store = self.runs.store();
        let rows = store.runs(before.as_deref(), size).await;
        let rows = rows.map_err(|error| status(error.into()))?;
        let mut runs = Vec::with_capacity(rows.len());
        for row in &rows {
            runs.push(self.describe(row).await.map_err(status)?);
        }
        let next = rows.last().filter(|_| rows.len() == size as usize);
        Ok(Response::new(pb::ListRunsResponse {
            runs,
            next_page_token: next.map(|row| page::token(&row.id)).unwrap_or_default(),
        }))
    }

    async fn resume_run(
        &self,
        request: Request<pb::ResumeRunRequest>,
    ) -> Answer<pb::ResumeRunResponse> {
        let request = request.into_inner();
        let mut violations = Violations::default();
        let spec = request
            .spec
            .and_then(|spec| wire::spec(spec, &mut violations));
        if !violations.is_empty() {
            return Err(invalid(violations));
        }
        let id = run_id(&request.name).map_err(status)?;
        let run = self.runs.resume(&id, spec.as_ref()).await.map_err(status)?;
        let run = self.describe(&run).await.map_err(status)?;
        Ok(Response::new(pb::ResumeRunResponse { run: Some(run) }))
    }

    async fn cancel_run(
        &self,
        request: Request<pb::CancelRunRequest>,
    ) -> Answer<pb::CancelRunResponse> {
        let id = run_id(&request.get_ref().name).map_err(status)?;
        let run = self.runs.cancel(&id).await.map_err(status)?;
        let run = self.describe(&run).await.map_err(status)?;
        Ok(Response::new(pb::CancelRunResponse { run: Some(run) }))
    }

    async fn watch_run(
        &self,
        request: Request<pb::WatchRunRequest>,
    ) -> Answer<Self::WatchRunStream> {
        let run = self.named(&request.get_ref().name).await.map_err(status)?;
        let service = self.clone();
        let states = stream::try_unfold(Some(run.id), move |id| {
            let service = service.clone();
            async move {
                let Some(id) = id else { return Ok(None) };
                let revision = service.runs.watch(&id);
                let run = service.runs.get(&id).await.map_err(status)?;
                let told = service.describe(&run).await.map_err(status)?;
                let next = if run.state.has_ended() {
                    None
                } else {
                    tokio::select! {
                        () = changed(revision) => Some(id),
                        () = service.runs.draining().cancelled() => return Err(draining()),
                    }
                };
                Ok(Some((pb::WatchRunResponse { run: Some(told) }, next)))
            }
        });
        Ok(Response::new(Box::pin(states)))
    }

    async fn export_run(
        &self,
        request: Request<pb::ExportRunRequest>,
    ) -> Answer<Self::ExportRunStream> {
        let run = self.named(&request.get_ref().name).await.map_err(status)?;
        if !run.state.has_ended() {
            return Err(status(Error::NotEnded(run.id)));
        }
        let report = self.report(&run).await.map_err(status)?;
        let store = self.runs.store().clone();
        let files = stream::iter(DataFile::ALL).flat_map(move |file| {
            // An empty file is a file too.
            let begin = stream::once(async { Ok(Vec::new()) });
            let content = export::content(store.clone(), run.id.clone(), file);
            begin
                .chain(content.map_err(status))
                .map_ok(move |bytes| (file.path(), bytes))
        });
        let report = stream::once(async { Ok(("report.json", report)) });
        let chunks = files.chain(report).map_ok(chunks).try_flatten();
        Ok(Response::new(Box::pin(chunks)))
    }
}

fn chunks(
    (path, content): (&'static str, Vec<u8>),
) -> impl Stream<Item = Result<pb::ExportRunResponse, Status>> {
    let chunk = move |content: &[u8]| pb::ExportRunResponse {
        path: path.to_owned(),
        content: content.to_vec(),
    };
    let mut chunks: Vec<_> = content.chunks(CHUNK_BYTES).map(chunk).map(Ok).collect();
    if chunks.is_empty() {
        chunks.push(Ok(chunk(&[])));
    }
    stream::iter(chunks)
}

fn draining() -> Status {
    Status::unavailable("the orchestrator is ending; the run goes on when it is started again")
}

/// Ends when the run has changed, or after a while, lest a change was missed.
async fn changed(revision: Option<tokio::sync::watch::Receiver<u64>>) {
    tokio::time::sleep(WATCH_INTERVAL).await;
    if let Some(mut revision) = revision {
        let change = revision.changed();
        let _ = tokio::time::timeout(5 * WATCH_INTERVAL, change).await;
    }
}

fn run_id(name: &str) -> Result<String, Error> {
    wire::run_id(name).map_err(Error::Invalid)
}

fn violation(field: &str, description: &str) -> Violations {
    let mut violations = Violations::default();
    violations.add(field, description);
    violations
}

fn invalid(violations: Violations) -> Status {
    status(Error::Invalid(violations))
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err takes")]
fn status(error: Error) -> Status {
    synthsmith_rpc::error::into_status(&error)
}

/// An id nobody has: the time, and the process for two runs in the same millisecond.
fn fresh_id() -> String {
    format!("{:x}-{:x}", crate::store::now_ms(), std::process::id())
}
