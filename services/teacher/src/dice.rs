//! Seeded choice: every draw is a pure function of the words the dice were made from.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

#[derive(Debug)]
pub(crate) struct Dice(ChaCha12Rng);

impl Dice {
    pub(crate) fn new(words: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for word in words {
            hasher.update(&(word.len() as u64).to_le_bytes());
            hasher.update(word.as_bytes());
        }
        Self(ChaCha12Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// A number from `low` to `high`, both included; `low` if the range is empty.
    pub(crate) fn within(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        let width = (high - low) as u128 + 1;
        low + ((u128::from(self.0.next_u64()) * width) >> 64) as i64
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.within(0, count as i64 - 1) as usize
    }

    pub(crate) fn chance(&mut self, rate: f64) -> bool {
        let unit = (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        unit < rate
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn repeats_itself_for_the_same_words_and_differs_for_others() {
        let draw = |words: &[&str]| Dice::new(words).within(0, i64::MAX - 1);
        assert_eq!(draw(&["ab", "c"]), draw(&["ab", "c"]));
        assert_ne!(draw(&["ab", "c"]), draw(&["a", "bc"]));
    }

    #[test]
    fn stays_inside_the_range_and_reaches_both_ends() {
        let mut dice = Dice::new(&["range"]);
        let mut seen = [0_u32; 4];
        for _ in 0..400 {
            seen[(dice.within(-2, 1) + 2) as usize] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
    }
}
