//! Texts that end a sequence, found while it grows.

/// Watches a text for stop strings.
#[derive(Debug, Default)]
pub(super) struct StopWatch {
    stops: Vec<String>,
    /// Text that may be the beginning of a stop string.
    held: String,
    is_stopped: bool,
}

// === impl StopWatch ===

impl StopWatch {
    pub(super) fn new(stops: Vec<String>) -> Self {
        Self {
            stops,
            held: String::new(),
            is_stopped: false,
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// The text that is certain to come before any stop string.
    pub(super) fn push(&mut self, text: &str) -> String {
        if self.is_stopped {
            return String::new();
        }
        self.held.push_str(text);
        let found = self
            .stops
            .iter()
            .filter_map(|it| self.held.find(it.as_str()));
        if let Some(start) = found.min() {
            self.is_stopped = true;
            self.held.truncate(start);
            return std::mem::take(&mut self.held);
        }
        let longest = self.stops.iter().map(|stop| self.begun(stop)).max();
        let rest = self.held.split_off(self.held.len() - longest.unwrap_or(0));
        std::mem::replace(&mut self.held, rest)
    }

    /// What was held back and turned out to be text.
    pub(super) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// The length of the longest beginning of `stop` that the text ends in.
    fn begun(&self, stop: &str) -> usize {
        let lengths = stop.char_indices().map(|(length, _)| length).rev();
        let mut lengths = lengths.filter(|length| *length <= self.held.len());
        let ends = |length: &usize| self.held.ends_with(&stop[..*length]);
        lengths.find(ends).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn watched(stops: &[&str], pieces: &[&str]) -> (Vec<String>, bool) {
        let mut watch = StopWatch::new(stops.iter().map(ToString::to_string).collect());
        let mut texts: Vec<String> = pieces.iter().map(|it| watch.push(it)).collect();
        let is_stopped = watch.is_stopped();
        texts.push(watch.finish());
        (texts, is_stopped)
    }

    #[test]
    fn what_may_begin_a_stop_string_is_held_back() {
        type Texts = &'static [&'static str];
        let cases: [(Texts, Texts, Texts, bool); 6] = [
            (
                &["END"],
                &["a", "E", "N", "D", "b"],
                &["a", "", "", "", "", ""],
                true,
            ),
            (&["END"], &["aE", "Nb"], &["a", "ENb", ""], false),
            (&["END"], &["aEN"], &["a", "EN"], false),
            (&["aab"], &["aa", "ab"], &["", "a", ""], true),
            (&["b", "ab"], &["xab"], &["x", ""], true),
            (&["é\n"], &["é", "\n"], &["", "", ""], true),
        ];
        for (stops, pieces, texts, is_stopped) in cases {
            let found = watched(stops, pieces);
            assert_eq!(
                found,
                (texts.iter().map(ToString::to_string).collect(), is_stopped)
            );
        }
    }

    proptest! {
        #[test]
        fn gives_what_comes_before_the_first_stop_however_it_is_cut(
            pieces in prop::collection::vec("[abé]{0,3}", 0..9), stop in "[abé]{1,3}",
        ) {
            let whole = pieces.concat();
            let expected = whole.split(&stop).next().unwrap().to_owned();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let (texts, is_stopped) = watched(&[&stop], &pieces);
            prop_assert_eq!(texts.concat(), expected);
            prop_assert_eq!(is_stopped, whole.contains(&stop));
        }
    }
}
