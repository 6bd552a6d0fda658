//! The wire forms of limits, outcomes and verdicts.

use std::time::Duration;

use synthsmith_proto::corpus::v1 as pb;

use crate::wire::{InvalidField, closed_list};
use crate::{Compilation, Limits, Measures, Outcome, OutcomeStatus, Verdict};

impl TryFrom<pb::Limits> for Limits {
    type Error = InvalidField;

    fn try_from(limits: pb::Limits) -> Result<Self, InvalidField> {
        Ok(Self {
            cpu_time: positive_duration("cpu_time", limits.cpu_time)?,
            wall_time: positive_duration("wall_time", limits.wall_time)?,
            memory_bytes: unset_if_zero("memory_bytes", limits.memory_bytes)?,
            processes: unset_if_zero("processes", limits.processes)?,
            output_bytes: unset_if_zero("output_bytes", limits.output_bytes)?,
        })
    }
}

fn positive_duration(
    field: &str,
    value: Option<prost_types::Duration>,
) -> Result<Option<Duration>, InvalidField> {
    let Some(value) = value else { return Ok(None) };
    match Duration::try_from(value) {
        Ok(duration) if !duration.is_zero() => Ok(Some(duration)),
        _ => Err(InvalidField::new(field, "must be more than zero")),
    }
}

/// Proto3 scalars cannot be told from unset ones at zero, so zero takes the default.
fn unset_if_zero<W, D>(field: &str, value: W) -> Result<Option<D>, InvalidField>
where
    W: PartialEq + Default,
    D: TryFrom<W>,
{
    if value == W::default() {
        return Ok(None);
    }
    let value = D::try_from(value).map_err(|_| InvalidField::new(field, "is negative"))?;
    Ok(Some(value))
}

impl From<Limits> for pb::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            cpu_time: limits.cpu_time.map(duration),
            wall_time: limits.wall_time.map(duration),
            memory_bytes: limits.memory_bytes.unwrap_or_default() as i64,
            processes: limits.processes.unwrap_or_default() as i32,
            output_bytes: limits.output_bytes.unwrap_or_default() as i64,
        }
    }
}

fn duration(value: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: value.as_secs() as i64,
        nanos: value.subsec_nanos() as i32,
    }
}

closed_list!(
    OutcomeStatus,
    "status",
    Ok,
    CpuTimeExceeded,
    WallTimeExceeded,
    MemoryExceeded,
    RuntimeError,
    OutputExceeded,
    NotRun,
);

impl From<pb::Measures> for Measures {
    fn from(measures: pb::Measures) -> Self {
        let duration = |value: Option<prost_types::Duration>| {
            value
                .and_then(|value| Duration::try_from(value).ok())
                .unwrap_or_default()
        };
        Self {
            cpu_time: duration(measures.cpu_time),
            wall_time: duration(measures.wall_time),
            peak_memory_bytes: measures.peak_memory_bytes.max(0) as u64,
        }
    }
}

impl From<Measures> for pb::Measures {
    fn from(measures: Measures) -> Self {
        Self {
            cpu_time: Some(duration(measures.cpu_time)),
            wall_time: Some(duration(measures.wall_time)),
            peak_memory_bytes: measures.peak_memory_bytes as i64,
        }
    }
}

impl TryFrom<pb::Outcome> for Outcome {
    type Error = InvalidField;

    fn try_from(outcome: pb::Outcome) -> Result<Self, InvalidField> {
        Ok(Self {
            input_index: u32::try_from(outcome.input_index)
                .map_err(|_| InvalidField::new("input_index", "is negative"))?,
            status: outcome.status().try_into()?,
            output_digest: outcome.output_digest,
            output_size_bytes: outcome.output_size_bytes.max(0) as u64,
            output: outcome.output,
            measures: outcome.measures.unwrap_or_default().into(),
            exit_code: outcome.exit_code,
            signal: outcome.signal,
            stderr_excerpt: outcome.stderr_excerpt,
        })
    }
}

