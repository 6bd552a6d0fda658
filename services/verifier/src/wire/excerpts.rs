//! How much of the words of programs a response carries.
//!
//! Clients read 4 MiB by default. A thousand tests may each have 4 KiB of standard error and 4 KiB of a checker's words;
//! so all together they get one budget, of which short ones leave the rest to long ones.

use crate::judge::JudgedTest;

const BUDGET_BYTES: usize = 1 << 20;

pub(super) fn shorten(tests: &mut [JudgedTest]) {
    let lengths = tests.iter_mut().flat_map(excerpts).map(|words| words.len());
    let longest = longest(lengths.collect(), BUDGET_BYTES);
    for words in tests.iter_mut().flat_map(excerpts) {
        words.truncate(longest);
    }
}

fn excerpts(test: &mut JudgedTest) -> [&mut Vec<u8>; 2] {
    [&mut test.outcome.stderr_excerpt, &mut test.checker_message]
}

/// How long each may be so that all together are within the budget.
fn longest(mut lengths: Vec<usize>, budget: usize) -> usize {
    lengths.sort_unstable();
    let (mut left, mut count) = (budget, lengths.len());
    for length in lengths {
        let share = left / count;
        if length > share {
            return share;
        }
        left -= length;
        count -= 1;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_ones_leave_the_rest_to_long_ones() {
        let table = [
            (vec![], usize::MAX),
            (vec![5, 5], usize::MAX),
            (vec![6, 5], 5),
            (vec![1, 0, 99, 2], 7),
            (vec![1, 99, 99, 1], 4),
            (vec![9; 11], 0),
        ];
        for (lengths, expected) in table {
            assert_eq!(longest(lengths.clone(), 10), expected, "{lengths:?}");
        }
    }

    proptest! {
        #[test]
        fn all_together_are_within_the_budget_and_use_it(
            lengths in prop::collection::vec(0_usize..50, 0..20),
            budget in 0_usize..300,
        ) {
            let within = |longest: usize| lengths.iter().map(|&length| length.min(longest)).sum::<usize>();
            let longest = longest(lengths.clone(), budget);
            prop_assert!(within(longest) <= budget);
            prop_assert!(longest == usize::MAX || within(longest + 1) > budget);
        }
    }
}
