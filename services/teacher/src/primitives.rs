//! The questions the teacher can ask; a new one is a file with its `ENTRY` and a line here.

use crate::ir::{Reducer, Span};

macro_rules! entries {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        static ALL: &[&Reducer] = &[$(&$name::ENTRY),*];
    };
}

entries! {
    max_block, rising_run, rising_chain, kth_value, pair_sum, distinct_values, window_sum, common_divisor,
    prime_values, power_sum, fewest_coins, climb_ways, best_load, divisible_blocks, apart_sum, inversions,
    frequent_value, even_split, next_larger, range_sum, range_low, mirror_block, run_lengths, frequent_letter,
    mirror_letters, block_kinds, fresh_block, shared_letters, edit_cost, letter_groups, cheapest_route,
    linked_groups, lightest_net, widest_distance, regions, cheapest_walk, covered_length, busiest_point,
    best_value,
}

pub(crate) fn all() -> &'static [&'static Reducer] {
    ALL
}

/// Sums over the longest list still fit 64 bits.
const ANY: Span = (-10_000_000_000_000, 10_000_000_000_000);
const WEIGHTS: Span = (0, 1_000_000_000);
const LONG_LIST: &[Span] = &[(1, 20_000)];
const SHORT_LIST: &[Span] = &[(1, 64)];
const QUESTIONS: &[Span] = &[(1, 5_000), (1, 5_000)];
const TWO_TEXTS: &[Span] = &[(1, 500), (1, 500)];
const LINKS: &[Span] = &[(2, 2_000), (1, 4_000)];
const TABLE: &[Span] = &[(1, 60), (1, 60)];
const STRETCHES: &[Span] = &[(1, 5_000)];
