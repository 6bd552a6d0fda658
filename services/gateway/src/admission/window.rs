//! The number of requests allowed in flight: up by one for each answer until the endpoint first
//! says that it is busy, then slowly up and sharply down.

const START: usize = 16;
/// Answers that widen the window by one, once the endpoint has been busy.
const ANSWERS_PER_STEP: usize = 25;

#[derive(Debug)]
pub(super) struct Window {
    /// What is allowed now.
    limit: usize,
    /// Turns that exist, taken or free; follows the limit down as turns are given back.
    turns: usize,
    max: usize,
    answers: usize,
    was_narrowed: bool,
    /// Counts the narrowings: a turn from before the last one says nothing new.
    epoch: u64,
}

// === impl Window ===

impl Window {
    pub(super) fn new(max: usize) -> Self {
        let limit = max.min(START);
        Self {
            limit,
            turns: limit,
            max,
            answers: 0,
            was_narrowed: false,
            epoch: 0,
        }
    }

    pub(super) fn open(&self) -> usize {
        self.limit
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Counts an answer; returns how many turns come into being.
    pub(super) fn widen(&mut self) -> usize {
        self.answers += 1;
        let step = if self.was_narrowed {
            ANSWERS_PER_STEP
        } else {
            1
        };
        if self.answers < step || self.limit == self.max {
            return 0;
        }
        self.answers = 0;
        self.limit += 1;
        let missing = self.limit.saturating_sub(self.turns);
        self.turns += missing;
        missing
    }

    /// Takes a quarter off, unless that was done since the turn of `epoch` began.
    pub(super) fn narrow(&mut self, epoch: u64) {
        if epoch != self.epoch {
            return;
        }
        self.epoch += 1;
        self.was_narrowed = true;
        self.answers = 0;
        self.limit = (self.limit * 3 / 4).max(1);
    }

    /// Turns that exist beyond what is allowed.
    pub(super) fn excess(&self) -> usize {
        self.turns.saturating_sub(self.limit)
    }

    /// Notes that `turns` of the excess cease to be.
    pub(super) fn close(&mut self, turns: usize) {
        self.turns -= turns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widens_with_each_answer_and_slowly_once_it_was_narrowed() {
        let mut window = Window::new(100);
        for _ in 0..4 {
            assert_eq!(window.widen(), 1);
        }
        window.narrow(0);
        assert_eq!(window.open(), 15);
        window.close(window.excess());
        let opened: usize = (0..ANSWERS_PER_STEP).map(|_| window.widen()).sum();
        assert_eq!((opened, window.open()), (1, 16));
    }

    /// An endpoint that serves 16 at a time and turns the others away, asked in rounds.
    #[test]
    fn settles_near_what_the_endpoint_can_serve() {
        const SERVES: usize = 16;
        let mut window = Window::new(256);
        let (mut answered, mut turned_away) = (0, 0);
        for _ in 0..200 {
            let (sent, epoch) = (window.open(), window.epoch());
            for position in 0..sent {
                if position < SERVES {
                    answered += 1;
                    window.widen();
                } else {
                    turned_away += 1;
                    window.narrow(epoch);
                }
            }
            window.close(window.excess());
        }
        assert!(answered >= 200 * SERVES * 8 / 10, "{answered} answered");
        assert!(turned_away <= answered / 20, "{turned_away} turned away");
    }

    #[test]
    fn never_closes_altogether() {
        let mut window = Window::new(3);
        for epoch in 0..9 {
            window.narrow(epoch);
        }
        assert_eq!(window.open(), 1);
    }

    #[test]
    fn hears_of_one_burst_once() {
        let mut window = Window::new(16);
        for _ in 0..10 {
            window.narrow(0);
        }
        assert_eq!((window.open(), window.epoch()), (12, 1));
    }
}
