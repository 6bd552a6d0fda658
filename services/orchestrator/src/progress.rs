//! How far a run is: the funnel, and why items were rejected.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::stage::Stage;
use crate::store::{RunRow, StageCount, Store, StoreError};

/// How far a run is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    pub committed: u64,
    pub accepted: u64,
    /// In pipeline order.
    pub funnel: Vec<FunnelStage>,
    /// Committed items that were rejected, by reason.
    pub rejections: BTreeMap<String, u64>,
}

/// What came into a stage and what went on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FunnelStage {
    pub stage: &'static str,
    #[serde(rename = "in")]
    pub came: u64,
    #[serde(rename = "out")]
    pub went_on: u64,
    #[serde(skip)]
    pub busy_seconds: f64,
}

impl FunnelStage {
    pub(crate) fn rejected(&self) -> u64 {
        self.came - self.went_on
    }
}

impl Progress {
    pub(crate) async fn of(store: &Store, run: &RunRow) -> Result<Self, StoreError> {
        let items = store.count_items(&run.id).await?;
        let jobs = store.count_jobs(&run.id).await?;
        let busy = store.busy_seconds(&run.id).await?.into_iter().collect();
        Ok(Self {
            committed: run.committed,
            accepted: run.accepted,
            funnel: funnel(run.committed, &items, &jobs, &busy),
            rejections: rejections(&items),
        })
    }
}

fn funnel(
    committed: u64,
    items: &[StageCount],
    jobs: &[StageCount],
    busy: &BTreeMap<String, f64>,
) -> Vec<FunnelStage> {
    let row = |stage: Stage, came, went_on| FunnelStage {
        stage: stage.as_str(),
        came,
        went_on,
        busy_seconds: busy.get(stage.as_str()).copied().unwrap_or_default(),
    };
    let mut rows = Vec::new();
    for stage in [Stage::Extract, Stage::Evolve] {
        let came = count(jobs, stage, |_| true);
        rows.push(row(stage, came, count(jobs, stage, str::is_empty)));
    }
    let mut left = committed;
    for stage in Stage::ALL {
        if Stage::OF_ITEMS.contains(&stage) {
            let rejected = count(items, stage, |reason| !reason.is_empty());
            rows.push(row(stage, left, left - rejected));
            left -= rejected;
        } else if matches!(stage, Stage::Solve | Stage::GenerateTests | Stage::Execute) {
            rows.push(row(stage, left, left));
        }
    }
    rows
}

fn count(counts: &[StageCount], stage: Stage, of: impl Fn(&str) -> bool) -> u64 {
    counts
        .iter()
        .filter(|row| row.stage == stage.as_str() && of(&row.reason))
        .map(|row| row.count)
        .sum()
}

fn rejections(items: &[StageCount]) -> BTreeMap<String, u64> {
    let mut rejections = BTreeMap::new();
    for row in items.iter().filter(|row| !row.reason.is_empty()) {
        *rejections.entry(row.reason.clone()).or_default() += row.count;
    }
    rejections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(stage: Stage, reason: &str, count: u64) -> StageCount {
        StageCount {
            stage: stage.as_str().to_owned(),
            reason: reason.to_owned(),
            count,
        }
    }

    #[test]
    fn the_funnel_narrows_by_what_each_stage_rejected() {
        let items = [
            row(Stage::Synthesize, "model_refused", 2),
            row(Stage::Screen, "duplicate", 1),
            row(Stage::Decide, "", 5),
            row(Stage::Decide, "too_few_labels", 2),
        ];
        let jobs = [
            row(Stage::Extract, "", 3),
            row(Stage::Extract, "no_features", 1),
        ];
        let funnel = funnel(10, &items, &jobs, &BTreeMap::new());
        let of = |stage: Stage| {
            let found = funnel.iter().find(|row| row.stage == stage.as_str());
            found.map(|row| (row.came, row.went_on)).unwrap()
        };
        assert_eq!(of(Stage::Extract), (4, 3));
        assert_eq!(of(Stage::Synthesize), (10, 8));
        assert_eq!(of(Stage::Screen), (8, 7));
        assert_eq!(of(Stage::Solve), (7, 7));
        assert_eq!(of(Stage::Decide), (7, 5));
        assert_eq!(rejections(&items).values().sum::<u64>(), 5);
    }
}
