//! What one step learns from: tokens one after the other, in segments that do not see each other.

use std::ops::Range;

/// Tokens of one or many sequences. There is no padding: a segment is as long as its row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Batch {
    pub(crate) tokens: Vec<u32>,
    /// The position of each token in its segment.
    pub(crate) positions: Vec<u32>,
    pub(crate) segments: Vec<Range<usize>>,
    /// The token that follows each; any for the last one of a segment.
    pub(crate) targets: Vec<u32>,
    /// How much each prediction counts in the loss.
    pub(crate) weights: Vec<f32>,
}

impl Batch {
    /// Appends a row as a segment. `learned(i)` says whether token `i` is to be predicted.
    pub(crate) fn push(&mut self, row: &[u32], learned: impl Fn(usize) -> bool) {
        let start = self.tokens.len();
        self.tokens.extend_from_slice(row);
        self.positions.extend(0..row.len() as u32);
        self.segments.push(start..start + row.len());
        self.targets.extend(row.iter().skip(1).chain(row.first()));
        let weights = (1..=row.len()).map(|next| {
            let counts = next < row.len() && learned(next);
            f32::from(u8::from(counts))
        });
        self.weights.extend(weights);
    }

    /// How many predictions count.
    pub(crate) fn targets_count(&self) -> usize {
        self.weights.iter().filter(|&&weight| weight != 0.0).count()
    }

    /// Weighs all predictions equally, so that the loss is their mean.
    pub(crate) fn average(&mut self) {
        let share = 1.0 / self.targets_count().max(1) as f32;
        for weight in self.weights.iter_mut().filter(|weight| **weight != 0.0) {
            *weight = share;
        }
    }

    /// Cuts the batch between segments into pieces of at most `most` tokens, or of one segment.
    pub(crate) fn pieces(&self, most: usize) -> Vec<Batch> {
        let mut pieces: Vec<Batch> = Vec::new();
        for segment in &self.segments {
            let fits = |piece: &Batch| piece.tokens.len() + segment.len() <= most;
            if !pieces.last().is_some_and(fits) {
                pieces.push(Batch::default());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.append(self, segment);
            }
        }
        pieces
    }

    fn append(&mut self, from: &Batch, segment: &Range<usize>) {
        let start = self.tokens.len();
        self.tokens.extend_from_slice(&from.tokens[segment.clone()]);
        self.positions
            .extend_from_slice(&from.positions[segment.clone()]);
        self.targets
            .extend_from_slice(&from.targets[segment.clone()]);
        self.weights
            .extend_from_slice(&from.weights[segment.clone()]);
        self.segments.push(start..start + segment.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let mut batch = Batch::default();
        batch.push(&[5, 6, 7], |token| token > 1);
        batch.push(&[8, 9], |_| true);
        batch
    }

    #[test]
    fn only_learned_tokens_count_and_none_is_predicted_across_segments() {
        let mut batch = batch();
        assert_eq!(batch.positions, [0, 1, 2, 0, 1]);
        assert_eq!(batch.segments, [0..3, 3..5]);
        assert_eq!(batch.targets[..2], [6, 7]);
        assert_eq!(batch.targets[3], 9);
        assert_eq!(batch.weights, [0.0, 1.0, 0.0, 1.0, 0.0]);
        batch.average();
        assert_eq!(batch.weights, [0.0, 0.5, 0.0, 0.5, 0.0]);
    }

    #[test]
    fn pieces_hold_whole_segments_and_every_one_of_them() {
        let batch = batch();
        assert_eq!(batch.pieces(5), vec![batch.clone()]);
        let pieces = batch.pieces(2);
        assert_eq!(
            pieces.len(),
            2,
            "a segment longer than a piece is one of its own"
        );
        assert_eq!(pieces[1].tokens, [8, 9]);
        assert_eq!(pieces[1].targets[0], 9);
    }
}
