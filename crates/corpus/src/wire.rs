//! From and into the protobuf forms; what cannot be a valid value is an [`InvalidField`].

use synthsmith_proto::corpus::v1 as pb;

use crate::{
    CandidateRejection, FeatureNode, FeatureTree, InputSource, Origin, Program, Rejection, Sample,
    Solution, Style, Task, TestCase, TestInput,
};

/// Deeper trees are refused, so that no recursion on received trees runs away.
pub const MAX_TREE_DEPTH: usize = 16;

/// A field of a message that does not hold what it must.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {description}")]
pub struct InvalidField {
    /// Path below the message, for example `program.language`.
    pub field: String,
    pub description: String,
}

impl InvalidField {
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            description: description.into(),
        }
    }

    /// The same violation, seen from the message that holds `parent`.
    #[must_use]
    pub fn within(self, parent: &str) -> Self {
        Self {
            field: format!("{parent}.{}", self.field),
            description: self.description,
        }
    }
}

/// A required message field, converted.
pub fn required<P, D>(field: &str, value: Option<P>) -> Result<D, InvalidField>
where
    D: TryFrom<P, Error = InvalidField>,
{
    let value = value.ok_or_else(|| InvalidField::new(field, "is required"))?;
    D::try_from(value).map_err(|invalid| invalid.within(field))
}

// === features ===

impl TryFrom<pb::FeatureTree> for FeatureTree {
    type Error = InvalidField;

    fn try_from(tree: pb::FeatureTree) -> Result<Self, InvalidField> {
        Ok(Self {
            roots: nodes("roots", tree.roots, MAX_TREE_DEPTH)?,
        })
    }
}

fn nodes(
    field: &str,
    nodes: Vec<pb::FeatureNode>,
    depth_left: usize,
) -> Result<Vec<FeatureNode>, InvalidField> {
    if depth_left == 0 && !nodes.is_empty() {
        let limit = format!("the tree is deeper than {MAX_TREE_DEPTH}");
        return Err(InvalidField::new(field, limit));
    }
    let node = |node: pb::FeatureNode| {
        if node.name.is_empty() {
            return Err(InvalidField::new(format!("{field}.name"), "is required"));
        }
        Ok(FeatureNode {
            name: node.name,
            frequency: node.frequency.max(1),
            children: self::nodes("children", node.children, depth_left - 1)
                .map_err(|invalid| invalid.within(field))?,
        })
    };
    nodes.into_iter().map(node).collect()
}

impl From<FeatureTree> for pb::FeatureTree {
    fn from(tree: FeatureTree) -> Self {
        Self {
            roots: tree.roots.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<FeatureNode> for pb::FeatureNode {
    fn from(node: FeatureNode) -> Self {
        Self {
            name: node.name,
            frequency: node.frequency,
            children: node.children.into_iter().map(Into::into).collect(),
        }
    }
}

// === tasks ===

impl TryFrom<pb::Task> for Task {
    type Error = InvalidField;

    fn try_from(task: pb::Task) -> Result<Self, InvalidField> {
        if task.id.is_empty() {
            return Err(InvalidField::new("id", "is required"));
        }
        if task.statement.is_empty() {
            return Err(InvalidField::new("statement", "is required"));
        }
        Ok(Self {
            style: style("style", task.style)?
                .ok_or_else(|| InvalidField::new("style", "is required"))?,
            features: task
                .features
                .unwrap_or_default()
                .try_into()
                .map_err(|invalid: InvalidField| invalid.within("features"))?,
            id: task.id,
            statement: task.statement,
            strategy: task.strategy,
            samples: task.samples.into_iter().map(Into::into).collect(),
        })
    }
}

/// A style; `None` where it is unspecified.
pub fn style(field: &str, number: i32) -> Result<Option<Style>, InvalidField> {
    match pb::Style::try_from(number) {
        Ok(pb::Style::Unspecified) => Ok(None),
        Ok(pb::Style::Codeforces) => Ok(Some(Style::Codeforces)),
        Ok(pb::Style::Leetcode) => Ok(Some(Style::Leetcode)),
        Ok(pb::Style::Atcoder) => Ok(Some(Style::Atcoder)),
        Err(_) => Err(InvalidField::new(field, format!("no style is {number}"))),
    }
}

impl From<Task> for pb::Task {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            style: pb::Style::from(task.style) as i32,
            statement: task.statement,
            features: Some(task.features.into()),
            strategy: task.strategy,
            samples: task.samples.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Style> for pb::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Codeforces => Self::Codeforces,
            Style::Leetcode => Self::Leetcode,
            Style::Atcoder => Self::Atcoder,
        }
    }
}

impl From<pb::Sample> for Sample {
    fn from(sample: pb::Sample) -> Self {
        Self {
            input: sample.input,
            output: sample.output,
        }
    }
}

impl From<Sample> for pb::Sample {
    fn from(sample: Sample) -> Self {
        Self {
            input: sample.input,
            output: sample.output,
        }
    }
}

/// Pairs each domain value of a closed list with its wire value, in both directions.
macro_rules! closed_list {
    ($domain:ident, $noun:literal, $($variant:ident),+ $(,)?) => {
        impl From<$domain> for pb::$domain {
            fn from(value: $domain) -> Self {
                match value { $($domain::$variant => Self::$variant),+ }
            }
        }

        impl TryFrom<pb::$domain> for $domain {
            type Error = InvalidField;

            fn try_from(value: pb::$domain) -> Result<Self, InvalidField> {
                match value {
                    pb::$domain::Unspecified => {
                        Err(InvalidField::new($noun, "is required"))
                    }
                    $(pb::$domain::$variant => Ok(Self::$variant)),+
                }
            }
        }
    };
}
pub(crate) use closed_list;

closed_list!(
    Rejection,
    "reason",
    FeaturesIncompatible,
    ReplyUnreadable,
    ModelRefused,
    StatementMalformed,
    HintLeaked,
    Duplicate,
    TooFewCandidates,
    TooFewInputs,
    TooFewLabels,
    GoldenNotConfirmed,
    SampleDisagrees,
);

closed_list!(
    CandidateRejection,
    "rejection",
    NoCode,
    SeveralCodeBlocks,
    Truncated,
    WrongLanguage,
    TooLarge,
    ModelRefused,
);

closed_list!(InputSource, "source", Prompt, Generator);

// === programs ===

impl TryFrom<pb::Program> for Program {
    type Error = InvalidField;

