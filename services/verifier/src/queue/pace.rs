//! How long it takes until there is room, as far as the last turns tell.

use std::time::Duration;

const SHORTEST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_mins(1);
/// The share of the latest turn in the mean.
const WEIGHT: f64 = 0.125;

#[derive(Debug)]
pub(super) struct Pace {
    mean_turn_seconds: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            mean_turn_seconds: 1.0,
        }
    }
}

impl Pace {
    pub(super) fn record(&mut self, turn: Duration) {
        self.mean_turn_seconds += (turn.as_secs_f64() - self.mean_turn_seconds) * WEIGHT;
    }

    /// When those who wait now will have had their turns.
    pub(super) fn come_back_in(&self, waiting: usize, turns: usize) -> Duration {
        let rounds = (waiting + 1) as f64 / turns.max(1) as f64;
        let seconds = (self.mean_turn_seconds * rounds)
            .clamp(SHORTEST_DELAY.as_secs_f64(), LONGEST_DELAY.as_secs_f64());
        Duration::from_secs_f64(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_with_the_queue_within_bounds() {
        let mut pace = Pace::default();
        assert_eq!(pace.come_back_in(0, 4), Duration::from_secs(1));
        assert_eq!(pace.come_back_in(7, 2), Duration::from_secs(4));
        assert_eq!(pace.come_back_in(100_000, 1), Duration::from_mins(1));
        for _ in 0..100 {
            pace.record(Duration::from_secs(9));
        }
        let delay = pace.come_back_in(1, 2).as_secs_f64();
        assert!((8.5..9.0).contains(&delay), "{delay}");
    }
}
