//! What grew between the beginning and the end of a soak.

use serde::Serialize;

use super::census::Census;

/// Memory may breathe by a share and by so much.
const MEMORY_SHARE: f64 = 0.1;
const MEMORY_KIB: u64 = 8 << 10;
/// Files and connections of the moment.
const SLACK: u64 = 4;
/// What others do on the machine moves these.
const SLACK_OF_MACHINE: u64 = 12;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Growth {
    pub(super) what: &'static str,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A name, a figure, and what it may rise by.
type Measure = (&'static str, fn(&Census) -> u64, u64);

/// From the first census to the last two, of which the better counts: what leaks does not shrink.
pub(super) fn between(censuses: &[Census]) -> Vec<Growth> {
    let (Some(first), [.., last]) = (censuses.first(), censuses) else {
        return Vec::new();
    };
    let before_last = &censuses[censuses.len().saturating_sub(2)];
    let breath = (first.resident_kib as f64 * MEMORY_SHARE) as u64 + MEMORY_KIB;
    let measures: [Measure; 7] = [
        ("the service's memory in KiB", |it| it.resident_kib, breath),
        ("the service's open files", |it| it.open_files as u64, SLACK),
        ("the number of containers", |it| it.containers as u64, 0),
        (
            "the number of control groups",
            |it| it.cgroups as u64,
            SLACK_OF_MACHINE,
        ),
        (
            "the number of namespaces",
            |it| it.namespaces as u64,
            SLACK_OF_MACHINE,
        ),
        ("the number of zombies", |it| it.zombies as u64, SLACK),
        (
            "the number of processes",
            |it| it.processes as u64,
            SLACK_OF_MACHINE,
        ),
    ];
    let grown = measures.into_iter().filter_map(|(what, of, slack)| {
        let (from, to) = (of(first), of(last).min(of(before_last)));
        (to > from + slack).then_some(Growth { what, from, to })
    });
    grown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Census = Census {
        submissions: 1_000,
        seconds: 1.0,
        resident_kib: 40_000,
        open_files: 20,
        containers: 6,
        cgroups: 80,
        namespaces: 30,
        zombies: 0,
        processes: 100,
    };

    #[test]
    fn breathing_is_no_growth() {
        let last = Census {
            resident_kib: 52_000,
            open_files: 24,
            cgroups: 92,
            namespaces: 12,
            ..FIRST
        };
        assert_eq!(between(&[FIRST, last, last]), []);
        assert_eq!(between(&[FIRST]), []);
        assert_eq!(between(&[]), []);
    }

    #[test]
    fn what_stays_grown_is_told() {
        let grown = Census {
            resident_kib: 60_000,
            containers: 7,
            zombies: 5,
            ..FIRST
        };
        let told = between(&[FIRST, FIRST, grown, grown]);
        let names: Vec<_> = told.iter().map(|growth| (growth.from, growth.to)).collect();
        assert_eq!(names, [(40_000, 60_000), (6, 7), (0, 5)]);
        // A passing moment is none.
        assert_eq!(between(&[FIRST, FIRST, grown, FIRST]), []);
    }
}
