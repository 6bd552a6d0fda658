//! Draws the style of a task.

use serde::{Deserialize, Serialize};
use synthsmith_corpus::{Style, seed};

/// How often each style is drawn, in parts of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StyleMix {
    pub codeforces: u32,
    pub leetcode: u32,
    pub atcoder: u32,
}

// === impl StyleMix ===

impl Default for StyleMix {
    fn default() -> Self {
        Self {
            codeforces: 70,
            leetcode: 15,
            atcoder: 15,
        }
    }
}

impl StyleMix {
    pub fn is_empty(&self) -> bool {
        self.sum() == 0
    }

    /// The style that a seed draws.
    pub fn draw(&self, seed: i64) -> Style {
        let ticket = seed::derive(seed, "task-synth style", 0).cast_unsigned();
        let ticket = ticket % self.sum().max(1);
        let to_leetcode = u64::from(self.codeforces);
        if ticket < to_leetcode {
            Style::Codeforces
        } else if ticket < to_leetcode + u64::from(self.leetcode) {
            Style::Leetcode
        } else {
            Style::Atcoder
        }
    }

    fn sum(&self) -> u64 {
        [self.codeforces, self.leetcode, self.atcoder]
            .into_iter()
            .map(u64::from)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::Style;

    use super::StyleMix;

    #[test]
    fn draws_by_the_mix() {
        let mut drawn = [0; 3];
        for seed in 0..10_000 {
            drawn[StyleMix::default().draw(seed) as usize] += 1;
        }
        for (count, expected) in drawn.into_iter().zip([7_000_i32, 1_500, 1_500]) {
            assert!((count - expected).abs() < 200, "{drawn:?}");
        }
    }

    #[test]
    fn a_style_without_a_part_is_never_drawn() {
        let mix = StyleMix {
            codeforces: 0,
            leetcode: 1,
            atcoder: 0,
        };
        assert!((0..200).all(|seed| mix.draw(seed) == Style::Leetcode));
    }
}
