//! Steps that change a list as a whole.

use crate::ir::{Effect, Transform};

pub(super) static TABLE: &[Transform] = &[
    Transform {
        name: "reverse",
        features: &["list reversal", "in-place reversal", "reverse traversal"],
        phrases: [
            "Turn the list around, so that the last number comes first.",
            "Write the list backwards.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, _| a.reverse(),
            python: "a = a[::-1]",
            cpp: "reverse(a.begin(), a.end());",
        },
    },
    Transform {
        name: "rotate",
        features: &["array rotation", "cyclic shift", "circular array"],
        phrases: [
            "Do the following @c times: move the first number of the list to its end.",
            "Move the list around in a circle to the left by @c places.",
        ],
        amounts: Some((1, 40)),
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, c| {
                let turn = (c as usize) % a.len().max(1);
                a.rotate_left(turn);
            },
            python: "turn = @c % len(a)\na = a[turn:] + a[:turn]",
            cpp: "rotate(a.begin(), a.begin() + @c % (ll)a.size(), a.end());",
        },
    },
    Transform {
        name: "every",
        features: &[
            "strided traversal",
            "subsequence selection",
            "index arithmetic",
        ],
        phrases: [
            "Keep only the numbers at positions 1, 1 + @c, 1 + 2 * @c, and so on, in their order.",
            "Starting with the first number, keep one number of every @c and cross out the others.",
        ],
        amounts: Some((2, 6)),
        keeps_length: false,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, c| *a = a.iter().copied().step_by(c as usize).collect(),
            python: "a = a[::@c]",
            cpp: "{ vector<ll> kept; for (size_t at = 0; at < a.size(); at += @c) kept.push_back(a[at]); a = kept; }",
        },
    },
    Transform {
        name: "increasing",
        features: &["sorting", "comparison sort", "ordering of values"],
        phrases: [
            "Arrange the list from the smallest number to the largest.",
            "Put the numbers of the list in non-decreasing order.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, _| a.sort_unstable(),
            python: "a = sorted(a)",
            cpp: "sort(a.begin(), a.end());",
        },
    },
    Transform {
        name: "decreasing",
        features: &["sorting", "descending order", "custom comparator"],
        phrases: [
            "Arrange the list from the largest number to the smallest.",
            "Put the numbers of the list in non-increasing order.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, _| a.sort_unstable_by(|one, other| other.cmp(one)),
            python: "a = sorted(a, reverse=True)",
            cpp: "sort(a.begin(), a.end(), greater<ll>());",
        },
    },
    Transform {
        name: "first_seen",
        features: &["deduplication", "set membership", "hash set"],
        phrases: [
            "Cross out every number that already appears earlier in the list.",
            "Of equal numbers keep only the one that comes first in the list.",
        ],
        amounts: None,
        keeps_length: false,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, _| {
                let mut seen = std::collections::BTreeSet::new();
                a.retain(|x| seen.insert(*x));
            },
            python: "a = list(dict.fromkeys(a))",
            cpp: "{ set<ll> seen; vector<ll> kept; for (ll x : a) if (seen.insert(x).second) kept.push_back(x); a = kept; }",
        },
    },
    Transform {
        name: "running_totals",
        features: &["prefix sums", "cumulative sums", "running sum"],
        phrases: [
            "Replace every number with the total of itself and all numbers before it in the list.",
            "At each position write the total of the list from its start up to that position.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, n| {
            (
                span.0.min(0) * n + span.0.max(0),
                span.1.max(0) * n + span.1.min(0),
            )
        },
        effect: Effect::Whole {
            apply: |a, _| {
                let mut total = 0;
                for x in a.iter_mut() {
                    total += *x;
                    *x = total;
                }
            },
            python: "a = list(accumulate(a))",
            cpp: "for (size_t at = 1; at < a.size(); at++) a[at] += a[at - 1];",
        },
    },
    Transform {
        name: "differences",
        features: &[
            "difference array",
            "adjacent differences",
            "pairwise comparison",
        ],
        phrases: [
            "Replace every number but the first with its difference from the number before it (itself minus that one, both as they stood before this step).",
            "From every number but the first take away its left neighbour, using the neighbours' values from before this step.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| (span.0.min(span.0 - span.1), span.1.max(span.1 - span.0)),
        effect: Effect::Whole {
            apply: |a, _| {
                for at in (1..a.len()).rev() {
                    a[at] -= a[at - 1];
                }
            },
            python: "a = a[:1] + [y - x for x, y in zip(a, a[1:])]",
            cpp: "for (size_t at = a.size() - 1; at > 0; at--) a[at] -= a[at - 1];",
        },
    },
    Transform {
        name: "trailing_maximum",
        features: &["sliding window", "monotonic queue", "window maximum"],
        phrases: [
            "Replace every number with the largest of the @c numbers that end at its position (or of all numbers up to there, if there are fewer).",
            "At each position write the largest among that number and the @c - 1 numbers before it, as far as they exist.",
        ],
        amounts: Some((2, 12)),
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Whole {
            apply: |a, c| {
                for at in (0..a.len()).rev() {
                    let from = (at + 1).saturating_sub(c as usize);
                    a[at] = a[from..=at].iter().copied().max().unwrap_or(0);
                }
            },
            python: "a = [max(a[max(0, at - @c + 1):at + 1]) for at in range(len(a))]",
            cpp: "for (ll at = (ll)a.size() - 1; at >= 0; at--) a[at] = *max_element(a.begin() + max<ll>(0, at - @c + 1), a.begin() + at + 1);",
        },
    },
];
