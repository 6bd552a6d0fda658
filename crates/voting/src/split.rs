//! Divides the labelled tests into the half that chooses and the half that confirms.

/// The half that a test belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Chooses the golden solution.
    Golden,
    /// Confirms it.
    HeldOut,
}

/// Puts each of `count` tests into a half; the golden half gets the odd one.
///
/// A Fisher–Yates shuffle from the last position down, driven by `SplitMix64`; the first
/// `⌈count / 2⌉` of the shuffled tests are golden. Written out here because the result is part
/// of every data set: no library may change it under us.
pub fn split(count: usize, seed: u64) -> Vec<Half> {
    let mut random = SplitMix64(seed);
    let mut shuffled: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        shuffled.swap(last, random.below(last + 1));
    }
    let mut halves = vec![Half::HeldOut; count];
    for &test in &shuffled[..count.div_ceil(2)] {
        halves[test] = Half::Golden;
    }
    halves
}

struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`: the high word of a product. Its bias, `bound / 2^64`, is nothing
    /// at the sizes of a suite.
    fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next()) * bound as u128;
        (product >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(count: usize, seed: u64) -> String {
        let letter = |half| if half == Half::Golden { 'g' } else { 'h' };
        split(count, seed).into_iter().map(letter).collect()
    }

    #[test]
    fn the_generator_is_splitmix64() {
        let mut random = SplitMix64(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn a_seed_gives_the_same_halves_for_ever() {
        let cases = [
            (0, 1, ""),
            (1, 1, "g"),
            (2, 1, "gh"),
            (9, 1, "gghgghhgh"),
            (9, 2, "gggghhhgh"),
            (10, 3, "hhgghghggh"),
        ];
        for (count, seed, halves) in cases {
            assert_eq!(picture(count, seed), halves, "{count} tests, seed {seed}");
        }
    }

    #[test]
    fn every_test_lands_in_either_half_under_some_seed() {
        for test in 0..8 {
            let golden = (0..64).filter(|&seed| split(8, seed)[test] == Half::Golden);
            let count = golden.count();
            assert!((16..=48).contains(&count), "test {test}: {count} of 64");
        }
    }
}
