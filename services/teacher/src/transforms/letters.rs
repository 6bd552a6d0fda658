//! Steps on strings of lowercase letters; none of them makes a string empty.

use crate::ir::{Effect, Transform};

pub(super) static TABLE: &[Transform] = &[
    Transform {
        name: "mirror",
        features: &["string reversal", "reverse traversal"],
        phrases: [
            "Write @i backwards.",
            "Reverse the order of the letters of @i.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Letters {
            apply: |s, _| s.chars().rev().collect(),
            python: "@s[::-1]",
            cpp: "reverse(@s.begin(), @s.end());",
        },
    },
    Transform {
        name: "turn",
        features: &["string rotation", "cyclic shift"],
        phrases: [
            "In @i, move the first letter to the end, @c times over.",
            "Do this @c times to @i: take away the leading letter and write it behind the last one.",
        ],
        amounts: Some((1, 40)),
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Letters {
            apply: |s, c| {
                let turn = (c as usize) % s.len().max(1);
                format!("{}{}", &s[turn..], &s[..turn])
            },
            python: "@s[@c % len(@s):] + @s[:@c % len(@s)]",
            cpp: "rotate(@s.begin(), @s.begin() + @c % (ll)@s.size(), @s.end());",
        },
    },
    Transform {
        name: "advance",
        features: &[
            "caesar cipher",
            "character arithmetic",
            "modular arithmetic",
        ],
        phrases: [
            "In @i, replace each letter with the one that stands @c places later in the alphabet (a follows z).",
            "Move each letter of @i forward through the alphabet by @c places, going on with a after z.",
        ],
        amounts: Some((1, 25)),
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Letters {
            apply: |s, c| {
                s.bytes()
                    .map(|b| char::from(b'a' + ((b - b'a') + c as u8) % 26))
                    .collect()
            },
            python: "\"\".join(chr((ord(ch) - 97 + @c) % 26 + 97) for ch in @s)",
            cpp: "for (auto& ch : @s) ch = (char)((ch - 97 + @c) % 26 + 97);",
        },
    },
    Transform {
        name: "thin",
        features: &[
            "strided traversal",
            "subsequence selection",
            "string slicing",
        ],
        phrases: [
            "In @i, keep only the letters at positions 1, 1 + @c, 1 + 2 * @c, and so on.",
            "Starting with the first letter of @i, keep one letter of every @c and cross out the others.",
        ],
        amounts: Some((2, 5)),
        keeps_length: false,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Letters {
            apply: |s, c| s.chars().step_by(c as usize).collect(),
            python: "@s[::@c]",
            cpp: "{ string kept; for (size_t at = 0; at < @s.size(); at += @c) kept += @s[at]; @s = kept; }",
        },
    },
    Transform {
        name: "squeeze",
        features: &["run detection", "deduplication", "adjacent comparison"],
        phrases: [
            "In @i, shorten every run of equal neighbouring letters to a single letter.",
            "Cross out each letter of @i that equals the letter right before it in the original.",
        ],
        amounts: None,
        keeps_length: false,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Letters {
            apply: |s, _| {
                let mut letters: Vec<char> = s.chars().collect();
                letters.dedup();
                letters.into_iter().collect()
            },
            python: "\"\".join(ch for at, ch in enumerate(@s) if at == 0 or @s[at - 1] != ch)",
            cpp: "@s.erase(unique(@s.begin(), @s.end()), @s.end());",
        },
    },
    Transform {
        name: "alphabetical",
        features: &["sorting", "character ordering", "canonical form"],
        phrases: [
            "Rearrange the letters of @i alphabetically.",
            "Put the letters of @i in the order of the alphabet.",
        ],
        amounts: None,
        keeps_length: true,
        keeps_order: false,
        bend: |span, _, _| span,
        effect: Effect::Letters {
            apply: |s, _| {
                let mut letters: Vec<char> = s.chars().collect();
                letters.sort_unstable();
                letters.into_iter().collect()
            },
            python: "\"\".join(sorted(@s))",
            cpp: "sort(@s.begin(), @s.end());",
        },
    },
];
