//! Steps that change numbers one by one.

use crate::ir::{Effect, Transform};

pub(super) static TABLE: &[Transform] = &[
    Transform {
        name: "add",
        features: &[
            "offset transformation",
            "elementwise mapping",
            "linear transformation",
        ],
        phrases: ["Increase each @i by @c.", "Replace each @i x with x + @c."],
        amounts: Some((1, 60)),
        keeps_length: true,
        keeps_order: true,
        bend: |span, c, _| (span.0 + c, span.1 + c),
        effect: Effect::Each {
            apply: |x, c| x + c,
            python: "x + @c",
            cpp: "x + @c",
        },
    },
    Transform {
        name: "multiply",
        features: &[
            "scaling transformation",
            "elementwise mapping",
            "linear transformation",
        ],
        phrases: [
            "Multiply each @i by @c.",
            "Replace each @i x with @c times x.",
        ],
        amounts: Some((2, 9)),
        keeps_length: true,
        keeps_order: true,
        bend: |span, c, _| (span.0 * c, span.1 * c),
        effect: Effect::Each {
            apply: |x, c| x * c,
            python: "x * @c",
            cpp: "x * @c",
        },
    },
    Transform {
        name: "remainder",
        features: &[
            "modular arithmetic",
            "modulo operation",
            "remainder classes",
        ],
        phrases: [
            "Replace each @i with the remainder, from 0 to @c - 1, that it leaves when divided by @c.",
            "Reduce each @i modulo @c, so that it lies between 0 and @c - 1.",
        ],
        amounts: Some((3, 997)),
        keeps_length: true,
        keeps_order: false,
        bend: |_, c, _| (0, c - 1),
        effect: Effect::Each {
            apply: i64::rem_euclid,
            python: "x % @c",
            cpp: "((x % @c) + @c) % @c",
        },
    },
    Transform {
        name: "distance",
        features: &[
            "absolute difference",
            "case analysis",
            "elementwise mapping",
        ],
        phrases: [
            "Replace each @i x with the distance between x and @c, that is |x - @c|.",
            "Change each @i into its absolute difference from @c.",
        ],
        amounts: Some((1, 200)),
        keeps_length: true,
        keeps_order: false,
        bend: |span, c, _| (0, (span.0 - c).abs().max((span.1 - c).abs())),
        effect: Effect::Each {
            apply: |x, c| (x - c).abs(),
            python: "abs(x - @c)",
            cpp: "llabs(x - @c)",
        },
    },
    Transform {
        name: "cap",
        features: &["value clamping", "case analysis", "boundary handling"],
        phrases: [
            "Lower each @i that is greater than @c to @c.",
            "Replace each @i x with the smaller of x and @c.",
        ],
        amounts: Some((5, 200)),
        keeps_length: true,
        keeps_order: true,
        bend: |span, c, _| (span.0.min(c), span.1.min(c)),
        effect: Effect::Each {
            apply: i64::min,
            python: "min(x, @c)",
            cpp: "min<ll>(x, @c)",
        },
    },
    Transform {
        name: "digit_sum",
        features: &["digit sum", "digit manipulation", "number decomposition"],
        phrases: [
            "Replace each @i with the sum of its decimal digits, ignoring any minus sign.",
            "Write down, in place of each @i, what its decimal digits add up to (a minus sign is left out).",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| {
            (
                0,
                9 * (1 + i64::from(span.0.abs().max(span.1.abs()).max(1).ilog10())),
            )
        },
        effect: Effect::Each {
            apply: |x, _| {
                x.abs()
                    .to_string()
                    .bytes()
                    .map(|digit| i64::from(digit - b'0'))
                    .sum()
            },
            python: "sum(map(int, str(abs(x))))",
            cpp: "[](ll v) { ll t = 0; for (v = llabs(v); v > 0; v /= 10) t += v % 10; return t; }(x)",
        },
    },
];
