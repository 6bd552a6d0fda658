//! Rows of tokens into batches: in an order by seed and epoch, as many rows to a sequence as fit.

use crate::error::Error;
use crate::network::Batch;
use crate::random::Random;

/// A text to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub tokens: Vec<u32>,
    /// Which tokens are to be predicted, as many as `tokens`: those of answers. The first never is.
    pub learned: Vec<bool>,
}

/// Where in the rows a job is: they are read again and again, each epoch in its own order.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Position {
    pub epoch: u64,
    /// Rows of the epoch that were used.
    pub row: usize,
}

/// Rows that are fit to be learnt from.
#[derive(Debug)]
pub(crate) struct Rows {
    kept: Vec<Row>,
    left_out: usize,
    sequences: usize,
    length: usize,
    seed: u64,
    /// The order of the epoch that was asked for last.
    order: (u64, Vec<usize>),
}

impl Rows {
    /// Checks all rows. Those of more than `length` tokens are left out and counted, never cut.
    pub(crate) fn new(
        rows: Vec<Row>,
        vocabulary: usize,
        sequences: usize,
        length: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        for (index, row) in rows.iter().enumerate() {
            check(index, row, vocabulary)?;
        }
        let total = rows.len();
        let fits = |row: &Row| row.tokens.len() <= length;
        let kept: Vec<Row> = rows.into_iter().filter(fits).collect();
        if kept.is_empty() {
            return Err(Error::NoRows {
                rows: total,
                length,
            });
        }
        Ok(Self {
            left_out: total - kept.len(),
            order: (0, shuffled(kept.len(), seed, 0)),
            kept,
            sequences,
            length,
            seed,
        })
    }

    /// How many rows were too long.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// A digest of all rows.
    pub(crate) fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for row in &self.kept {
            hasher.update(&(row.tokens.len() as u64).to_le_bytes());
            for (token, &learned) in row.tokens.iter().zip(&row.learned) {
                hasher.update(&token.to_le_bytes());
                hasher.update(&[u8::from(learned)]);
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The batch that begins at `position`, and where the next one begins.
    pub(crate) fn batch(&mut self, mut position: Position) -> (Batch, Position) {
        let mut batch = Batch::default();
        let (mut sequence, mut used) = (0, 0);
        loop {
            if position.row >= self.kept.len() {
                position = Position {
                    epoch: position.epoch + 1,
                    row: 0,
                };
            }
            let index = self.index(position);
            let row = &self.kept[index];
            if used + row.tokens.len() > self.length {
                (sequence, used) = (sequence + 1, 0);
            }
            if sequence == self.sequences {
                batch.average();
                return (batch, position);
            }
            used += row.tokens.len();
            batch.push(&row.tokens, |token| row.learned[token]);
            position.row += 1;
        }
    }

    fn index(&mut self, position: Position) -> usize {
        if self.order.0 != position.epoch {
            self.order = (
                position.epoch,
                shuffled(self.kept.len(), self.seed, position.epoch),
            );
        }
        self.order.1[position.row]
    }
}

fn check(row: usize, content: &Row, vocabulary: usize) -> Result<(), Error> {
    let Row { tokens, learned } = content;
    let problem = match tokens.len() {
        0 => Some("empty"),
        1 => Some("of a single token, after which nothing can be learnt"),
        length if length != learned.len() => Some("of another length than its mask"),
        _ if !learned[1..].contains(&true) => Some("without a token to learn"),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(Error::Row { row, problem });
    }
    match tokens.iter().find(|&&token| token as usize >= vocabulary) {
        Some(&token) => Err(Error::Token {
            row,
            token,
            vocabulary,
        }),
        None => Ok(()),
    }
}

fn shuffled(rows: usize, seed: u64, epoch: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    Random::new(seed, &format!("epoch {epoch}")).shuffle(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(length: usize, token: u32) -> Row {
        Row {
            tokens: vec![token; length],
            learned: vec![true; length],
        }
    }

    #[test]
    fn refuses_rows_with_nothing_to_learn_and_unknown_tokens() {
        let masked = Row {
            learned: vec![true, false],
            ..row(2, 0)
        };
        let short_mask = Row {
            learned: vec![true],
            ..row(2, 0)
        };
        for (bad, message) in [
            (row(0, 0), "row 1 is empty"),
            (
                row(1, 0),
                "row 1 is of a single token, after which nothing can be learnt",
            ),
            (masked, "row 1 is without a token to learn"),
            (short_mask, "row 1 is of another length than its mask"),
            (
                row(2, 7),
                "row 1 holds token 7, but the vocabulary has 7; the tokenizer is another model's",
            ),
        ] {
            let error = Rows::new(vec![row(2, 0), bad], 7, 1, 8, 0).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let error = Rows::new(vec![row(9, 0)], 7, 1, 8, 0).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("none of 1 rows has at most 8 tokens")
        );
    }

    proptest! {
        #[test]
        fn every_epoch_has_every_row_once_and_no_sequence_is_too_long(
            lengths in prop::collection::vec(2_usize..12, 1..40),
            sequences in 1_usize..5,
            seed in any::<u64>(),
        ) {
            let rows: Vec<Row> = (0..).zip(&lengths).map(|(token, &length)| row(length, token)).collect();
            let fit = lengths.iter().filter(|&&length| length <= 9).count();
            let Ok(mut rows) = Rows::new(rows, 40, sequences, 9, seed) else {
                prop_assert_eq!(fit, 0);
                return Ok(());
            };
            prop_assert_eq!((rows.len(), rows.left_out()), (fit, lengths.len() - fit));
            let (mut position, mut seen) = (Position::default(), Vec::new());
            while position.epoch < 2 {
                let (batch, next) = rows.batch(position);
                prop_assert_eq!(&rows.batch(position), &(batch.clone(), next));
                prop_assert!(batch.tokens.len() <= sequences * 9);
                prop_assert!(next > position);
                seen.extend(batch.segments.iter().map(|segment| batch.tokens[segment.start]));
                position = next;
            }
            for epoch in seen.chunks(fit).take(2) {
                let mut epoch = epoch.to_vec();
                epoch.sort_unstable();
                epoch.dedup();
                prop_assert_eq!(epoch.len(), fit);
            }
        }
    }
}
