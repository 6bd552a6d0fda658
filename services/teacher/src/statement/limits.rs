//! The limits of a task as inequalities, in words that print and parse alike.

use crate::input::WORD_LENGTH;
use crate::ir::{Arg, Bounds, Domain, Reducer, Shape, Span, Style, Task};

/// Names of the sizes, as the inequalities call them.
pub(super) fn size_names(shape: Shape, style: Style) -> &'static [&'static str] {
    if style == Style::Leetcode {
        return match shape {
            Shape::List => &["nums.length"],
            Shape::Queries => &["nums.length", "queries.length"],
            Shape::Text => &["s.length"],
            Shape::Texts => &["s.length", "t.length"],
            Shape::Words => &["words.length"],
            Shape::Graph => &["n", "edges.length"],
            Shape::Tree => &["n"],
            Shape::Grid => &["grid.length", "grid[i].length"],
            Shape::Intervals => &["intervals.length"],
            Shape::Items => &["items.length"],
        };
    }
    match shape {
        Shape::List | Shape::Words | Shape::Tree | Shape::Intervals | Shape::Items => &["n"],
        Shape::Queries => &["n", "q"],
        Shape::Text => &["|s|"],
        Shape::Texts => &["|s|", "|t|"],
        Shape::Graph => &["n", "m"],
        Shape::Grid => &["h", "c"],
    }
}

/// Name of a value, for the shapes that have numbers in them.
pub(super) fn value_name(shape: Shape, style: Style) -> &'static str {
    match (shape, style) {
        (Shape::List | Shape::Queries, Style::Leetcode) => "nums[i]",
        (Shape::List | Shape::Queries, _) => "a_i",
        (Shape::Graph | Shape::Tree, _) => "w_i",
        (Shape::Grid, Style::Leetcode) => "grid[i][j]",
        (Shape::Grid, _) => "a_ij",
        (Shape::Intervals, _) => "l_i, r_i",
        (Shape::Items, _) => "w_i, v_i",
        (Shape::Text | Shape::Texts | Shape::Words, _) => "",
    }
}

/// All limits of a task, one inequality or sentence each.
pub(super) fn lines(task: &Task, style: Style) -> Vec<String> {
    let shape = task.shape();
    let names = size_names(shape, style);
    let bounds = &task.bounds;
    let sizes = names
        .iter()
        .zip(&bounds.sizes)
        .map(|(name, span)| inequality(name, *span));
    let mut lines: Vec<String> = sizes.collect();
    if shape.domain() == Domain::Letters {
        lines.push(letters(shape));
    } else {
        lines.push(inequality(value_name(shape, style), bounds.values));
    }
    match bounds.arg {
        Arg::None => {}
        Arg::UpToSize => lines.push(format!("1 ≤ k ≤ {}", names[0])),
        Arg::Within(low, high) => lines.push(inequality("k", (low, high))),
    }
    match shape {
        Shape::Queries => lines.push(format!("1 ≤ l_j ≤ r_j ≤ {}", names[0])),
        Shape::Graph | Shape::Tree => lines.push("u_i and v_i are different places".to_owned()),
        Shape::Intervals => lines.push("l_i is never greater than r_i".to_owned()),
        _ => {}
    }
    lines
}

fn letters(shape: Shape) -> String {
    match shape {
        Shape::Words => format!(
            "each word consists of {} to {} lowercase English letters",
            WORD_LENGTH.0, WORD_LENGTH.1
        ),
        _ => "all letters are lowercase English letters".to_owned(),
    }
}

fn inequality(name: &str, span: Span) -> String {
    format!("{} ≤ {name} ≤ {}", span.0, span.1)
}

/// The limits that a text states for a question.
pub(super) fn read(text: &str, reducer: &Reducer, style: Style) -> Option<Bounds> {
    let names = size_names(reducer.shape, style);
    let sizes: Option<Vec<Span>> = names.iter().map(|name| span(text, name)).collect();
    let values = match value_name(reducer.shape, style) {
        "" => (0, 0),
        name => span(text, name)?,
    };
    let arg = match reducer.arg {
        Arg::None => Arg::None,
        Arg::UpToSize => text
            .contains(&format!("1 ≤ k ≤ {}", names[0]))
            .then_some(Arg::UpToSize)?,
        Arg::Within(..) => span(text, "k").map(|(low, high)| Arg::Within(low, high))?,
    };
    Some(Bounds {
        sizes: sizes?,
        values,
        arg,
    })
}

fn span(text: &str, name: &str) -> Option<Span> {
    let (before, after) = text.split_once(&format!(" ≤ {name} ≤ "))?;
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '-';
    let low = before.rsplit(|letter| !is_part(letter)).next()?;
    let high = after.split(|letter| !is_part(letter)).next()?;
    Some((low.parse().ok()?, high.parse().ok()?))
}
