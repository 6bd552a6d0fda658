//! The limits of a request: what it asks for, or else the defaults, within what the configuration allows.

use std::time::Duration;

use synthsmith_corpus::Limits as Asked;
use synthsmith_proto::corpus::v1 as pb;
use synthsmith_sandbox::{Limits, MIN_MEMORY_BYTES};

use super::Decoder;
use crate::Config;

impl Decoder<'_> {
    pub(super) fn limits(&mut self, asked: Option<pb::Limits>) -> Limits {
        let asked = self.asked(asked.unwrap_or_default());
        let limits = or_default(self.config, asked);
        self.require_allowed(&limits);
        limits
    }

    /// What the request asks for, field by field, so that all that is wrong is told.
    fn asked(&mut self, limits: pb::Limits) -> Asked {
        let unset = pb::Limits::default;
        let cpu_time = limits.cpu_time;
        let wall_time = limits.wall_time;
        let memory_bytes = limits.memory_bytes;
        let processes = limits.processes;
        let output_bytes = limits.output_bytes;
        Asked {
            cpu_time: self
                .one(pb::Limits {
                    cpu_time,
                    ..unset()
                })
                .cpu_time,
            wall_time: self
                .one(pb::Limits {
                    wall_time,
                    ..unset()
                })
                .wall_time,
            memory_bytes: self
                .one(pb::Limits {
                    memory_bytes,
                    ..unset()
                })
                .memory_bytes,
            processes: self
                .one(pb::Limits {
                    processes,
                    ..unset()
                })
                .processes,
            output_bytes: self
                .one(pb::Limits {
                    output_bytes,
                    ..unset()
                })
                .output_bytes,
        }
    }

    fn one(&mut self, limits: pb::Limits) -> Asked {
        match Asked::try_from(limits) {
            Ok(asked) => asked,
            Err(invalid) => {
                let invalid = invalid.within("limits");
                self.violations.add(invalid.field, invalid.description);
                Asked::default()
            }
        }
    }

    fn require_allowed(&mut self, limits: &Limits) {
        let config = self.config;
        let max_cpu_time = Duration::from_millis(config.max_cpu_ms);
        let max_wall_time = Duration::from_millis(config.max_wall_ms);
        let memory = MIN_MEMORY_BYTES..=config.max_memory_bytes;
        let mut require = |field: &str, holds: bool, reason: String| {
            let field = format!("limits.{field}");
            self.violations.require(holds, &field, reason);
        };
        require(
            "cpu_time",
            limits.cpu_time <= max_cpu_time,
            format!(
                "is {:?}, more than the limit of {max_cpu_time:?} (max_cpu_ms)",
                limits.cpu_time
            ),
        );
        require(
            "wall_time",
            limits.wall_time <= max_wall_time,
            format!(
                "is {:?}, more than the limit of {max_wall_time:?} (max_wall_ms)",
                limits.wall_time
            ),
        );
        let (least, most) = memory.clone().into_inner();
        require(
            "memory_bytes",
            memory.contains(&limits.memory_bytes),
            format!(
                "is {} and must be {least} to {most} (max_memory_bytes)",
                limits.memory_bytes
            ),
        );
        require(
            "processes",
            limits.processes <= config.max_processes,
            format!(
                "is {}, more than the limit of {} (max_processes)",
                limits.processes, config.max_processes
            ),
        );
        require(
            "output_bytes",
            limits.output_bytes <= config.max_output_bytes,
            format!(
                "is {}, more than the limit of {} (max_output_bytes)",
                limits.output_bytes, config.max_output_bytes
            ),
        );
    }
}

fn or_default(config: &Config, asked: Asked) -> Limits {
    let default = config.default_limits();
    let cpu_time = asked.cpu_time.unwrap_or(default.cpu_time);
    let max_wall_time = Duration::from_millis(config.max_wall_ms);
    let wall_time = asked
        .wall_time
        .unwrap_or_else(|| usual_wall_time(cpu_time, max_wall_time));
    Limits {
        cpu_time,
        wall_time,
        memory_bytes: asked.memory_bytes.unwrap_or(default.memory_bytes),
        processes: asked.processes.unwrap_or(default.processes),
        output_bytes: asked.output_bytes.unwrap_or(default.output_bytes),
    }
}

/// Any CPU time may be asked for; more than the longest wall-clock time is refused elsewhere.
fn usual_wall_time(cpu_time: Duration, max_wall_time: Duration) -> Duration {
    Limits::wall_time_for(cpu_time.min(max_wall_time)).min(max_wall_time)
}
