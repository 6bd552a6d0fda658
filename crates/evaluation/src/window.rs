//! Windows: the time in which a problem was published.
//!
//! Both ends belong to a window, as where `lcb_runner` is given a first and a last date; a day alone means its first
//! instant. So a contest that begins at midnight of a day on which one window ends and the next begins is in both.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{DateTime, date};
use serde::{Deserialize, Serialize};

use crate::Problem;

/// From when to when; an end that is not told is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: Option<DateTime>,
    pub to: Option<DateTime>,
}

/// Why a text is no window.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "{text:?} is no window; use v5, v6 or FROM..TO with dates such as 2024-08-01, either of them left out"
    )]
    Form { text: String },
    #[error("{text:?} is no date; use one such as 2024-08-01")]
    Date {
        text: String,
        #[source]
        source: jiff::Error,
    },
    #[error("the window ends at {to}, before it begins at {from}")]
    Reversed { from: DateTime, to: DateTime },
}

// === impl Window ===

impl Window {
    /// Holds every problem, those without a date too.
    pub const ALL: Self = Self {
        from: None,
        to: None,
    };
    /// What reports call `LiveCodeBench` v5.
    pub const V5: Self = Self {
        from: Some(date(2024, 8, 1).at(0, 0, 0, 0)),
        to: Some(date(2025, 2, 1).at(0, 0, 0, 0)),
    };
    /// What reports call `LiveCodeBench` v6.
    pub const V6: Self = Self {
        from: Some(date(2025, 2, 1).at(0, 0, 0, 0)),
        to: Some(date(2025, 5, 1).at(0, 0, 0, 0)),
    };

    /// Whether the problem was published in it. One without a date is only in the window that is open at both ends.
    pub fn holds(self, problem: &Problem) -> bool {
        self.holds_date(problem.date)
    }

    pub(crate) fn holds_date(self, date: Option<DateTime>) -> bool {
        let Some(date) = date else {
            return self == Self::ALL;
        };
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }
}

impl FromStr for Window {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "v5" => return Ok(Self::V5),
            "v6" => return Ok(Self::V6),
            _ => {}
        }
        let (from, to) = text.split_once("..").ok_or_else(|| Error::Form {
            text: text.to_owned(),
        })?;
        let window = Self {
            from: end(from)?,
            to: end(to)?,
        };
        match (window.from, window.to) {
            (Some(from), Some(to)) if to < from => Err(Error::Reversed { from, to }),
            _ => Ok(window),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |end: Option<DateTime>| end.map(|end| end.to_string()).unwrap_or_default();
        write!(formatter, "{}..{}", shown(self.from), shown(self.to))
    }
}

fn end(text: &str) -> Result<Option<DateTime>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|source| Error::Date {
        text: text.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(window: &str, date: &str) -> bool {
        let window: Window = window.parse().unwrap();
        window.holds_date(Some(date.parse().unwrap()))
    }

    #[test]
    fn both_ends_belong_to_a_window() {
        for (window, date, is_in) in [
            ("v5", "2024-07-31T23:59:59", false),
            ("v5", "2024-08-01T00:00:00", true),
            ("v5", "2025-02-01", true),
            ("v5", "2025-02-01T00:00:01", false),
            ("v6", "2025-02-01T00:00:00", true),
            ("v6", "2025-05-01T12:00:00", false),
            ("..2024-06-01", "1970-01-01T00:00:00", true),
            ("2024-06-01..", "2031-01-01", true),
            ("..", "1970-01-01", true),
        ] {
            assert_eq!(holds(window, date), is_in, "{window} {date}");
        }
    }

    #[test]
    fn a_problem_without_a_date_is_in_no_window_that_has_an_end() {
        assert!(Window::ALL.holds_date(None));
        assert!(!Window::V5.holds_date(None));
        assert!(!"2024-01-01..".parse::<Window>().unwrap().holds_date(None));
    }

    #[test]
    fn what_is_no_window_is_told() {
        for (text, words) in [
            ("v4", "is no window"),
            ("2024-01-01", "is no window"),
            ("2024-13-01..", "is no date"),
            ("..soon", "is no date"),
            ("2025-01-01..2024-01-01", "before it begins"),
        ] {
            let error = text.parse::<Window>().unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_shown_is_read_again() {
        for window in [Window::ALL, Window::V5, Window::V6] {
            assert_eq!(window.to_string().parse::<Window>().unwrap(), window);
        }
    }
}
