//! The gRPC edge: decode, call, encode.

mod arriving;
mod leaving;

use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, stream};
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::trainer_service_server::TrainerService;
use synthsmith_rpc::page;
use tokio::sync::watch;
use tonic::{Request, Response, Status, Streaming};

use crate::error::Error;
use crate::jobs::Jobs;
use crate::store::{JobRow, JobState};
use crate::wire;

/// Watchers are told of a change at most this often.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);
/// Steps of one message.
const MOST_STEPS: u32 = 1_000;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Trainer {
    jobs: Jobs,
}

type Answer<T> = Result<Response<T>, Status>;
type AnswerStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Trainer {
    pub(crate) fn new(jobs: Jobs) -> Self {
        Self { jobs }
    }

    async fn named(&self, name: &str) -> Result<JobRow, Status> {
        let id = wire::job_id(name).map_err(Error::Invalid);
        let id = id.map_err(status)?;
        self.jobs.get(&id).await.map_err(status)
    }

    async fn page(&self, request: pb::ListJobsRequest) -> Result<pb::ListJobsResponse, Error> {
        let (size, before) = wire::page(&request).map_err(Error::Invalid)?;
        let rows = self.jobs.store().jobs(before.as_deref(), size).await?;
        let next = rows.last().filter(|_| rows.len() == size as usize);
        Ok(pb::ListJobsResponse {
            next_page_token: next.map(|row| page::token(&row.id)).unwrap_or_default(),
            jobs: rows.iter().map(wire::job).collect(),
        })
    }

    async fn news(&self, id: &str, after: u64) -> Result<(JobRow, pb::WatchJobResponse), Error> {
        // The job first: all steps of one that has ended are there then.
        let job = self.jobs.get(id).await?;
        let steps = self.jobs.store().steps(id, after, MOST_STEPS).await?;
        let news = pb::WatchJobResponse {
            job: Some(wire::job(&job)),
            steps: steps.iter().map(wire::step).collect(),
        };
        Ok((job, news))
    }
}

#[tonic::async_trait]
impl TrainerService for Trainer {
    type WatchJobStream = AnswerStream<pb::WatchJobResponse>;
    type ExportArtifactsStream = AnswerStream<pb::ExportArtifactsResponse>;

    async fn put_data(
        &self,
        request: Request<Streaming<pb::PutDataRequest>>,
    ) -> Answer<pb::PutDataResponse> {
        let places = self.jobs.places();
        let max_bytes = self.jobs.max_data_bytes();
        let arrived = arriving::data(request.into_inner(), &places.arrivals(), max_bytes).await?;
        let kept = arrived.keep(places).await.map_err(status)?;
        Ok(Response::new(kept))
    }

    async fn create_job(
        &self,
        request: Request<pb::CreateJobRequest>,
    ) -> Answer<pb::CreateJobResponse> {
        let new = wire::new_job(request.into_inner()).map_err(Error::Invalid);
        let (id, spec) = new.map_err(status)?;
        let job = self.jobs.create(id, spec).await.map_err(status)?;
        let job = Some(wire::job(&job));
        Ok(Response::new(pb::CreateJobResponse { job }))
    }

    async fn get_job(&self, request: Request<pb::GetJobRequest>) -> Answer<pb::GetJobResponse> {
        let job = Some(wire::job(&self.named(&request.get_ref().name).await?));
        Ok(Response::new(pb::GetJobResponse { job }))
    }

    async fn list_jobs(
        &self,
        request: Request<pb::ListJobsRequest>,
    ) -> Answer<pb::ListJobsResponse> {
        let page = self.page(request.into_inner()).await.map_err(status)?;
        Ok(Response::new(page))
    }

    async fn watch_job(
        &self,
        request: Request<pb::WatchJobRequest>,
    ) -> Answer<Self::WatchJobStream> {
        let request = request.into_inner();
        let job = self.named(&request.name).await?;
        let begin = (self.clone(), job.id, request.after_step.max(0) as u64);
        let news = stream::try_unfold(Some(begin), |state| async move {
            let Some((service, id, after)) = state else {
                return Ok(None);
            };
            let revision = service.jobs.watch(&id);
            let (job, news) = service.news(&id, after).await.map_err(status)?;
            let last = news.steps.last().map_or(after, |step| step.step as u64);
            let is_whole = news.steps.len() < MOST_STEPS as usize;
            if job.state.rests() && is_whole {
                return Ok(Some((news, None)));
            }
            if is_whole {
                tokio::select! {
                    () = changed(revision) => {}
                    () = service.jobs.draining().cancelled() => return Err(draining()),
                }
            }
            Ok(Some((news, Some((service, id, last)))))
        });
        Ok(Response::new(Box::pin(news)))
    }

    async fn cancel_job(
        &self,
        request: Request<pb::CancelJobRequest>,
    ) -> Answer<pb::CancelJobResponse> {
        let job = self.named(&request.get_ref().name).await?;
        let job = self.jobs.cancel(job.id).await.map_err(status)?;
        let job = Some(wire::job(&job));
        Ok(Response::new(pb::CancelJobResponse { job }))
    }

    async fn resume_job(
        &self,
        request: Request<pb::ResumeJobRequest>,
    ) -> Answer<pb::ResumeJobResponse> {
        let job = self.named(&request.get_ref().name).await?;
        let job = self.jobs.resume(job.id).await.map_err(status)?;
        let job = Some(wire::job(&job));
        Ok(Response::new(pb::ResumeJobResponse { job }))
    }

    async fn export_artifacts(
        &self,
        request: Request<pb::ExportArtifactsRequest>,
    ) -> Answer<Self::ExportArtifactsStream> {
        let job = self.named(&request.get_ref().name).await?;
        if job.state != JobState::Succeeded {
            return Err(status(Error::NotDone(job.id)));
        }
        let places = self.jobs.places();
        let files = places.files(&job.id).await.map_err(Error::from);
        let files = files.map_err(status)?;
        if files.is_empty() {
            return Err(status(Error::Gone(job.id)));
        }
        let files = leaving::files(places.kept().clone(), files);
        Ok(Response::new(Box::pin(files)))
    }
}

/// Ends when the job has changed, or after a while, lest a change was missed.
async fn changed(revision: Option<watch::Receiver<u64>>) {
    tokio::time::sleep(WATCH_INTERVAL).await;
    if let Some(mut revision) = revision {
        let _ = tokio::time::timeout(5 * WATCH_INTERVAL, revision.changed()).await;
    }
}

fn draining() -> Status {
    Status::unavailable("the trainer is ending; the job goes on when it is started again")
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err takes")]
fn status(error: Error) -> Status {
    synthsmith_rpc::error::into_status(&error)
}
