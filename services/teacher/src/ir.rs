//! The typed problems the teacher can pose: a shape of input, preparing steps, and one question about the result.

mod entry;
mod instance;
mod shape;

pub(crate) use entry::{Answers, Arg, Code, Effect, Reducer, Slip, Span, Transform};
pub(crate) use instance::joined;
pub(crate) use instance::{Answer, Instance};
pub(crate) use shape::{Domain, Shape};

/// The three ways in which a statement can be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Codeforces,
    Leetcode,
    Atcoder,
}

impl Style {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.trim() {
            "codeforces" => Some(Self::Codeforces),
            "leetcode" => Some(Self::Leetcode),
            "atcoder" => Some(Self::Atcoder),
            _ => None,
        }
    }
}

/// A preparing step with its number, which is 0 for a step that takes none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub transform: &'static Transform,
    pub amount: i64,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.transform.name == other.transform.name && self.amount == other.amount
    }
}

/// The limits a statement promises; the argument `k` has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub sizes: Vec<Span>,
    pub values: Span,
    pub arg: Arg,
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub steps: Vec<Step>,
    pub reducer: &'static Reducer,
    pub bounds: Bounds,
}

impl PartialEq for Task {
    fn eq(&self, other: &Self) -> bool {
        self.reducer.name == other.reducer.name
            && self.steps == other.steps
            && self.bounds == other.bounds
    }
}

impl Task {
    pub(crate) fn shape(&self) -> Shape {
        self.reducer.shape
    }

    pub(crate) fn takes_k(&self) -> bool {
        self.bounds.arg != Arg::None
    }

    /// Whether every step may be applied to this shape and the values that reach the question stay in its range.
    pub(crate) fn is_sound(&self) -> bool {
        let mut span = self.bounds.values;
        for step in &self.steps {
            if !step.transform.suits(self.reducer) {
                return false;
            }
            span = (step.transform.bend)(span, step.amount, self.bounds.sizes[0].1);
        }
        self.shape().domain() == Domain::Letters
            || (span.0 >= self.reducer.accepts.0 && span.1 <= self.reducer.accepts.1)
    }

    /// Above this many elements a slow program wastes its time, and our inputs leave a gap around it.
    pub(crate) fn slow_above(&self) -> i64 {
        let longest = self.bounds.sizes[0].1;
        match self.shape() {
            Shape::Grid => (longest / 4).pow(2),
            _ => (longest / 4).min(300),
        }
    }
}
