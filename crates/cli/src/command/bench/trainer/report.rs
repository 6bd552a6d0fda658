//! What was measured, with stable names.

use std::time::Duration;

use serde::Serialize;

use super::super::checks::Check;
use super::super::machine::Machine;
use super::super::statistics::{median, rounded};
use super::checks;
use super::sampling::WORKLOADS;
use super::training::{LENGTH, SEQUENCES};
use super::{Figures, Part};

/// All repetitions of one part on one number of threads.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) part: Part,
    pub(super) threads: u32,
    own: Vec<Figures>,
    reference: Vec<Figures>,
}

#[derive(Debug, Serialize)]
pub(super) struct Report {
    version: &'static str,
    pub(super) machine: Machine,
    pub(super) repetitions: u32,
    pub(super) training: Vec<Training>,
    pub(super) sampling: Vec<Sampling>,
    /// Only where there is a reference.
    pub(super) checks: Vec<Check>,
    pub(super) seconds: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Training {
    pub(super) sequences: usize,
    pub(super) length: usize,
    pub(super) threads: u32,
    pub(super) train_tokens_per_cpu_second: f64,
    pub(super) train_tokens_per_second: f64,
    pub(super) peak_rss_mib: f64,
    pub(super) reference: Option<Reference>,
}

#[derive(Debug, Serialize)]
pub(super) struct Sampling {
    pub(super) model: &'static str,
    pub(super) batch: usize,
    pub(super) prompt_tokens: usize,
    pub(super) new_tokens: usize,
    pub(super) threads: u32,
    pub(super) sample_tokens_per_cpu_second: f64,
    pub(super) sample_tokens_per_second: f64,
    pub(super) peak_rss_mib: f64,
    pub(super) reference: Option<Reference>,
}

/// The same in PyTorch, in the same minutes.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Reference {
    pub(super) engine: String,
    pub(super) tokens_per_cpu_second: f64,
    pub(super) peak_rss_mib: f64,
    /// How many times as fast ours is per second of CPU time: the median over the repetitions.
    pub(super) times: f64,
    /// The share of its memory that ours takes.
    pub(super) memory_share: f64,
}

// === impl Row ===

impl Row {
    pub(super) fn new(part: Part, threads: u32) -> Self {
        Self {
            part,
            threads,
            own: Vec::new(),
            reference: Vec::new(),
        }
    }

    pub(super) fn add_own(&mut self, figures: Figures) {
        self.own.push(figures);
    }

    pub(super) fn add_reference(&mut self, figures: Figures) {
        self.reference.push(figures);
    }

    fn reference(&self) -> Option<Reference> {
        let engine = self.reference.first()?.engine.clone();
        let pairs = self.own.iter().zip(&self.reference);
        let times = pairs.map(|(own, it)| own.tokens_per_cpu_second / it.tokens_per_cpu_second);
        let peak_rss_mib = middle(&self.reference, |it| it.peak_rss_mib);
        Some(Reference {
            engine,
            tokens_per_cpu_second: middle(&self.reference, |it| it.tokens_per_cpu_second),
            peak_rss_mib,
            times: rounded(median(&times.collect::<Vec<f64>>())),
            memory_share: rounded(middle(&self.own, |it| it.peak_rss_mib) / peak_rss_mib),
        })
    }
}

fn middle(figures: &[Figures], value: fn(&Figures) -> f64) -> f64 {
    rounded(median(&figures.iter().map(value).collect::<Vec<f64>>()))
}

// === impl Report ===

impl Report {
    pub(super) fn new(machine: Machine, repetitions: u32, rows: &[Row], took: Duration) -> Self {
        let training: Vec<Training> = rows.iter().filter_map(training).collect();
        let sampling: Vec<Sampling> = rows.iter().filter_map(sampling).collect();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            machine,
            repetitions,
            checks: checks::all(&training, &sampling),
            training,
            sampling,
            seconds: rounded(took.as_secs_f64()),
        }
    }
}

fn training(row: &Row) -> Option<Training> {
    (row.part == Part::Training).then(|| Training {
        sequences: SEQUENCES,
        length: LENGTH,
        threads: row.threads,
        train_tokens_per_cpu_second: middle(&row.own, |it| it.tokens_per_cpu_second),
        train_tokens_per_second: middle(&row.own, |it| it.tokens_per_second),
        peak_rss_mib: middle(&row.own, |it| it.peak_rss_mib),
        reference: row.reference(),
    })
}

fn sampling(row: &Row) -> Option<Sampling> {
    let Part::Sampling(workload) = row.part else {
        return None;
    };
    let workload = WORKLOADS[workload];
    Some(Sampling {
        model: workload.model,
        batch: workload.batch,
        prompt_tokens: workload.prompt_tokens,
        new_tokens: workload.new_tokens,
        threads: row.threads,
        sample_tokens_per_cpu_second: middle(&row.own, |it| it.tokens_per_cpu_second),
        sample_tokens_per_second: middle(&row.own, |it| it.tokens_per_second),
        peak_rss_mib: middle(&row.own, |it| it.peak_rss_mib),
        reference: row.reference(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(engine: &str, tokens_per_cpu_second: f64, peak_rss_mib: f64) -> Figures {
        Figures {
            engine: engine.to_owned(),
            tokens_per_cpu_second,
            tokens_per_second: tokens_per_cpu_second,
            peak_rss_mib,
        }
    }

    #[test]
    fn ours_is_compared_repetition_by_repetition() {
        let mut row = Row::new(Part::Training, 1);
        // The machine was half as fast in the second.
        for speed in [100.0, 50.0, 100.0] {
            row.add_own(figures("synthsmith", 1.2 * speed, 50.0));
            row.add_reference(figures("torch", speed, 500.0));
        }
        let reference = row.reference().unwrap();
        assert!((reference.times - 1.2).abs() < 1e-9, "{reference:?}");
        assert!((reference.memory_share - 0.1).abs() < 1e-9);
        assert!(Row::new(Part::Training, 1).reference().is_none());
    }

    #[test]
    fn every_part_is_told_where_it_belongs_under_stable_names() {
        let rows = [Part::Training, Part::Sampling(2)].map(|part| {
            let mut row = Row::new(part, 2);
            row.add_own(figures("synthsmith", 1000.0, 50.0));
            row
        });
        let report = Report::new(Machine::look(), 1, &rows, Duration::from_secs(1));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["training"][0]["train_tokens_per_cpu_second"], 1000.0);
        assert_eq!(json["sampling"][0]["sample_tokens_per_cpu_second"], 1000.0);
        assert_eq!(json["sampling"][0]["new_tokens"], 256);
        for part in ["training", "sampling"] {
            assert_eq!(json[part][0]["peak_rss_mib"], 50.0);
            assert_eq!(json[part][0]["threads"], 2);
            assert!(json[part][0]["reference"].is_null());
        }
        assert_eq!(json["checks"], serde_json::json!([]));
    }
}
