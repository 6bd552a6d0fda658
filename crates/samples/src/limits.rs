//! How much is read.

/// Bounds of one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Samples kept; the first ones in order.
    pub max_samples: usize,
    /// Bytes of the largest program kept.
    pub max_code_bytes: usize,
    /// Bytes of the smallest program kept, white space at both ends not counted.
    pub min_code_bytes: usize,
    /// Bytes of one row of JSON Lines.
    pub max_row_bytes: usize,
    /// Bytes of JSON Lines, unpacked.
    pub max_unpacked_bytes: u64,
    /// Files and folders looked at below a folder.
    pub max_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_samples: 10_000,
            max_code_bytes: 64 << 10,
            min_code_bytes: 40,
            max_row_bytes: 1 << 20,
            max_unpacked_bytes: 4 << 30,
            max_entries: 1_000_000,
        }
    }
}
