//! Rows of the embedding by token.

/// Writes the row of each token (`width` values) to `rows`.
pub(crate) fn embed(table: &[f32], width: usize, tokens: &[u32], rows: &mut [f32]) {
    for (&token, row) in tokens.iter().zip(rows.chunks_exact_mut(width)) {
        row.copy_from_slice(&table[token as usize * width..][..width]);
    }
}

/// Adds the gradient of each row to that of its token.
pub(crate) fn embed_backward(gradient: &[f32], width: usize, tokens: &[u32], dtable: &mut [f32]) {
    for (&token, row) in tokens.iter().zip(gradient.chunks_exact(width)) {
        let sums = &mut dtable[token as usize * width..][..width];
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_occurs_twice_gets_the_sum_of_both_gradients() {
        let table = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let mut rows = [0.0; 6];
        embed(&table, 2, &[2, 0, 2], &mut rows);
        assert_eq!(rows, [5.0, 6.0, 1.0, 2.0, 5.0, 6.0]);
        let mut dtable = [0.0; 6];
        embed_backward(&[1.0, 1.0, 2.0, 2.0, 3.0, 4.0], 2, &[2, 0, 2], &mut dtable);
        assert_eq!(dtable, [2.0, 2.0, 0.0, 0.0, 4.0, 5.0]);
    }
}
