//! Shows how far an evaluation is.

use indicatif::ProgressBar;
use synthsmith_evaluator::Progress;

use crate::output::say;
use crate::progress::bar;

/// A bar where there is a terminal.
#[derive(Debug)]
pub(super) struct Bar {
    shown: Option<ProgressBar>,
    is_quiet: bool,
    is_begun: bool,
}

impl Bar {
    pub(super) fn new(is_quiet: bool) -> Self {
        let bar = bar(0, "samples, {msg}, {eta} left", is_quiet);
        Self {
            shown: bar,
            is_quiet,
            is_begun: false,
        }
    }

    pub(super) fn show(&mut self, progress: Progress) {
        let Progress {
            samples,
            graded,
            passed,
            ungraded,
        } = progress;
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        if is_first && graded > 0 && !self.is_quiet {
            say(&format!("{graded} of {samples} samples are graded already"));
        }
        if let Some(bar) = &self.shown {
            bar.set_length(samples);
            if is_first {
                // Those take no time any more.
                bar.reset_eta();
            }
            bar.set_position(graded + ungraded);
            bar.set_message(format!("{passed} passed"));
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}
