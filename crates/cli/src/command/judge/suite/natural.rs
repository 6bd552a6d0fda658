//! The order of names in which 10 comes after 2.

use std::cmp::Ordering;

/// A part of a name; numbers come before text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    /// A longer number is a larger one, since zeros in front are counted apart.
    Number {
        length: usize,
        digits: &'a str,
        zeros: usize,
    },
    Text(&'a str),
}

/// Compares names by their numbers and texts, one after another.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    pieces(left).cmp(pieces(right))
}

fn pieces(mut rest: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let is_number = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        if !is_number {
            return Some(Piece::Text(piece));
        }
        let digits = piece.trim_start_matches('0');
        Some(Piece::Number {
            length: digits.len(),
            digits,
            zeros: piece.len() - digits.len(),
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        let sorted = [
            "",
            "0",
            "1",
            "01",
            "2",
            "2a",
            "10",
            "99999999999999999999",
            "a",
            "a1",
            "a1b2",
            "a1b10",
            "a2",
            "a-1",
            "b",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|left, right| compare(left, right));
        assert_eq!(names, sorted);
    }

    proptest! {
        #[test]
        fn the_order_is_total(
            a in "[ab0-2é]{0,5}",
            b in "[ab0-2é]{0,5}",
            c in "[ab0-2é]{0,5}",
        ) {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
