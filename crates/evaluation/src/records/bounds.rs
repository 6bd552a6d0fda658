//! How large what is read may be.

/// Sizes beyond which a record is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The text of one record.
    pub record_bytes: usize,
    /// The tests of one record once they are unpacked.
    pub unpacked_bytes: usize,
    /// Tests of one record.
    pub tests: usize,
}

impl Default for Bounds {
    /// Room for the largest records of the published benchmarks, whose tests are tens of megabytes.
    fn default() -> Self {
        Self {
            record_bytes: 512 << 20,
            unpacked_bytes: 1 << 30,
            tests: 10_000,
        }
    }
}
