//! Reasoning before an answer: a few sentences on the job at hand, without code and without JSON.

use crate::dice::Dice;
use crate::prompt::Ask;

pub(super) fn text(ask: &Ask<'_>, dice: &mut Dice) -> String {
    let opening = match ask {
        Ask::Extract { program, .. } => format!(
            "The program has {} lines. I read it once for what it stores and once for what it does in its loops.",
            program.lines().count()
        ),
        Ask::Evolve { .. } => "The tree should become both wider and deeper, and nothing in it may get lost.".to_owned(),
        Ask::Choose { .. } => "Not all of these features belong into one problem. I look for those that need each other.".to_owned(),
        Ask::WriteTask { .. } => "The statement must be complete without naming any method. I decide on the input first and on the question second.".to_owned(),
        Ask::Solve { task, .. } => format!(
            "Let me restate the task, which has {} lines. There is an input with limits, perhaps some steps that change it, and one question.",
            task.lines().count()
        ),
        Ask::WriteInputs { count, .. } => format!("I need {count} inputs of different sizes, all of them within the limits."),
        Ask::WriteGenerator { .. } => "The generator has to cover all sizes and must give the same inputs for the same seed.".to_owned(),
    };
    let mut sentences = [
        "What happens with the smallest input that is allowed? It must not be a special case by accident.",
        "The largest input decides which idea is fast enough, so I keep an eye on the limits.",
        "Equal values are where such things usually go wrong.",
        "Let me check the order of the steps again, because changing it changes the result.",
        "The first example can be followed by hand; doing so gives what is shown.",
        "A quick estimate of the work: the number of elements times a small factor is fine.",
        "The form of the answer is fixed, so I compare it with the instructions once more.",
        "One more look at the ends of ranges, since being off by one there is easy.",
        "I considered a more complicated way and see no reason for it.",
    ];
    dice.shuffle(&mut sentences);
    let length = 3 + dice.below(sentences.len() - 3);
    format!(
        "{opening}\n{}\nThat settles it.",
        sentences[..length].join("\n")
    )
}
