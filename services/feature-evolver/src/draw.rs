//! Seeded random choice that is the same on every machine and in every version.

/// `SplitMix64`: a counter that is stepped by the golden ratio and then mixed.
///
/// Written out here because the choices it makes are part of a run's result, so that no new version
/// of a library may change them.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

/// Weighted things to draw from without putting them back.
#[derive(Debug, Clone)]
pub(crate) struct Urn {
    /// Sum of the weights up to and with each thing; integers, so that no rounding decides.
    cumulative: Vec<u64>,
}

// === impl Dice ===

impl Dice {
    pub(crate) fn new(seed: i64) -> Self {
        Self {
            state: seed.cast_unsigned(),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0; the bias is below 2^-32 for all weights in use.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

// === impl Urn ===

impl Urn {
    /// Weights below 1 count as 1: everything can be drawn.
    pub(crate) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let cumulative = weights.into_iter().scan(0_u64, |sum, weight| {
            *sum = sum.saturating_add(weight.max(1));
            Some(*sum)
        });
        Self {
            cumulative: cumulative.collect(),
        }
    }

    /// Positions of `count` things, or of all if there are fewer, in ascending order.
    pub(crate) fn draw(&self, count: usize, dice: &mut Dice) -> Vec<usize> {
        if count >= self.cumulative.len() {
            return (0..self.cumulative.len()).collect();
        }
        let mut drawn = Vec::with_capacity(count);
        while drawn.len() < count {
            let next = self.draw_another(&drawn, dice);
            let place = drawn.partition_point(|&position| position < next);
            drawn.insert(place, next);
        }
        drawn
    }

    fn draw_another(&self, drawn: &[usize], dice: &mut Dice) -> usize {
        let total = self.cumulative.last().copied().unwrap_or_default();
        let taken: u64 = drawn.iter().map(|&position| self.weight(position)).sum();
        let mut ticket = dice.below(total - taken);
        for &position in drawn {
            if ticket >= self.start(position) {
                ticket += self.weight(position);
            }
        }
        self.cumulative.partition_point(|&sum| sum <= ticket)
    }

    fn start(&self, position: usize) -> u64 {
        position
            .checked_sub(1)
            .map_or(0, |before| self.cumulative[before])
    }

    fn weight(&self, position: usize) -> u64 {
        self.cumulative[position] - self.start(position)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Dice, Urn};

    #[test]
    fn draws_what_it_always_drew() {
        let mut dice = Dice::new(0);
        assert_eq!(dice.next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(dice.next(), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn draws_by_weight() {
        let urn = Urn::new([1, 8, 1]);
        let mut dice = Dice::new(7);
        let mut hits = [0; 3];
        for _ in 0..10_000 {
            hits[urn.draw(1, &mut dice)[0]] += 1;
        }
        assert!((7_700..8_300).contains(&hits[1]), "{hits:?}");
        assert!((850..1_150).contains(&hits[0]), "{hits:?}");
    }

    proptest! {
        #[test]
        fn draws_as_many_distinct_positions_as_there_are(
            weights in prop::collection::vec(0..1_000_u64, 0..20),
            count in 0..25_usize,
            seed: i64,
        ) {
            let drawn = Urn::new(weights.iter().copied()).draw(count, &mut Dice::new(seed));
            prop_assert_eq!(drawn.len(), count.min(weights.len()));
            prop_assert!(drawn.is_sorted_by(|a, b| a < b));
            prop_assert!(drawn.iter().all(|&position| position < weights.len()));
        }
    }
}
