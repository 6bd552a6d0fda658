//! Seeds: how one run seed becomes many that do not depend on each other.

/// A seed for `purpose` number `index`, made from `parent`.
///
/// The first eight bytes of BLAKE3 over the three, as a non-negative number, since that is what
/// every endpoint takes. The encoding is part of the fingerprint of a run and never changes.
pub fn derive(parent: i64, purpose: &str, index: u64) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&parent.to_le_bytes());
    hasher.update(&(purpose.len() as u64).to_le_bytes());
    hasher.update(purpose.as_bytes());
    hasher.update(&index.to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first) & i64::MAX
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn differs_by_parent_purpose_and_index_and_is_never_negative() {
        let seeds = [
            derive(1, "solve", 0),
            derive(2, "solve", 0),
            derive(1, "tests", 0),
            derive(1, "solve", 1),
        ];
        for (i, seed) in seeds.iter().enumerate() {
            assert!(*seed >= 0);
            assert!(!seeds[..i].contains(seed));
        }
    }

    #[test]
    fn stays_what_it_was() {
        assert_eq!(derive(1, "solve", 0), derive(1, "solve", 0));
        assert_eq!(derive(42, "synthesize", 7), 680_579_995_450_469_338);
    }
}
