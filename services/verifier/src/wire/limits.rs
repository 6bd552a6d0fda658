//! The limits of a request: what it asks for, or else the defaults, within what the configuration allows.

use std::time::Duration;

use synthsmith_corpus::wire::InvalidField;
use synthsmith_proto::corpus::v1 as pb;
use synthsmith_rpc::Violations;
use synthsmith_sandbox::{Limits, MIN_MEMORY_BYTES};

use crate::Config;

pub(super) fn resolve(config: &Config, asked: pb::Limits, violations: &mut Violations) -> Limits {
    match synthsmith_corpus::Limits::try_from(asked) {
        Ok(asked) => {
            let limits = or_default(config, asked);
            require_allowed(config, &limits, violations);
            limits
        }
        Err(invalid) => {
            let InvalidField { field, description } = invalid.within("limits");
            violations.add(field, description);
            config.default_limits()
        }
    }
}

fn or_default(config: &Config, asked: synthsmith_corpus::Limits) -> Limits {
    let default = config.default_limits();
    let cpu_time = asked.cpu_time.unwrap_or(default.cpu_time);
    let wall_time = Limits::wall_time_for(cpu_time).min(Duration::from_millis(config.max_wall_ms));
    Limits {
        cpu_time,
        wall_time: asked.wall_time.unwrap_or(wall_time),
        memory_bytes: asked.memory_bytes.unwrap_or(default.memory_bytes),
        processes: asked.processes.unwrap_or(default.processes),
        output_bytes: asked.output_bytes.unwrap_or(default.output_bytes),
    }
}

fn require_allowed(config: &Config, limits: &Limits, violations: &mut Violations) {
    let max_cpu_time = Duration::from_millis(config.max_cpu_ms);
    let max_wall_time = Duration::from_millis(config.max_wall_ms);
    let memory = MIN_MEMORY_BYTES..=config.max_memory_bytes;
    let mut require = |field: &str, holds: bool, bounds: String| {
        violations.require(
            holds,
            &format!("limits.{field}"),
            format!("must be {bounds}"),
        );
    };
    require(
        "cpu_time",
        limits.cpu_time <= max_cpu_time,
        format!("at most {max_cpu_time:?}"),
    );
    require(
        "wall_time",
        limits.wall_time <= max_wall_time,
        format!("at most {max_wall_time:?}"),
    );
    require(
        "memory_bytes",
        memory.contains(&limits.memory_bytes),
        format!("{} to {}", memory.start(), memory.end()),
    );
    require(
        "processes",
        limits.processes <= config.max_processes,
        format!("at most {}", config.max_processes),
    );
    require(
        "output_bytes",
        limits.output_bytes <= config.max_output_bytes,
        format!("at most {}", config.max_output_bytes),
    );
}
