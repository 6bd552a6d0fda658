//! Chooses a task of this profile from features, and features for one.

use super::operations::{self, Operation};
use super::questions::{self, Question};
use super::task::{Step, Task};
use crate::compose::fit;
use crate::dice::Dice;

/// How much likelier an entry is that serves a wanted feature.
const FITTING: usize = 4;
/// A task has so few parts that more features could not all matter.
const MOST_CHOSEN: usize = 5;
/// Numbers of steps; few tasks of one step are different.
const LENGTHS: &[usize] = &[1, 2, 2, 2, 2, 2, 2, 2];
/// Draws until a task is telling; far fewer are needed.
const DRAWS: usize = 200;

/// A task in which the wanted features show; nothing if no entry serves any of them.
pub(crate) fn task(wanted: &[String], dice: &mut Dice) -> Option<Task> {
    if !wanted.iter().any(|name| serves(name)) {
        return None;
    }
    composed(wanted, dice)
}

/// A task in which the wanted features show, if any entry serves them.
pub(super) fn composed(wanted: &[String], dice: &mut Dice) -> Option<Task> {
    let operations = weighted(operations::all(), wanted, |entry| entry.features);
    let questions = weighted(questions::all(), wanted, |entry| entry.features);
    let length = *dice.pick(LENGTHS);
    (0..DRAWS)
        .map(|_| draw(length, &operations, &questions, dice))
        .find(|task| task.is_sound() && task.is_telling())
}

fn draw(
    length: usize,
    operations: &[&'static Operation],
    questions: &[&'static Question],
    dice: &mut Dice,
) -> Task {
    let mut steps: Vec<Step> = Vec::new();
    while steps.len() < length {
        let operation = *dice.pick(operations);
        let (low, high) = operation.amounts.unwrap_or((0, 0));
        let amount = dice.within(low, high);
        if steps
            .iter()
            .all(|step| step.operation.name != operation.name)
        {
            steps.push(Step { operation, amount });
        }
    }
    let question = *dice.pick(questions);
    Task { steps, question }
}

/// Every entry once, and some more times if it serves a wanted feature.
fn weighted<T>(
    entries: &'static [T],
    wanted: &[String],
    features: fn(&T) -> &'static [&'static str],
) -> Vec<&'static T> {
    let weight = |entry: &T| {
        if fit(features(entry), wanted) > 0 {
            FITTING
        } else {
            1
        }
    };
    entries
        .iter()
        .flat_map(|entry| std::iter::repeat_n(entry, weight(entry)))
        .collect()
}

/// A few of the names, of those that some entry serves.
pub(crate) fn chosen(names: &[String], dice: &mut Dice) -> Vec<String> {
    let mut fitting: Vec<String> = names.iter().filter(|name| serves(name)).cloned().collect();
    fitting.sort_unstable();
    fitting.dedup();
    dice.shuffle(&mut fitting);
    fitting.truncate(2 + dice.below(MOST_CHOSEN - 1));
    fitting
}

fn serves(name: &str) -> bool {
    let wanted = [name.to_owned()];
    let operations = operations::all().iter().map(|entry| entry.features);
    let questions = questions::all().iter().map(|entry| entry.features);
    operations
        .chain(questions)
        .any(|features| fit(features, &wanted) > 0)
}
