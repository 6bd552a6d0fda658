//! The machine that is measured.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::num::NonZeroUsize;

use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub(super) struct Machine {
    /// The processor's name with its family, model and stepping, since names alone may stand for many.
    pub(super) processor: String,
    pub(super) cores: usize,
    pub(super) kernel: String,
    /// Of the last minute, before anything was measured.
    pub(super) load_before: f64,
}

impl Machine {
    pub(super) fn look() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self {
            processor: processor(&read("/proc/cpuinfo")),
            cores: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load_before: read("/proc/loadavg")
                .split(' ')
                .next()
                .and_then(|load| load.parse().ok())
                .unwrap_or_default(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            processor,
            cores,
            kernel,
            load_before,
        } = self;
        write!(
            formatter,
            "{processor}, {cores} cores, Linux {kernel}, load {load_before:.1} before"
        )
    }
}

fn processor(table: &str) -> String {
    let first = table.split("\n\n").next().unwrap_or_default();
    let fields: BTreeMap<&str, &str> = first
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    let field = |key| fields.get(key).copied().unwrap_or("unknown");
    format!(
        "{}, family {}, model {}, stepping {}",
        field("model name"),
        field("cpu family"),
        field("model"),
        field("stepping")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_told_from_others_of_its_name() {
        let table = "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nstepping\t: 1\n\nprocessor\t: 1\nmodel\t\t: 99\n";
        assert_eq!(
            processor(table),
            "AMD EPYC, family 25, model 17, stepping 1"
        );
        assert!(processor("").starts_with("unknown, family unknown"));
    }
}
