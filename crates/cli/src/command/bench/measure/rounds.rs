//! Repetitions, each of which measures everything once, so that a busy minute hits all alike.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::stage::Stage;
use crate::args::{Level, Workload};
use crate::command::bench::Setting;
use crate::command::bench::floors::{Floor, Tools};
use crate::command::bench::load::Batch;
use crate::command::bench::plan::{Combination, REFERENCE_IN_FLIGHT, combinations, submissions};
use crate::command::bench::report::{Empty, Row, Series};
use crate::command::bench::service::Service;
use crate::command::bench::statistics::{median, milliseconds, rounded};
use crate::command::bench::workload::Cache;
use crate::output::say;

/// Of the floors, which are short and steady, for each second of another measurement.
const FLOOR_SHARE: f64 = 0.4;
const EMPTY_CONTAINERS: usize = 12;
/// Where repetitions have taken so long, this many must do, so that the whole ends in time.
const SHORT_OF_TIME: Duration = Duration::from_mins(7);
const FEWEST_REPETITIONS: u32 = 3;

/// The repetitions that are made with a verifier.
pub(super) struct Rounds<'a, 'b> {
    stage: &'a mut Stage<'b>,
    batches: Vec<(Combination, Batch)>,
    found: Found,
}

/// What they found.
pub(super) struct Found {
    pub(super) tools: Tools,
    floors: BTreeMap<Floor, Series>,
    levels: BTreeMap<Combination, Series>,
    /// Milliseconds of CPU time of an empty container.
    empty: Vec<f64>,
}

/// The floors alone.
pub(super) async fn floors(setting: &Setting<'_>, service: &Service) -> anyhow::Result<Found> {
    let (mut stage, _) = Stage::set(setting, service, &[]).await?;
    let mut rounds = Rounds::new(&mut stage);
    for number in 1..=setting.args.repetitions {
        say(&format!(
            "repetition {number} of {}",
            setting.args.repetitions
        ));
        rounds.floors().await?;
    }
    Ok(rounds.found)
}

// === impl Rounds ===

impl<'a, 'b> Rounds<'a, 'b> {
    pub(super) fn new(stage: &'a mut Stage<'b>) -> Self {
        let found = Found {
            tools: stage.floors.tools.clone(),
            floors: BTreeMap::new(),
            levels: BTreeMap::new(),
            empty: Vec::new(),
        };
        Self {
            stage,
            batches: Vec::new(),
            found,
        }
    }

    pub(super) async fn run(mut self) -> anyhow::Result<Found> {
        let all_began = Instant::now();
        self.prepare().await?;
        let repetitions = self.stage.setting.args.repetitions;
        for number in 1..=repetitions {
            let began = Instant::now();
            self.floors().await?;
            self.empty().await?;
            self.levels().await?;
            let seconds = began.elapsed().as_secs_f64();
            say(&format!(
                "repetition {number} of {repetitions} took {seconds:.0} s"
            ));
            let is_short = all_began.elapsed() > SHORT_OF_TIME && !self.stage.setting.args.full;
            if is_short && (FEWEST_REPETITIONS..repetitions).contains(&number) {
                say("this machine is slow or busy: no more repetitions");
                break;
            }
        }
        Ok(self.found)
    }

    /// Finds how many submissions fill a repetition; fills caches on the way.
    async fn prepare(&mut self) -> anyhow::Result<()> {
        let args = self.stage.setting.args;
        let levels = self.stage.levels.clone();
        let planned = levels.iter().flat_map(|level| combinations(*level, args));
        for combination in planned {
            let mut batch = batch(combination, combination.in_flight.max(2));
            if combination.cache == Cache::Hit {
                self.stage.load.submit(&batch).await?;
            }
            let few = self.stage.measure(&batch).await?;
            let took = few.took.wall.as_secs_f64();
            batch.submissions = submissions(batch.submissions, took, args.seconds, batch.in_flight);
            self.batches.push((combination, batch));
        }
        Ok(())
    }

    async fn floors(&mut self) -> anyhow::Result<()> {
        let seconds = self.stage.setting.args.seconds * FLOOR_SHARE;
        for floor in Floor::ALL {
            let sample = self.stage.floors.measure(floor, seconds).await?;
            let series = self.found.floors.entry(floor).or_default();
            series.add(
                sample.tests_per_cpu_second(),
                sample.submissions_per_second(),
                sample.latencies(),
            );
        }
        Ok(())
    }

    async fn empty(&mut self) -> anyhow::Result<()> {
        let stage = &*self.stage;
        if let Some(mould) = &stage.mould {
            let engine = &stage.setting.engine;
            let work = engine.make_empty(mould, EMPTY_CONTAINERS, REFERENCE_IN_FLIGHT);
            let (took, ()) = stage.spent_by(work).await?;
            let cpu_ms = milliseconds(took.cpu) / EMPTY_CONTAINERS as f64;
            self.found.empty.push(cpu_ms);
        }
        Ok(())
    }

    async fn levels(&mut self) -> anyhow::Result<()> {
        for (combination, batch) in &self.batches {
            let sample = self.stage.measure(batch).await?;
            let series = self.found.levels.entry(*combination).or_default();
            series.add(
                sample.tests_per_cpu_second(),
                sample.submissions_per_second(),
                sample.latencies,
            );
        }
        Ok(())
    }
}

fn batch(of: Combination, submissions: usize) -> Batch {
    Batch {
        level: of.level,
        workload: of.workload,
        cache: of.cache,
        submissions,
        in_flight: of.in_flight,
        suite_digest: None,
    }
}

// === impl Found ===

impl Found {
    pub(super) fn repetitions(&self) -> usize {
        self.floor(Floor::PythonZygote).rates().len()
    }

    /// Repetitions of a floor; none where it was not measured.
    pub(super) fn floor(&self, floor: Floor) -> Series {
        self.floors.get(&floor).cloned().unwrap_or_default()
    }

    pub(super) fn add_levels_of(&mut self, other: Self) {
        self.levels.extend(other.levels);
    }

    /// The floors first, then the levels.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for workload in Workload::ALL {
            for cache in Cache::ALL {
                let of = Combination {
                    level: Level::Floor,
                    workload,
                    cache,
                    in_flight: 1,
                };
                let series = self.floor(Floor::of(workload, cache));
                rows.push(series.row(of, series.rate()));
            }
        }
        rows.extend(self.levels.iter().map(|(of, series)| {
            let floor = self.floor(Floor::of(of.workload, of.cache));
            series.row(*of, floor.rate())
        }));
        rows
    }

    pub(super) fn empty(&self) -> Option<Empty> {
        (!self.empty.is_empty()).then(|| Empty {
            cpu_ms: rounded(median(&self.empty)),
            containers: self.empty.len() * EMPTY_CONTAINERS,
        })
    }
}
