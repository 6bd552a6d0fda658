//! A task of this profile, and when its parts matter.

use super::operations::{Operation, Sign};
use super::questions::Question;
use crate::dice::Dice;
use crate::ir::Span;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Numbers in an input.
pub(super) const LENGTH: Span = (1, 30);
/// What each of them can be.
pub(super) const VALUES: Span = (0, 20);

/// An operation with its number, which is 0 for one that takes none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(super) operation: &'static Operation,
    pub(super) amount: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(super) steps: Vec<Step>,
    pub(super) question: &'static Question,
}

/// Inputs on which two tasks are compared.
const TRIALS: usize = 24;
/// Of these, how many must tell a part of a task from its absence.
const TELLING: usize = 5;
/// The fewest different answers that a task may have on them.
const ANSWERS: usize = 4;

// === impl Step ===

impl Step {
    /// The step with this number, if the operation takes it.
    pub(super) fn new(operation: &'static Operation, amount: i64) -> Option<Self> {
        let (low, high) = operation.amounts.unwrap_or((0, 0));
        (low..=high)
            .contains(&amount)
            .then_some(Self { operation, amount })
    }
}

// === impl Task ===

impl PartialEq for Task {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Task {
    pub(super) fn key(&self) -> String {
        let mut key = String::new();
        for step in &self.steps {
            // Writing to a string does not fail.
            let _ = match step.operation.amounts {
                Some(_) => write!(key, "{}:{} ", step.operation.name, step.amount),
                None => write!(key, "{} ", step.operation.name),
            };
        }
        key + self.question.name
    }

    pub(super) fn answer(&self, numbers: &[i64]) -> i64 {
        let mut numbers = numbers.to_vec();
        for step in &self.steps {
            numbers = (step.operation.apply)(&numbers, step.amount);
        }
        (self.question.answer)(&numbers)
    }

    /// Whether no step divides a number below zero.
    pub(super) fn is_sound(&self) -> bool {
        let mut is_negative = false;
        self.steps.iter().all(|step| {
            let sign = step.operation.sign;
            let is_sound = sign != Sign::Divides || !is_negative;
            is_negative = match sign {
                Sign::Keeps => is_negative,
                Sign::Lowers => true,
                Sign::Lifts | Sign::Divides => false,
            };
            is_sound
        })
    }

    /// Whether answers differ between inputs, and leaving out any step changes many of them.
    pub(super) fn is_telling(&self) -> bool {
        let answers: std::collections::BTreeSet<i64> = TRIAL_INPUTS
            .iter()
            .map(|numbers| self.answer(numbers))
            .collect();
        answers.len() >= ANSWERS
            && (0..self.steps.len()).all(|at| {
                let mut other = self.clone();
                other.steps.remove(at);
                self.differs(|numbers| other.answer(numbers))
            })
    }

    /// Whether another way to answer shows on enough inputs.
    pub(super) fn differs(&self, other: impl Fn(&[i64]) -> i64) -> bool {
        let inputs = TRIAL_INPUTS.iter();
        let count = inputs.filter(|numbers| self.answer(numbers) != other(numbers));
        count.count() >= TELLING
    }
}

/// The same inputs for all tasks.
static TRIAL_INPUTS: LazyLock<Vec<Vec<i64>>> = LazyLock::new(|| {
    let mut dice = Dice::new(&["micro trials"]);
    let mut input = |at: usize| {
        let high = if at.is_multiple_of(2) { VALUES.1 } else { 9 };
        let length = dice.within(1, 14);
        (0..length).map(|_| dice.within(VALUES.0, high)).collect()
    };
    (0..TRIALS).map(&mut input).collect()
});
