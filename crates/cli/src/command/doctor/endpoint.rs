//! A model endpoint, tried by one small request.

use synthsmith_gateway::EndpointConfig;

use super::finding::Finding;
use crate::args::DoctorArgs;

pub(super) async fn finding(url: &str, args: &DoctorArgs) -> Finding {
    let mut config = EndpointConfig {
        base_url: url.to_owned(),
        api_key_env: args.api_key_env.clone(),
        max_attempts: 1,
        timeout_seconds: 60.0,
        ..EndpointConfig::default()
    };
    if let Some(model) = &args.model {
        config.model.clone_from(model);
    }
    match synthsmith_gateway::probe(&config).await {
        Ok(report) => {
            let usage = if report.reports_usage {
                "counted by it"
            } else {
                "estimated from bytes"
            };
            let latency_ms = report.latency.as_millis();
            let found = format!(
                "{} answered in {latency_ms} ms; tokens are {usage}",
                report.model
            );
            Finding::fine("endpoint", found)
        }
        Err(error) => Finding::lacking(
            "endpoint",
            synthsmith_rpc::error::chain(&error),
            "check --endpoint, --model and --api-key-env",
        ),
    }
}