    fn try_from(program: pb::Program) -> Result<Self, InvalidField> {
        if program.language.is_empty() {
            return Err(InvalidField::new("language", "is required"));
        }
        if program.source.is_empty() {
            return Err(InvalidField::new("source", "is required"));
        }
        Ok(Self {
            language: program.language,
            source: program.source,
        })
    }
}

impl From<Program> for pb::Program {
    fn from(program: Program) -> Self {
        Self {
            language: program.language,
            source: program.source,
        }
    }
}

impl TryFrom<pb::Solution> for Solution {
    type Error = InvalidField;

    fn try_from(solution: pb::Solution) -> Result<Self, InvalidField> {
        Ok(Self {
            index: u32::try_from(solution.index)
                .map_err(|_| InvalidField::new("index", "is negative"))?,
            program: required("program", solution.program)?,
            reasoning: solution.reasoning,
        })
    }
}

impl From<Solution> for pb::Solution {
    fn from(solution: Solution) -> Self {
        Self {
            index: solution.index as i32,
            program: Some(solution.program.into()),
            reasoning: solution.reasoning,
        }
    }
}

// === tests ===

impl TryFrom<pb::TestInput> for TestInput {
    type Error = InvalidField;

    fn try_from(test: pb::TestInput) -> Result<Self, InvalidField> {
        Ok(Self {
            source: test.source().try_into()?,
            input: test.input,
            description: test.description,
        })
    }
}

impl From<TestInput> for pb::TestInput {
    fn from(test: TestInput) -> Self {
        Self {
            input: test.input,
            source: pb::InputSource::from(test.source) as i32,
            description: test.description,
        }
    }
}

impl From<pb::TestCase> for TestCase {
    fn from(test: pb::TestCase) -> Self {
        Self {
            input: test.input,
            expected_output: test.expected_output,
        }
    }
}

impl From<TestCase> for pb::TestCase {
    fn from(test: TestCase) -> Self {
        Self {
            id: String::new(),
            input: test.input,
            expected_output: test.expected_output,
        }
    }
}

// === origin ===

impl From<pb::Origin> for Origin {
    fn from(origin: pb::Origin) -> Self {
        Self {
            run_id: origin.run_id,
            task_id: origin.task_id,
            stage: origin.stage,
        }
    }
}

impl From<Origin> for pb::Origin {
    fn from(origin: Origin) -> Self {
        Self {
            run_id: origin.run_id,
            task_id: origin.task_id,
            stage: origin.stage,
        }
    }
}
