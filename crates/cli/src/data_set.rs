//! The data set in a run's output folder, task by task, so that memory does not grow with it.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::iter::Peekable;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A line of `tasks.jsonl`, as far as anybody here reads it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Task {
    #[serde(rename = "task_id")]
    pub id: String,
    pub style: String,
    pub statement: String,
    pub samples: Vec<Sample>,
    pub candidates: Candidates,
}

/// An example of a statement.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sample {
    pub input: String,
    pub output: String,
}

/// What became of a task's candidates.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Candidates {
    pub run: u64,
    pub agree_on_all_labels: u64,
}

/// A line of `solutions.jsonl`; what was filtered out has no source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Solution {
    task_id: String,
    #[serde(default)]
    pub golden: bool,
    #[serde(default)]
    pub language: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub reasoning: String,
}

/// A line of `tests.jsonl`; bytes that are no text are in other fields, which nobody here reads.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Test {
    task_id: String,
    pub input: Option<String>,
    pub output: Option<String>,
}

/// An accepted task with all that belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub task: Task,
    pub solutions: Vec<Solution>,
    pub tests: Vec<Test>,
}

/// The entries in the order of their items.
pub(crate) fn entries(
    folder: &Path,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Entry>>> {
    let data = folder.join("data");
    let tasks = lines::<Task>(&data.join("tasks.jsonl"))?;
    let mut solutions = lines::<Solution>(&data.join("solutions.jsonl"))?.peekable();
    let mut tests = lines::<Test>(&data.join("tests.jsonl"))?.peekable();
    Ok(tasks.map(move |task| {
        let task = task?;
        Ok(Entry {
            solutions: of_task(&mut solutions, &task.id, |it| &it.task_id)?,
            tests: of_task(&mut tests, &task.id, |it| &it.task_id)?,
            task,
        })
    }))
}

/// The next lines, as long as they belong to the task: all files have the same order.
fn of_task<T>(
    lines: &mut Peekable<impl Iterator<Item = anyhow::Result<T>>>,
    task_id: &str,
    of: impl Fn(&T) -> &String,
) -> anyhow::Result<Vec<T>> {
    let mut found = Vec::new();
    while let Some(line) = lines.next_if(|line| line.as_ref().map_or(true, |it| of(it) == task_id))
    {
        found.push(line?);
    }
    Ok(found)
}

/// The objects of a file of JSON Lines.
pub(crate) fn lines<T: DeserializeOwned>(
    path: &Path,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<T>> + use<T>> {
    let shown = path.display().to_string();
    let parse = move |(number, line): (usize, std::io::Result<String>)| {
        let place = || format!("{shown}, line {}", number + 1);
        serde_json::from_str(&line.with_context(place)?).with_context(place)
    };
    Ok(open(path)?.lines().enumerate().map(parse))
}

pub(crate) fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path).with_context(|| {
        let shown = path.display();
        format!("cannot read {shown}; give the output folder of a finished run")
    })?;
    Ok(BufReader::new(file))
}
