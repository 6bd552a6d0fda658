//! One concrete input and one answer; a shape says which fields it uses.

use super::Style;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Instance {
    /// Number of places of a graph or tree.
    pub places: i64,
    pub numbers: Vec<i64>,
    pub texts: Vec<String>,
    /// Links, cells, stretches, items or questions.
    pub rows: Vec<Vec<i64>>,
    /// The argument, 0 where the question takes none.
    pub k: i64,
}

impl Instance {
    /// The first text, for the shapes that have one.
    pub(crate) fn text(&self) -> &[u8] {
        self.texts.first().map_or(&[], String::as_bytes)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Number(i64),
    Text(String),
    List(Vec<i64>),
    YesNo(bool),
}

impl Answer {
    /// What a right program prints, without the final line break.
    pub(crate) fn printed(&self, style: Style) -> String {
        let is_json = style == Style::Leetcode;
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) if is_json => format!("\"{text}\""),
            Self::Text(text) => text.clone(),
            Self::List(numbers) if is_json => format!("[{}]", joined(numbers, ",")),
            Self::List(numbers) => joined(numbers, " "),
            Self::YesNo(yes) if is_json => yes.to_string(),
            Self::YesNo(yes) => if *yes { "YES" } else { "NO" }.to_owned(),
        }
    }
}

pub(crate) fn joined(numbers: &[i64], separator: &str) -> String {
    let printed: Vec<String> = numbers.iter().map(i64::to_string).collect();
    printed.join(separator)
}
