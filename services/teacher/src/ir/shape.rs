//! What a program reads: the shapes of input, and what their parts are called.

/// Which steps may prepare an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    /// A list of numbers, whose order and length may change.
    List,
    /// Numbers that may only change one by one.
    Cells,
    Letters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    List,
    Queries,
    Text,
    Texts,
    Words,
    Graph,
    Tree,
    Grid,
    Intervals,
    Items,
}

impl Shape {
    pub(crate) fn domain(self) -> Domain {
        match self {
            Self::List | Self::Queries => Domain::List,
            Self::Text | Self::Texts | Self::Words => Domain::Letters,
            Self::Graph | Self::Tree | Self::Grid | Self::Intervals | Self::Items => Domain::Cells,
        }
    }

    /// What a step changes, as its sentence says it.
    pub(crate) fn item(self) -> &'static str {
        match self {
            Self::List | Self::Queries => "number",
            Self::Graph | Self::Tree => "link weight",
            Self::Grid => "cell value",
            Self::Intervals => "endpoint",
            Self::Items => "item value",
            Self::Text => "the string",
            Self::Texts => "both strings",
            Self::Words => "every word",
        }
    }

    /// The input in words.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::List => "a list of n whole numbers",
            Self::Queries => {
                "a list of n whole numbers, and q questions that each name one stretch of it"
            }
            Self::Text => "one string s of lowercase letters",
            Self::Texts => "two strings s and t of lowercase letters",
            Self::Words => "n words made of lowercase letters",
            Self::Graph => {
                "a map of n places, numbered from 1 to n, with m two-way links, where each link joins two different places u and v and has a weight w"
            }
            Self::Tree => {
                "a map of n places, numbered from 1 to n, with n - 1 two-way links of given weights, by which every place can be reached from every other one"
            }
            Self::Grid => "a table of whole numbers with h rows and c columns",
            Self::Intervals => {
                "n stretches of a straight line, where each stretch reaches from point l to point r"
            }
            Self::Items => "n items, where each item has a weight and a value",
        }
    }

    /// Numbers in each row of the input, where rows have a fixed width.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Graph | Self::Tree => 3,
            Self::Queries | Self::Intervals | Self::Items => 2,
            _ => 0,
        }
    }
}
