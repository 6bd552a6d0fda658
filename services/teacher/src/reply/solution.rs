//! Solutions: a right program most of the time, and otherwise one with a fault drawn by the configured rates.

use super::{Asked, NOT_KNOWN, wrapping};
use crate::config::Mistakes;
use crate::dice::Dice;
use crate::ir::Task;
use crate::program::{self, Fault, Language, Variant};
use crate::statement;

pub(super) fn text(asked: &Asked<'_>, text: &str, language: Language) -> String {
    let Some((task, style)) = statement::parse(text) else {
        return NOT_KNOWN.to_owned();
    };
    let mut dice = asked.dice("solution");
    let fault = fault(asked, &task, text, language, &mut dice);
    let variant = variant(&task, fault, &mut dice);
    let source = program::write(&task, style, language, variant, fault, &mut dice);
    let leads = [
        "The input is prepared exactly as the statement says, and then the question is answered in one go.",
        "I follow the statement step by step; the only care that is needed concerns the limits and the smallest inputs.",
        "After working through the examples by hand, the following program does the same for any input.",
        "The plan: read everything, carry out the steps in order, then compute the answer within the limits.",
    ];
    format!(
        "{}\n\n{}",
        dice.pick(&leads),
        wrapping::block(asked, language.fence(), &source)
    )
}

fn fault(
    asked: &Asked<'_>,
    task: &Task,
    text: &str,
    language: Language,
    dice: &mut Dice,
) -> Option<Fault> {
    let shared = misled(asked, text, || program::shared_faults(task));
    match accident(asked.mistakes(), shared.is_some(), dice)? {
        Accident::Shared => shared,
        Accident::Own => Some(*dice.pick(&program::usable_faults(task, language))),
        Accident::Slow => Some(Fault::Slow),
        Accident::Crash => Some(Fault::Crash),
        Accident::Syntax => Some(Fault::Syntax),
    }
}

/// What happens to a solution.
#[derive(Debug, Clone, Copy)]
pub(super) enum Accident {
    /// It falls for the mistake that the task invites.
    Shared,
    /// It is wrong in a way of its own.
    Own,
    Slow,
    Crash,
    Syntax,
}

/// One accident at most, by the configured rates.
pub(super) fn accident(
    mistakes: &Mistakes,
    is_misleading: bool,
    dice: &mut Dice,
) -> Option<Accident> {
    let is_misled = is_misleading && dice.chance(mistakes.shared_reach);
    let mark = dice.within(0, 999_999) as f64 / 1e6;
    if is_misled {
        return Some(Accident::Shared);
    }
    let mut bound = 0.0;
    let rates = [
        (mistakes.wrong_independent, Accident::Own),
        (mistakes.slow, Accident::Slow),
        (mistakes.crash, Accident::Crash),
        (mistakes.syntax, Accident::Syntax),
    ];
    let met = rates.iter().find(|(rate, _)| {
        bound += rate;
        mark < bound
    });
    met.map(|(_, accident)| *accident)
}

/// The mistake to which a misleading task invites; it does not depend on who asks how often.
pub(super) fn misled<F: Clone>(
    asked: &Asked<'_>,
    text: &str,
    faults: impl FnOnce() -> Vec<F>,
) -> Option<F> {
    let mut dice = Dice::new(&["misleading", &asked.config.seed.to_string(), text]);
    if !dice.chance(asked.mistakes().wrong_shared) {
        return None;
    }
    let faults = faults();
    (!faults.is_empty()).then(|| dice.pick(&faults).clone())
}

/// Slips are written for the efficient body; a slow program may be honestly slow where small inputs stay quick.
fn variant(task: &Task, fault: Option<Fault>, dice: &mut Dice) -> Variant {
    let is_quick_when_small = task.reducer.sizes[0].1 > 100;
    match fault {
        None => *dice.pick(&[Variant::Efficient, Variant::Idiomatic]),
        Some(Fault::Slow) if is_quick_when_small => Variant::Naive,
        Some(_) => Variant::Efficient,
    }
}
