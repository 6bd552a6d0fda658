//! The terse style: the task, its constraints, and numbered samples.

use super::{Sample, layout, limits, story};
use crate::dice::Dice;
use crate::input::output_words;
use crate::ir::{Style, Task};

const STYLE: Style = Style::Atcoder;

pub(super) fn print(task: &Task, samples: &[Sample], dice: &mut Dice) -> String {
    let mut blocks = vec![format!("# {}", story::plain_title(task, dice))];
    blocks.push(format!("You are given {}.", task.shape().noun()));
    blocks.extend(layout::steps(task, dice));
    blocks.push(layout::question(task, dice));
    blocks.push("## Constraints".to_owned());
    let mut limits = limits::lines(task, STYLE);
    limits.push("All numbers in the input are whole numbers.".to_owned());
    let bullets: Vec<String> = limits.iter().map(|line| format!("- {line}")).collect();
    blocks.push(bullets.join("\n"));
    blocks.push("## Input".to_owned());
    blocks.push(format!(
        "The input is given from standard input. {}",
        layout::input_lines(task)
    ));
    blocks.push("## Output".to_owned());
    blocks.push(output_words(task.reducer.answers, STYLE).to_owned());
    for (at, sample) in samples.iter().enumerate() {
        blocks.push(format!(
            "## Sample Input {}\n\n```\n{}```",
            at + 1,
            sample.input
        ));
        blocks.push(format!(
            "## Sample Output {}\n\n```\n{}\n```",
            at + 1,
            sample.output
        ));
    }
    blocks.join("\n\n") + "\n"
}
