//! The stages a run goes through, in pipeline order.

use serde::{Deserialize, Serialize};

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Names the features of one code sample.
    Extract,
    /// Merges what was extracted or evolved into the tree of the next round.
    Grow,
    /// Grows one small part of the tree.
    Evolve,
    /// Draws the feature sets of a block of items.
    Plan,
    /// Makes a task from a feature set.
    Synthesize,
    /// Refuses statements that an earlier item has; in index order.
    Screen,
    /// Samples candidate solutions.
    Solve,
    /// Makes test inputs.
    GenerateTests,
    /// Sees whether there are enough candidates and inputs to go on.
    Assemble,
    /// Runs one candidate on all inputs.
    Execute,
    /// Votes on the outputs and chooses the golden solution.
    Decide,
    /// Makes an item's fate final; in index order.
    Commit,
}

/// Which limit the work of a stage falls under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Waits for a model.
    Model,
    /// Waits for the sandbox.
    Sandbox,
    /// Computes.
    Local,
    /// Done in index order by the run's own loop, not as a job.
    Ordered,
}

impl Stage {
    pub const ALL: [Self; 12] = [
        Self::Extract,
        Self::Grow,
        Self::Evolve,
        Self::Plan,
        Self::Synthesize,
        Self::Screen,
        Self::Solve,
        Self::GenerateTests,
        Self::Assemble,
        Self::Execute,
        Self::Decide,
        Self::Commit,
    ];

    /// The stages that can end an item's life, in order: the funnel.
    pub const OF_ITEMS: [Self; 4] = [Self::Synthesize, Self::Screen, Self::Assemble, Self::Decide];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extract => "extract",
            Self::Grow => "grow",
            Self::Evolve => "evolve",
            Self::Plan => "plan",
            Self::Synthesize => "synthesize",
            Self::Screen => "screen",
            Self::Solve => "solve",
            Self::GenerateTests => "generate_tests",
            Self::Assemble => "assemble",
            Self::Execute => "execute",
            Self::Decide => "decide",
            Self::Commit => "commit",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }

    pub fn class(self) -> Class {
        match self {
            Self::Extract | Self::Evolve | Self::Synthesize | Self::Solve | Self::GenerateTests => {
                Class::Model
            }
            Self::Execute => Class::Sandbox,
            Self::Grow | Self::Plan | Self::Assemble | Self::Decide => Class::Local,
            Self::Screen | Self::Commit => Class::Ordered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_found_by_its_name() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_name(stage.as_str()), Some(stage));
        }
        assert_eq!(Stage::from_name("sleep"), None);
    }
}
