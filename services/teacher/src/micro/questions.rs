//! What can be asked about the list that the steps leave; the answer is one number.

/// A question, in words, in two languages, and as the interpreter answers it.
#[derive(Debug)]
pub(super) struct Question {
    pub name: &'static str,
    /// Names of `features/vocabulary.txt` that such a question serves.
    pub features: &'static [&'static str],
    /// Noun phrases for the answer.
    pub phrases: [&'static str; 3],
    /// An expression around the list `@a`.
    pub python: &'static str,
    /// An expression about the vector `a`.
    pub cpp: &'static str,
    pub answer: fn(&[i64]) -> i64,
}

pub(super) fn all() -> &'static [Question] {
    ALL
}

static ALL: &[Question] = &[
    Question {
        name: "sum",
        features: &[
            "running sum",
            "accumulator variable",
            "fold over a list",
            "prefix sums",
            "cumulative sums",
        ],
        phrases: ["the sum", "the total", "what they add up to"],
        python: "sum(@a)",
        cpp: "accumulate(a.begin(), a.end(), 0LL)",
        answer: |a| a.iter().sum(),
    },
    Question {
        name: "max",
        features: &[
            "linear scan",
            "priority queue",
            "maximum overlap",
            "greedy scan",
            "tournament method",
        ],
        phrases: ["the largest", "the maximum", "the greatest"],
        python: "max(@a, default=0)",
        cpp: "(a.empty() ? 0 : *max_element(a.begin(), a.end()))",
        answer: |a| a.iter().copied().max().unwrap_or(0),
    },
    Question {
        name: "min",
        features: &[
            "linear search",
            "binary heap",
            "minimum count optimization",
            "sentinel values",
            "heap sort",
        ],
        phrases: ["the smallest", "the minimum", "the least"],
        python: "min(@a, default=0)",
        cpp: "(a.empty() ? 0 : *min_element(a.begin(), a.end()))",
        answer: |a| a.iter().copied().min().unwrap_or(0),
    },
    Question {
        name: "count",
        features: &[
            "array",
            "linear time",
            "counting array",
            "standard input parsing",
            "frequency counting",
            "hash map",
        ],
        phrases: ["the count", "how many there are", "the length"],
        python: "len(@a)",
        cpp: "a.size()",
        answer: |a| a.len() as i64,
    },
];
