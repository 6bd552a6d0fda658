//! What the grades of many samples say.
//!
//! Samples that were not graded count nowhere, neither as tried nor as failed. All intervals are for a confidence of 95 %:
//! of means over problems by a bootstrap over problems with a fixed seed, of plain shares by Wilson's score.

mod attempts;

mod pass_at_k;

mod bootstrap;
mod interval;

mod estimate;
mod groups;

mod failures;
mod gap;
mod lengths;

pub use attempts::{Attempts, Sample};
pub use bootstrap::Bootstrap;
pub use estimate::{Estimate, avg_at_k, pass_at_k as estimate_pass_at_k};
pub use failures::{FailureCount, failures};
pub use gap::{Gap, Standardised, gap};
pub use groups::{by_difficulty, by_platform};
pub use interval::{Interval, wilson};
pub use lengths::{Bucket, LENGTH_BOUNDS, lengths};
pub use pass_at_k::pass_at_k;
