//! The teacher on the chassis.

use synthsmith_daemon::{Context, Parts, Section};

use crate::config::Config;
use crate::server::router;

/// The teacher as a daemon; it speaks HTTP.
#[derive(Debug)]
pub struct Component;

impl synthsmith_daemon::Component for Component {
    const NAME: &'static str = "teacher";
    const DEFAULT_PORT: u16 = 7180;
    type Config = Config;

    async fn start(config: Config, _: Context) -> anyhow::Result<Parts> {
        Ok(Parts::http(router(config)))
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let mistakes = &self.mistakes;
        let faults = &self.faults;
        let rates = [
            ("mistakes.wrong_independent", mistakes.wrong_independent),
            ("mistakes.wrong_shared", mistakes.wrong_shared),
            ("mistakes.shared_reach", mistakes.shared_reach),
            ("mistakes.slow", mistakes.slow),
            ("mistakes.crash", mistakes.crash),
            ("mistakes.syntax", mistakes.syntax),
            ("mistakes.no_code", mistakes.no_code),
            ("mistakes.two_blocks", mistakes.two_blocks),
            ("mistakes.truncated_json", mistakes.truncated_json),
            ("mistakes.json_in_prose", mistakes.json_in_prose),
            ("mistakes.think", mistakes.think),
            ("mistakes.refusal", mistakes.refusal),
            ("mistakes.invalid_inputs", mistakes.invalid_inputs),
            ("mistakes.wrong_sample", mistakes.wrong_sample),
            ("faults.rate_429", faults.rate_429),
            ("faults.rate_500", faults.rate_500),
            ("faults.rate_hang", faults.rate_hang),
            ("faults.rate_drop", faults.rate_drop),
        ];
        if let Some((key, _)) = rates.iter().find(|(_, rate)| !(0.0..=1.0).contains(rate)) {
            return Err(format!("{key} must be between 0 and 1"));
        }
        if faults.latency_min_ms > faults.latency_max_ms {
            return Err("faults.latency_min_ms must not be above latency_max_ms".to_owned());
        }
        if self.max_in_flight == 0 {
            return Err("max_in_flight must be at least 1".to_owned());
        }
        Ok(())
    }
}
