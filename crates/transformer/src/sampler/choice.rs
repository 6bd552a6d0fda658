//! Logits into a token.

use pulp::Arch;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;

use crate::error::Error;
use crate::forward::{Exponentials, Largest};

/// How a token is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// 0 takes the likeliest.
    pub temperature: f32,
    /// Above 0: only so many of the likeliest tokens.
    pub top_k: usize,
    /// Below 1: only the likeliest tokens that together have this share (Holtzman et al. 2020), of
    /// those that `top_k` leaves.
    pub top_p: f32,
    /// The same seed gives the same choices.
    pub seed: u64,
}

/// A token, and its log-probability where that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chosen {
    pub(super) token: u32,
    pub(super) logprob: Option<f32>,
}

/// Room that is used again.
#[derive(Debug, Default)]
pub(super) struct ChoiceScratch {
    weights: Vec<f32>,
    candidates: Vec<(f32, u32)>,
}

// === impl Choice ===

impl Default for Choice {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            seed: 0,
        }
    }
}

impl Choice {
    pub fn greedy() -> Self {
        Self {
            temperature: 0.0,
            ..Self::default()
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if !(self.temperature >= 0.0 && self.temperature <= 100.0) {
            let problem = format!("the temperature {} is not 0 to 100", self.temperature);
            return Err(Error::Request(problem));
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            let problem = format!("top_p is {}, not above 0 and up to 1", self.top_p);
            return Err(Error::Request(problem));
        }
        Ok(())
    }

    /// Chooses a token; none where no logit is a number.
    pub(super) fn choose(
        &self,
        arch: Arch,
        logits: &[f32],
        random: &mut ChaCha8Rng,
        scratch: &mut ChoiceScratch,
        logprob: bool,
    ) -> Option<Chosen> {
        let top = arch.dispatch(Largest(logits));
        if !top.is_finite() {
            return None;
        }
        let token = if self.temperature > 0.0 {
            self.draw(arch, logits, top, random, scratch)
        } else {
            logits.iter().position(|it| it.total_cmp(&top).is_eq())?
        };
        let logprob = logprob.then(|| {
            let total = weigh(arch, logits, top, 1.0, &mut scratch.weights);
            logits[token] - top - total.ln()
        });
        let token = token as u32;
        Some(Chosen { token, logprob })
    }

    fn draw(
        &self,
        arch: Arch,
        logits: &[f32],
        top: f32,
        random: &mut ChaCha8Rng,
        scratch: &mut ChoiceScratch,
    ) -> usize {
        // 53 bits: every double in [0, 1) that is a multiple of 2⁻⁵³.
        let share = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let weights = &mut scratch.weights;
        let total = weigh(arch, logits, top, 1.0 / self.temperature, weights);
        if self.top_k == 0 && self.top_p >= 1.0 {
            return pick(weights, share);
        }
        let kept = &mut scratch.candidates;
        self.keep_likeliest(weights, total, kept);
        weights.clear();
        weights.extend(kept.iter().map(|(weight, _)| weight));
        kept[pick(weights, share)].1 as usize
    }

    /// The tokens that `top_k` and `top_p` leave, likeliest first.
    fn keep_likeliest(&self, weights: &[f32], total: f32, kept: &mut Vec<(f32, u32)>) {
        kept.clear();
        let likelier = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let all = weights.iter().copied().zip(0..);
        if self.top_k > 0 && self.top_k < weights.len() {
            kept.extend(all);
            kept.select_nth_unstable_by(self.top_k - 1, likelier);
            kept.truncate(self.top_k);
        } else {
            // All tokens below this, together, have less than the share that may be left out.
            let least = (1.0 - self.top_p) * total / weights.len() as f32;
            kept.extend(all.filter(|(weight, _)| *weight >= least));
        }
        kept.sort_unstable_by(likelier);
        if self.top_p >= 1.0 {
            return;
        }
        let total = if self.top_k > 0 {
            kept.iter().map(|(weight, _)| f64::from(*weight)).sum()
        } else {
            f64::from(total)
        };
        let mut sum = 0.0;
        let enough = kept.iter().position(|(weight, _)| {
            sum += f64::from(*weight);
            sum >= f64::from(self.top_p) * total
        });
        if let Some(last) = enough {
            kept.truncate(last + 1);
        }
    }
}

/// `exp((logit - top) * factor)` of each, and their sum.
fn weigh(arch: Arch, logits: &[f32], top: f32, factor: f32, weights: &mut Vec<f32>) -> f32 {
    weights.resize(logits.len(), 0.0);
    arch.dispatch(Exponentials {
        values: logits,
        top,
        factor,
        out: weights,
    })
}

/// The place where the running sum passes `share` of the whole; weights of 0 are passed over.
fn pick(weights: &[f32], share: f64) -> usize {
    // Sums of a few, so that most are passed over at once.
    const FEW: usize = 64;
    let sum_of = |few: &[f32]| {
        let mut lanes = [0.0_f32; 8];
        for chunk in few.chunks(8) {
            for (lane, weight) in lanes.iter_mut().zip(chunk) {
                *lane += weight;
            }
        }
        f64::from(lanes.iter().sum::<f32>())
    };
    let total: f64 = weights.chunks(FEW).map(sum_of).sum();
    let mut left = share * total;
    let mut last = 0;
    for (start, few) in (0..).step_by(FEW).zip(weights.chunks(FEW)) {
        let sum = sum_of(few);
        if left >= sum && start + FEW < weights.len() {
            left -= sum;
            continue;
        }
        for (index, weight) in (start..).zip(few) {
            if *weight > 0.0 {
                last = index;
                left -= f64::from(*weight);
            }
            if left < 0.0 {
                return last;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    fn drawn(choice: Choice, logits: &[f32], count: usize) -> Vec<usize> {
        let mut random = ChaCha8Rng::seed_from_u64(choice.seed);
        let mut scratch = ChoiceScratch::default();
        let mut counts = vec![0; logits.len()];
        for _ in 0..count {
            let chosen = choice.choose(Arch::new(), logits, &mut random, &mut scratch, false);
            counts[chosen.unwrap().token as usize] += 1;
        }
        counts
    }

    fn logits_of(shares: &[f32]) -> Vec<f32> {
        shares.iter().map(|it| it.ln()).collect()
    }

    #[test]
    fn draws_by_the_shares_of_the_tokens() {
        let logits = logits_of(&[0.5, 0.3, 0.15, 0.05]);
        let counts = drawn(Choice::default(), &logits, 20_000);
        for (count, share) in counts.iter().zip([0.5, 0.3, 0.15, 0.05]) {
            assert!(
                (*count as f64 / 20_000.0 - share).abs() < 0.015,
                "{counts:?}"
            );
        }
    }

    #[test]
    fn a_temperature_sharpens_or_flattens() {
        let logits = logits_of(&[0.8, 0.2]);
        let share = |temperature| {
            let choice = Choice {
                temperature,
                ..Choice::default()
            };
            drawn(choice, &logits, 20_000)[0] as f64 / 20_000.0
        };
        // 0.8² / (0.8² + 0.2²) and √0.8 / (√0.8 + √0.2)
        assert!((share(0.5) - 0.941).abs() < 0.015);
        assert!((share(2.0) - 0.667).abs() < 0.015);
    }

    #[test]
    fn only_the_likeliest_are_left() {
        let logits = logits_of(&[0.1, 0.4, 0.2, 0.3]);
        let cases = [
            (1, 1.0, [false, true, false, false]),
            (2, 1.0, [false, true, false, true]),
            (9, 1.0, [true; 4]),
            (0, 0.39, [false, true, false, false]),
            (0, 0.65, [false, true, false, true]),
            (0, 0.75, [false, true, true, true]),
            (0, 0.95, [true; 4]),
            // Of 0.7 that are left, 0.4 is 57 %.
            (2, 0.55, [false, true, false, false]),
            (2, 0.6, [false, true, false, true]),
        ];
        for (top_k, top_p, expected) in cases {
            let choice = Choice {
                top_k,
                top_p,
                ..Choice::default()
            };
            let counts = drawn(choice, &logits, 2_000);
            let found: Vec<bool> = counts.iter().map(|it| *it > 0).collect();
            assert_eq!(found, expected, "top_k {top_k}, top_p {top_p}");
        }
    }

    #[test]
    fn greedy_takes_the_first_of_the_likeliest_and_tells_its_logprob() {
        let mut random = ChaCha8Rng::seed_from_u64(0);
        let mut scratch = ChoiceScratch::default();
        let logits = [1.0, 3.0, 3.0, f32::NAN];
        let chosen = Choice::greedy()
            .choose(Arch::new(), &logits[..3], &mut random, &mut scratch, true)
            .unwrap();
        assert_eq!(chosen.token, 1);
        let expected = -(2.0 + (-2.0_f32).exp()).ln();
        assert!((chosen.logprob.unwrap() - expected).abs() < 1e-6);
        let nothing = [f32::NAN; 20];
        let none = Choice::greedy().choose(Arch::new(), &nothing, &mut random, &mut scratch, true);
        assert_eq!(none, None);
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let fine = Choice::default();
        assert!(fine.check().is_ok());
        for temperature in [-1.0, f32::NAN, f32::INFINITY] {
            assert!(
                Choice {
                    temperature,
                    ..fine
                }
                .check()
                .is_err()
            );
        }
        for top_p in [0.0, -1.0, 1.1, f32::NAN] {
            assert!(Choice { top_p, ..fine }.check().is_err());
        }
    }

    proptest! {
        #[test]
        fn any_numbers_give_a_token_or_none(
            logits in prop::collection::vec(any::<f32>(), 1..70),
            top_k in 0_usize..80, top_p in 0.01_f32..1.0, temperature in 0.0_f32..5.0, seed: u64,
        ) {
            let choice = Choice { temperature, top_k, top_p, seed };
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut scratch = ChoiceScratch::default();
            let chosen = choice.choose(Arch::new(), &logits, &mut random, &mut scratch, true);
            if let Some(chosen) = chosen {
                prop_assert!((chosen.token as usize) < logits.len());
            }
        }
    }
}
