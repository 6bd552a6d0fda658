//! The style with a story, input and output sections, examples and a note.

use super::{Sample, layout, limits, story};
use crate::dice::Dice;
use crate::input::output_words;
use crate::ir::{Domain, Style, Task};
use crate::transforms;

const STYLE: Style = Style::Codeforces;

pub(super) fn print(task: &Task, samples: &[Sample], dice: &mut Dice) -> String {
    let story = story::tell(task, dice);
    let mut blocks = vec![format!("# {}", story.title)];
    blocks.extend(story.paragraphs);
    blocks.extend(layout::steps(task, dice));
    blocks.push(layout::question(task, dice));
    blocks.push("## Input".to_owned());
    blocks.push(layout::input_lines(task));
    blocks.push(format!(
        "All inputs keep these limits: {}.",
        limits::lines(task, STYLE).join("; ")
    ));
    blocks.push("## Output".to_owned());
    blocks.push(output_words(task.reducer.answers, STYLE).to_owned());
    blocks.push("## Example".to_owned());
    for sample in samples {
        blocks.push(format!("Input\n```\n{}```", sample.input));
        blocks.push(format!("Output\n```\n{}\n```", sample.output));
    }
    blocks.push("## Note".to_owned());
    blocks.push(note(task, &samples[0]));
    blocks.join("\n\n") + "\n"
}

/// What the steps make of the first example, without a word on how to get on from there.
fn note(task: &Task, sample: &Sample) -> String {
    let after = transforms::prepared(&task.steps, task.shape(), &sample.instance);
    let seen = match task.shape().domain() {
        _ if task.steps.is_empty() => "nothing has to be prepared".to_owned(),
        Domain::List => format!(
            "the list is {} once all steps are done",
            crate::ir::joined(&after.numbers, ", ")
        ),
        Domain::Letters => format!("the steps leave {}", after.texts.join(" and ")),
        Domain::Cells => {
            let rows: Vec<String> = after
                .rows
                .iter()
                .map(|row| crate::ir::joined(row, " "))
                .collect();
            format!(
                "the lines after the first one read {} once all steps are done",
                rows.join(" / ")
            )
        }
    };
    format!(
        "In the first example {seen}; the question above then has the answer {}.",
        sample.output
    )
}
