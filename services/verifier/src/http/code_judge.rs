//! X-Coder's code-judge: programs on one input each, alone or in batches, told with what they printed or without.
//!
//! A batch has one entry per test of a solution; those that follow each other with the same solution are compiled once
//! and run in one turn ([`group`]). Its clients take every status but 200 for a failure of all that they sent, and ask
//! again for what is told as `queue_timeout`: so an entry whose turn does not come is told so, and passing faults are
//! waited out.

mod group;
mod judged;
mod shape;
mod strip;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::Response;
use futures::{StreamExt as _, stream};
use tokio::time::Instant;

use super::Edges;
use super::answer;
use super::arriving::Asked;
use super::languages;
use super::patience::Batch as Patience;
use super::refusal::{Flaw, Refusal, Step};
use crate::client::Client;
use judged::Judged;
use shape::{Batch, BatchResult, Status, Submission, SubmissionResult};

/// The type that the protocol announces and does not serve.
const MATH: &str = "math";

/// Whether the answer has what programs printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Verdict,
    Output,
}

type Answer = Result<Response, Refusal>;

pub(super) async fn judge(edges: State<Arc<Edges>>, request: Request) -> Answer {
    single(&edges, request, Extent::Verdict).await
}

pub(super) async fn run(edges: State<Arc<Edges>>, request: Request) -> Answer {
    single(&edges, request, Extent::Output).await
}

pub(super) async fn judge_batch(edges: State<Arc<Edges>>, request: Request) -> Answer {
    batch(&edges, request, edges.patience.short, Extent::Verdict).await
}

pub(super) async fn judge_long_batch(edges: State<Arc<Edges>>, request: Request) -> Answer {
    batch(&edges, request, edges.patience.long, Extent::Verdict).await
}

pub(super) async fn run_batch(edges: State<Arc<Edges>>, request: Request) -> Answer {
    batch(&edges, request, edges.patience.short, Extent::Output).await
}

pub(super) async fn run_long_batch(edges: State<Arc<Edges>>, request: Request) -> Answer {
    batch(&edges, request, edges.patience.long, Extent::Output).await
}

pub(super) async fn status(State(edges): State<Arc<Edges>>) -> Json<Status> {
    Json(Status {
        queue: edges.queue.waiting(),
        num_workers: edges.config.slots,
    })
}

async fn single(edges: &Edges, request: Request, extent: Extent) -> Answer {
    let patience = edges.patience.short;
    let asked: Asked<Submission> = edges
        .asked(request, Instant::now() + patience.begin)
        .await?;
    known(edges, &asked.request, Vec::new)?;
    let mut results = results(edges, &asked.client, vec![asked.request], patience, extent).await;
    let result = results.pop().expect("one result per submission");
    Ok(answer::json(&result, asked.portion))
}

async fn batch(edges: &Edges, request: Request, patience: Patience, extent: Extent) -> Answer {
    let asked: Asked<Batch> = edges
        .asked(request, Instant::now() + patience.begin)
        .await?;
    let Batch {
        sub_id,
        submissions,
        ..
    } = asked.request;
    for (index, submission) in submissions.iter().enumerate() {
        known(edges, submission, || {
            vec!["submissions".into(), Step::Index(index)]
        })?;
    }
    let results = results(edges, &asked.client, submissions, patience, extent).await;
    let result = BatchResult {
        sub_id: shape::or_new(sub_id),
        results,
    };
    Ok(answer::json(&result, asked.portion))
}

/// A type that the protocol does not have is refused before anything is run.
fn known(
    edges: &Edges,
    submission: &Submission,
    place: impl FnOnce() -> Vec<Step>,
) -> Result<(), Refusal> {
    let name = submission.kind.as_str();
    if name == MATH || languages::called(&edges.config, name).is_some() {
        return Ok(());
    }
    let mut loc = vec!["body".into()];
    loc.extend(place());
    loc.push("type".into());
    Err(Refusal::Unfit(vec![Flaw {
        kind: "literal_error",
        loc,
        msg: languages::expected(&edges.config),
    }]))
}

/// One result per submission, in their order, however their turns come.
async fn results(
    edges: &Edges,
    client: &Client,
    submissions: Vec<Submission>,
    patience: Patience,
    extent: Extent,
) -> Vec<SubmissionResult> {
    let begin_by = Instant::now() + patience.begin;
    let times = group::Times {
        begin_by,
        end_by: begin_by + patience.go_on,
    };
    let (ids, groups) = group::grouped(edges, submissions);
    let mut results: Vec<Option<SubmissionResult>> = Vec::new();
    results.resize_with(ids.len(), || None);
    // So many that a slot that gets free finds somebody who waits.
    let in_flight = edges.config.slots * 2;
    let judged = stream::iter(groups).map(|group| group.judged(edges, client, times));
    let mut judged = judged.buffer_unordered(in_flight);
    let mut ids: Vec<Option<String>> = ids.into_iter().map(Some).collect();
    while let Some((first_index, group)) = judged.next().await {
        for (index, judged) in (first_index..).zip(group) {
            let sub_id = shape::or_new(ids[index].take());
            results[index] = Some(SubmissionResult::of(sub_id, judged, extent));
        }
    }
    let all = results.into_iter().collect::<Option<Vec<_>>>();
    all.expect("each group has one result per entry")
}
