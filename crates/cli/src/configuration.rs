//! The digest of the settings that decide a run's output.

use serde::Serialize;
use serde_json::Value;
use synthsmith_daemon::Settings;

/// Keys that say where, how fast and how patiently, and never what.
const OPERATIONAL_KEYS: [&str; 38] = [
    "gateway_address",
    "verifier_address",
    "model_timeout_seconds",
    "generator_timeout_seconds",
    "concurrency",
    "max_queue",
    "max_queued_bytes",
    "max_in_flight",
    "store_path",
    "store",
    "services",
    "executions",
    "max_attempts",
    "attempt_timeout_seconds",
    "base_url",
    "endpoints",
    "api_key",
    "api_key_env",
    "timeout_seconds",
    "deadline_seconds",
    "first_retry_seconds",
    "max_retry_after_seconds",
    "prices",
    "faults",
    "slots",
    "pool_size",
    "http",
    "http_port",
    "http_max_body_bytes",
    "docker_host",
    "runtime",
    "apparmor_profile",
    "default_isolation",
    "cell_containers",
    "cells_per_container",
    "cell_apparmor_profile",
    "compile_cache_bytes",
    "max_kept_bytes",
];

/// BLAKE3 in hex over the settings of all services, prompts included, without what is operational.
pub(crate) fn digest(settings: &Settings) -> anyhow::Result<String> {
    let prompts = [
        synthsmith_feature_evolver::prompt_fingerprint(),
        synthsmith_task_synth::prompt_fingerprint(),
        synthsmith_solver::prompt_fingerprint(),
        synthsmith_test_gen::prompt_fingerprint(),
    ];
    let decisive = [
        decisive(&settings.section::<synthsmith_gateway::Config>("gateway")?)?,
        decisive(&settings.section::<synthsmith_feature_evolver::Config>("feature-evolver")?)?,
        decisive(&settings.section::<synthsmith_task_synth::Config>("task-synth")?)?,
        decisive(&settings.section::<synthsmith_solver::Config>("solver")?)?,
        decisive(&settings.section::<synthsmith_test_gen::Config>("test-gen")?)?,
        decisive(&settings.section::<synthsmith_verifier::Config>("verifier")?)?,
        decisive(&settings.section::<synthsmith_orchestrator::Config>("orchestrator")?)?,
        decisive(&settings.section::<synthsmith_teacher::Config>("teacher")?)?,
    ];
    let mut hasher = blake3::Hasher::new();
    for text in prompts.into_iter().chain(decisive) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn decisive(section: &impl Serialize) -> anyhow::Result<String> {
    let mut value = serde_json::to_value(section)?;
    strip(&mut value);
    Ok(value.to_string())
}

fn strip(value: &mut Value) {
    if let Value::Object(table) = value {
        table.retain(|key, _| !OPERATIONAL_KEYS.contains(&key.as_str()));
        table.values_mut().for_each(strip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(text: &str) -> String {
        digest(&Settings::from_toml(text).unwrap()).unwrap()
    }

    #[test]
    fn the_configurations_of_the_docs_are_valid() {
        let micro = digest_of(include_str!("../../../docs/micro.toml"));
        let trained = digest_of(include_str!("../../../docs/trained-solver.toml"));
        assert_ne!(micro, trained, "another solver decides another output");
    }

    #[test]
    fn what_decides_changes_the_digest_and_what_does_not_leaves_it() {
        let base = digest_of("");
        assert_eq!(digest_of("[gateway]\nconcurrency = 3"), base);
        let endpoint = "[[gateway.endpoints]]\nmodel = \"m\"";
        assert_eq!(digest_of(endpoint), base);
        assert_eq!(digest_of("[teacher.faults]\nlatency_max_ms = 9"), base);
        assert_ne!(digest_of("[teacher]\nseed = 77"), base);
        assert_ne!(digest_of("[solver]\ntemperature = 0.1"), base);
        assert_ne!(digest_of("[orchestrator.rules]\nmin_votes = 3"), base);
    }
}
