//! Weighs tests by the size of their inputs.

/// Gives each test the number of its size quartile, from 1 (smallest) to 4 (largest).
///
/// With the sizes in ascending order, equal ones in index order, the test at rank `r` of `n`
/// weighs `1 + ⌊4r / n⌋`. Buckets differ by at most one test; fewer than four tests leave some
/// buckets empty.
pub fn weigh(sizes_bytes: &[u64]) -> Vec<u8> {
    let mut by_size: Vec<usize> = (0..sizes_bytes.len()).collect();
    by_size.sort_by_key(|&test| sizes_bytes[test]);
    let mut weights = vec![0; sizes_bytes.len()];
    for (rank, test) in by_size.into_iter().enumerate() {
        weights[test] = 1 + (4 * rank / sizes_bytes.len()) as u8;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_the_quartile_of_the_size() {
        let cases: [(&[u64], &[u8]); 9] = [
            (&[], &[]),
            (&[7], &[1]),
            (&[9, 3], &[3, 1]),
            (&[1, 2, 3], &[1, 2, 3]),
            (&[40, 10, 30, 20], &[4, 1, 3, 2]),
            (&[5, 5, 5, 5], &[1, 2, 3, 4]),
            (&[1, 2, 3, 4, 5], &[1, 1, 2, 3, 4]),
            (&[1, 2, 3, 4, 5, 6, 7], &[1, 1, 2, 2, 3, 3, 4]),
            (&[8, 7, 6, 5, 4, 3, 2, 1], &[4, 4, 3, 3, 2, 2, 1, 1]),
        ];
        for (sizes, weights) in cases {
            assert_eq!(weigh(sizes), weights, "{sizes:?}");
        }
    }
}
