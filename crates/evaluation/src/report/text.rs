//! The report as text.

use std::fmt::{self, Write as _};

use super::{Figures, Report};
use crate::statistics::{Estimate, Interval};

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let benchmark = self.settings.benchmark.as_str();
        let model = &self.settings.model;
        writeln!(formatter, "{model} on {benchmark}, window {}", self.window)?;
        let Figures {
            problems,
            samples,
            not_graded,
            ..
        } = &self.all;
        writeln!(
            formatter,
            "{problems} problems, {samples} samples graded, {not_graded} not graded\n"
        )?;
        self.scores(formatter)?;
        self.failure_table(formatter)?;
        self.length_table(formatter)?;
        self.gap_lines(formatter)
    }
}

impl Report {
    fn scores(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = ["problems", "samples", "score", "95 % interval"];
        writeln!(formatter, "{}", row("", &header.map(str::to_owned)))?;
        scores_of(formatter, "all", &self.all)?;
        let groups = self.by_difficulty.iter().chain(&self.by_platform);
        for group in groups.filter(|group| !group.name.is_empty()) {
            scores_of(formatter, &printable(&group.name), &group.figures)?;
        }
        writeln!(formatter)
    }

    fn failure_table(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{}",
            row("failures", &["samples".to_owned(), "per pass".to_owned()])
        )?;
        for count in self.failures.iter().filter(|count| count.samples > 0) {
            let cells = [count.samples.to_string(), format!("{:.1}", count.per_pass)];
            writeln!(formatter, "{}", row(count.class.as_str(), &cells))?;
        }
        writeln!(formatter)
    }

    fn length_table(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lengths.iter().all(|bucket| bucket.samples == 0) {
            return Ok(());
        }
        let header = ["samples", "passed", "95 % interval"];
        writeln!(formatter, "{}", row("tokens", &header.map(str::to_owned)))?;
        for bucket in &self.lengths {
            let to = bucket.to.map(|to| to.to_string()).unwrap_or_default();
            let cells = [
                bucket.samples.to_string(),
                bucket.passed.to_string(),
                bucket.interval.map(shown).unwrap_or_default(),
            ];
            writeln!(
                formatter,
                "{}",
                row(&format!("{}..{to}", bucket.from), &cells)
            )?;
        }
        writeln!(formatter)
    }

    fn gap_lines(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(gap) = &self.gap else {
            return Ok(());
        };
        let (older, newer) = (percent(gap.older.value), percent(gap.newer.value));
        writeln!(
            formatter,
            "older {older}, newer {newer}: gap {} points ({})",
            percent(gap.difference),
            shown(gap.interval)
        )?;
        if let Some(standardised) = &gap.standardised {
            writeln!(
                formatter,
                "at equal difficulty: gap {} points ({})",
                percent(standardised.difference),
                shown(standardised.interval)
            )?;
        }
        Ok(())
    }
}

fn scores_of(formatter: &mut fmt::Formatter<'_>, name: &str, figures: &Figures) -> fmt::Result {
    let pass = figures.pass_at.iter().map(|it| ("pass", it));
    let avg = figures.avg_at.iter().map(|it| ("avg", it));
    for (kind, estimate) in pass.chain(avg) {
        let Estimate { k, value, .. } = estimate;
        let cells = [
            estimate.problems.to_string(),
            figures.samples.to_string(),
            percent(*value),
            shown(estimate.interval),
        ];
        writeln!(formatter, "{}", row(&format!("{name} {kind}@{k}"), &cells))?;
    }
    Ok(())
}

/// A name on the left, cells under each other on the right.
fn row(name: &str, cells: &[String]) -> String {
    let mut row = format!("{name:<24}");
    for cell in cells {
        let _ = write!(row, "{cell:>15}");
    }
    row.trim_end().to_owned()
}

fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

fn shown(interval: Interval) -> String {
    format!("{}..{}", percent(interval.low), percent(interval.high))
}

/// Names come from data files: nothing in them moves a cursor.
fn printable(name: &str) -> String {
    let shown = |it: char| if it.is_control() { '?' } else { it };
    name.chars().take(16).map(shown).collect()
}
