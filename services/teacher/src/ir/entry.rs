//! What one entry of the grammar says about itself.

use super::{Answer, Domain, Instance, Shape};

/// Lowest and highest allowed value.
pub(crate) type Span = (i64, i64);

/// The argument `k` of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arg {
    None,
    /// From 1 to the length of the input.
    UpToSize,
    Within(i64, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Number,
    Text,
    List,
    YesNo,
}

/// The body of `solve` in one language: right but slow, quick, and quick as a native speaker writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    pub naive: &'static str,
    pub efficient: &'static str,
    pub idiomatic: &'static str,
}

/// A mistake that belongs to one question: what is replaced by what in the efficient body. It must stay memory-safe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slip {
    pub python: (&'static str, &'static str),
    pub cpp: (&'static str, &'static str),
}

/// A question with everything the teacher knows about it.
#[derive(Debug)]
pub(crate) struct Reducer {
    pub name: &'static str,
    pub family: &'static str,
    pub features: &'static [&'static str],
    pub shape: Shape,
    /// Noun phrases for the answer; they never name a technique.
    pub phrases: [&'static str; 2],
    /// A sentence on special cases, or nothing.
    pub detail: &'static str,
    pub answers: Answers,
    pub sizes: &'static [Span],
    pub values: Span,
    /// What the question can bear after the steps.
    pub accepts: Span,
    pub arg: Arg,
    pub python: Code,
    pub cpp: Code,
    pub slips: &'static [Slip],
    pub solve: fn(&Instance) -> Answer,
}

/// How a step changes the input, in all three languages that matter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect {
    /// Each number `x` on its own; both programs hold an expression.
    Each {
        apply: fn(i64, i64) -> i64,
        python: &'static str,
        cpp: &'static str,
    },
    /// The list `a` as a whole; both programs hold statements.
    Whole {
        apply: fn(&mut Vec<i64>, i64),
        python: &'static str,
        cpp: &'static str,
    },
    /// A non-empty string `@s`; Python holds an expression, C++ statements.
    Letters {
        apply: fn(&str, i64) -> String,
        python: &'static str,
        cpp: &'static str,
    },
}

/// The span of values after a step, from the span before, the step's number and the greatest length.
pub(crate) type Bend = fn(Span, i64, i64) -> Span;

/// A preparing step.
#[derive(Debug)]
pub(crate) struct Transform {
    pub name: &'static str,
    pub features: &'static [&'static str],
    /// Whole sentences with `@c` for the number and `@i` for the things changed.
    pub phrases: [&'static str; 2],
    pub amounts: Option<Span>,
    pub keeps_length: bool,
    /// `l <= r` still holds for two changed numbers.
    pub keeps_order: bool,
    pub bend: Bend,
    pub effect: Effect,
}

impl Transform {
    pub(crate) fn suits(&self, reducer: &Reducer) -> bool {
        let shape = reducer.shape;
        let needs_length = shape == Shape::Queries || reducer.arg == Arg::UpToSize;
        match (self.effect, shape.domain()) {
            (Effect::Each { .. }, Domain::List | Domain::Cells) => {
                self.keeps_order || shape != Shape::Intervals
            }
            (Effect::Whole { .. }, Domain::List) | (Effect::Letters { .. }, Domain::Letters) => {
                self.keeps_length || !needs_length
            }
            _ => false,
        }
    }
}
