//! What each setting must be.

use super::{Config, Level};

/// What the sandbox takes in one piece: an input, or an output that is given to a checker program.
const LARGEST_FILE_BYTES: u64 = 64 << 20;

/// The verdicts on more do not fit into what clients read by default, which is 4 MiB.
pub(crate) const MOST_INPUTS: usize = 10_000;

const LEAST_KEPT: u64 = 1 << 20;
const MOST_KEPT: u64 = 1 << 40;

/// A setting, whether it is as it must be, and how that is.
pub(super) type Range = (&'static str, bool, &'static str);

impl Config {
    /// What each setting must be, and whether it is.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range> {
        self.work_ranges().into_iter().chain(self.request_ranges())
    }

    fn work_ranges(&self) -> [Range; 7] {
        [
            (
                "slots",
                (1..=1024).contains(&self.slots),
                "must be 1 to 1024",
            ),
            (
                "max_turn_seconds",
                (1..=86_400).contains(&self.max_turn_seconds),
                "must be 1 to 86,400",
            ),
            (
                "max_queue",
                self.max_queue <= 100_000,
                "must be at most 100,000",
            ),
            (
                "max_queued_bytes",
                self.max_queued_bytes >= self.max_suite_bytes as u64,
                "must be at least max_suite_bytes",
            ),
            (
                "default_isolation",
                self.default_isolation == Level::Container || self.cell_containers > 0,
                "must be container where there are no cell_containers",
            ),
            (
                "max_kept_bytes",
                self.max_kept_bytes == 0 || (LEAST_KEPT..=MOST_KEPT).contains(&self.max_kept_bytes),
                "must be 1 MiB to 1 TiB, or 0, which keeps nothing",
            ),
            ("languages", !self.languages.is_empty(), "must not be empty"),
        ]
    }

    fn request_ranges(&self) -> [Range; 9] {
        [
            (
                "http_max_body_bytes",
                (1 << 10..=2 << 30).contains(&self.http_max_body_bytes),
                "must be 1 KiB to 2 GiB",
            ),
            (
                "max_cpu_ms",
                (1..=600_000).contains(&self.max_cpu_ms),
                "must be 1 to 600,000",
            ),
            (
                "default_cpu_ms",
                (1..=self.max_cpu_ms).contains(&self.default_cpu_ms),
                "must be 1 to max_cpu_ms",
            ),
            (
                "max_wall_ms",
                self.max_wall_ms >= self.max_cpu_ms,
                "must be at least max_cpu_ms",
            ),
            (
                "max_output_bytes",
                self.max_output_bytes <= LARGEST_FILE_BYTES,
                "must be at most 64 MiB",
            ),
            (
                "max_source_bytes",
                (1..=2 << 20).contains(&self.max_source_bytes),
                "must be 1 to 2 MiB",
            ),
            (
                "max_inputs",
                (1..=MOST_INPUTS).contains(&self.max_inputs),
                "must be 1 to 10,000",
            ),
            (
                "max_input_bytes",
                self.max_input_bytes as u64 <= LARGEST_FILE_BYTES,
                "must be at most 64 MiB",
            ),
            (
                "max_suite_bytes",
                self.max_suite_bytes <= 1 << 30,
                "must be at most 1 GiB",
            ),
        ]
    }
}