impl From<Outcome> for pb::Outcome {
    fn from(outcome: Outcome) -> Self {
        Self {
            input_index: outcome.input_index as i32,
            status: pb::OutcomeStatus::from(outcome.status) as i32,
            output_digest: outcome.output_digest,
            output_size_bytes: outcome.output_size_bytes as i64,
            output: outcome.output,
            measures: Some(outcome.measures.into()),
            exit_code: outcome.exit_code,
            signal: outcome.signal,
            stderr_excerpt: outcome.stderr_excerpt,
        }
    }
}

impl From<pb::Compilation> for Compilation {
    fn from(compilation: pb::Compilation) -> Self {
        Self {
            succeeded: compilation.succeeded,
            messages: compilation.messages,
            measures: compilation.measures.unwrap_or_default().into(),
        }
    }
}

impl From<Compilation> for pb::Compilation {
    fn from(compilation: Compilation) -> Self {
        Self {
            succeeded: compilation.succeeded,
            messages: compilation.messages,
            measures: Some(compilation.measures.into()),
        }
    }
}

impl From<Verdict> for pb::Verdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Ac,
            Verdict::WrongAnswer => Self::Wa,
            Verdict::TimeLimitExceeded => Self::Tle,
            Verdict::MemoryLimitExceeded => Self::Mle,
            Verdict::RuntimeError => Self::Re,
            Verdict::OutputLimitExceeded => Self::Ole,
            Verdict::CompileError => Self::Ce,
            Verdict::Skipped => Self::Skipped,
            Verdict::PresentationError => Self::Pe,
            Verdict::JudgeError => Self::JudgeError,
        }
    }
}

impl From<pb::Verdict> for Verdict {
    /// One that is not told is none: nothing was judged.
    fn from(verdict: pb::Verdict) -> Self {
        match verdict {
            pb::Verdict::Ac => Self::Accepted,
            pb::Verdict::Wa => Self::WrongAnswer,
            pb::Verdict::Tle => Self::TimeLimitExceeded,
            pb::Verdict::Mle => Self::MemoryLimitExceeded,
            pb::Verdict::Re => Self::RuntimeError,
            pb::Verdict::Ole => Self::OutputLimitExceeded,
            pb::Verdict::Ce => Self::CompileError,
            pb::Verdict::Pe => Self::PresentationError,
            pb::Verdict::JudgeError => Self::JudgeError,
            pb::Verdict::Skipped | pb::Verdict::Unspecified => Self::Skipped,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn limits_survive_the_wire(
            cpu_ms in proptest::option::of(1_u64..60_000),
            memory in proptest::option::of(1_u64..1 << 40),
            processes in proptest::option::of(1_u32..1000),
        ) {
            let limits = Limits {
                cpu_time: cpu_ms.map(Duration::from_millis),
                wall_time: None,
                memory_bytes: memory,
                processes,
                output_bytes: memory,
            };
            prop_assert_eq!(Limits::try_from(pb::Limits::from(limits)).unwrap(), limits);
        }
    }

    #[test]
    fn refuses_negative_limits_and_names_the_field() {
        let limits = pb::Limits {
            memory_bytes: -1,
            ..Default::default()
        };
        assert_eq!(Limits::try_from(limits).unwrap_err().field, "memory_bytes");
        let limits = pb::Limits {
            cpu_time: Some(prost_types::Duration {
                seconds: 0,
                nanos: 0,
            }),
            ..Default::default()
        };
        assert_eq!(Limits::try_from(limits).unwrap_err().field, "cpu_time");
    }

    #[test]
    fn a_verdict_survives_the_wire() {
        for number in 1..=10 {
            let told = pb::Verdict::try_from(number).unwrap();
            assert_eq!(pb::Verdict::from(Verdict::from(told)), told);
        }
        assert_eq!(Verdict::from(pb::Verdict::Unspecified), Verdict::Skipped);
    }

    #[test]
    fn refuses_an_outcome_without_a_status() {
        assert_eq!(
            Outcome::try_from(pb::Outcome::default()).unwrap_err().field,
            "status"
        );
    }
}
