//! The output of a run: JSON Lines under `data/`, written in index order from stored facts alone.
//!
//! The same facts give the same bytes. Nothing measured is in here; `report.json` has that.

mod lines;

use futures::{Stream, TryStreamExt as _, stream};

use crate::error::Error;
use crate::facts::{Decided, Executed, Ruling, Solved, Synthesized, TestsGenerated, unpack};
use crate::stage::Stage;
use crate::store::{ItemRow, JobKey, Store, StoreError};

/// Items read at a time.
const PAGE: u32 = 64;

/// A file of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataFile {
    Tasks,
    Solutions,
    Tests,
    Rejected,
}

/// All that is known of an accepted item.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) item: u64,
    pub(crate) task: synthsmith_corpus::Task,
    pub(crate) solved: Solved,
    pub(crate) tests: TestsGenerated,
    pub(crate) executions: Vec<Executed>,
    pub(crate) decided: Decided,
    /// The golden solution's position among the solutions.
    pub(crate) golden: usize,
}

impl DataFile {
    pub(crate) const ALL: [Self; 4] = [Self::Tasks, Self::Solutions, Self::Tests, Self::Rejected];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Tasks => "data/tasks.jsonl",
            Self::Solutions => "data/solutions.jsonl",
            Self::Tests => "data/tests.jsonl",
            Self::Rejected => "data/rejected.jsonl",
        }
    }
}

/// The bytes of a file, an item at a time.
pub(crate) fn content(
    store: Store,
    run_id: String,
    file: DataFile,
) -> impl Stream<Item = Result<Vec<u8>, Error>> {
    let items = stream::try_unfold(0_u64, {
        let (store, run_id) = (store.clone(), run_id.clone());
        move |first| {
            let (store, run_id) = (store.clone(), run_id.clone());
            async move {
                let page = store.committed_items(&run_id, first, PAGE).await?;
                let next = page.last().map(|row| row.item + 1);
                Ok::<_, Error>(next.map(|next| (page, next)))
            }
        }
    });
    items
        .map_ok(|page| stream::iter(page.into_iter().map(Ok::<_, Error>)))
        .try_flatten()
        .and_then(move |item| lines_of(store.clone(), run_id.clone(), file, item))
}

async fn lines_of(
    store: Store,
    run_id: String,
    file: DataFile,
    item: ItemRow,
) -> Result<Vec<u8>, Error> {
    match (file, item.accepted) {
        (DataFile::Rejected, false) => {
            let task = made_task(&store, &run_id, item.item).await?;
            Ok(lines::rejected(&item, task.as_ref()))
        }
        (DataFile::Rejected, true) | (_, false) => Ok(Vec::new()),
        (DataFile::Tasks, true) => Ok(lines::task(&accepted(&store, &run_id, item.item).await?)),
        (DataFile::Solutions, true) => Ok(lines::solutions(
            &accepted(&store, &run_id, item.item).await?,
        )),
        (DataFile::Tests, true) => {
            let accepted = accepted(&store, &run_id, item.item).await?;
            Ok(lines::tests(&store, &accepted).await?)
        }
    }
}

async fn accepted(store: &Store, run_id: &str, item: u64) -> Result<Accepted, StoreError> {
    let task = made_task(store, run_id, item).await?;
    let task = task.ok_or(StoreError::Query(sqlx::Error::RowNotFound))?;
    let solved = fact(store, run_id, Stage::Solve, item).await?;
    let tests = fact(store, run_id, Stage::GenerateTests, item).await?;
    let decided: Decided = fact(store, run_id, Stage::Decide, item).await?;
    let results = store.results(run_id, Stage::Execute, item).await?;
    let executions = results.iter().map(|packed| unpack(packed));
    let Ruling::Accepted { golden } = decided.ruling else {
        return Err(StoreError::Query(sqlx::Error::RowNotFound));
    };
    Ok(Accepted {
        item,
        task,
        solved,
        tests,
        executions: executions.collect::<Result<_, _>>()?,
        decided,
        golden,
    })
}

async fn made_task(
    store: &Store,
    run_id: &str,
    item: u64,
) -> Result<Option<synthsmith_corpus::Task>, StoreError> {
    match fact(store, run_id, Stage::Synthesize, item).await? {
        Synthesized::Task(task) => Ok(Some(*task)),
        Synthesized::Rejected { .. } => Ok(None),
    }
}

async fn fact<T: serde::de::DeserializeOwned>(
    store: &Store,
    run_id: &str,
    stage: Stage,
    item: u64,
) -> Result<T, StoreError> {
    let key = JobKey {
        stage,
        item,
        part: 0,
    };
    let packed = store.result(run_id, key).await?;
    let packed = packed.ok_or(StoreError::Query(sqlx::Error::RowNotFound))?;
    Ok(unpack(&packed)?)
}
