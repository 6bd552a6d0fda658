//! The style of named arguments, which arrive as JSON values.

use super::{Sample, layout, limits, story};
use crate::dice::Dice;
use crate::input::{argument_names, argument_values, output_words};
use crate::ir::{Shape, Style, Task};

const STYLE: Style = Style::Leetcode;

pub(super) fn print(task: &Task, samples: &[Sample], dice: &mut Dice) -> String {
    let mut blocks = vec![format!("# {}", story::plain_title(task, dice))];
    blocks.push(
        format!(
            "You are given {}. {}",
            task.shape().noun(),
            meaning(task.shape())
        )
        .trim_end()
        .to_owned(),
    );
    blocks.extend(layout::steps(task, dice));
    blocks.push(layout::question(task, dice));
    blocks.push(output_words(task.reducer.answers, STYLE).to_owned());
    blocks.push("## Input".to_owned());
    let names: Vec<String> = argument_names(task)
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    blocks.push(format!(
        "The arguments arrive on standard input, one JSON value per line, in this order: {}. The result goes to standard output as one JSON value.",
        names.join(", ")
    ));
    for (at, sample) in samples.iter().enumerate() {
        let names = argument_names(task);
        let values = argument_values(task, &sample.instance);
        let shown: Vec<String> = names
            .iter()
            .zip(values)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        blocks.push(format!(
            "## Example {}\n\nInput: {}\nOutput: {}",
            at + 1,
            shown.join(", "),
            sample.output
        ));
    }
    blocks.push("## Constraints".to_owned());
    let bullets: Vec<String> = limits::lines(task, STYLE)
        .iter()
        .map(|line| format!("- {line}"))
        .collect();
    blocks.push(bullets.join("\n"));
    blocks.join("\n\n") + "\n"
}

/// What the arguments hold, where their names do not say it.
fn meaning(shape: Shape) -> &'static str {
    match shape {
        Shape::List => "The list is nums, and n is its length.",
        Shape::Queries => {
            "The list is nums, and queries holds one pair [l_j, r_j] for each question."
        }
        Shape::Text | Shape::Texts => "",
        Shape::Words => "They are listed in words.",
        Shape::Graph | Shape::Tree => {
            "The list edges holds one triple [u_i, v_i, w_i] for each link between the places u_i and v_i with weight w_i."
        }
        Shape::Grid => "The list grid holds the rows of the table, each of them as a list.",
        Shape::Intervals => "The list intervals holds one pair [l_i, r_i] for each stretch.",
        Shape::Items => "The list items holds one pair [w_i, v_i] for each item, its weight first.",
    }
}
