//! What a person reads at the end of a run.

use serde_json::Value;

/// The report of a run as text; what is missing in it is left out.
pub(crate) fn of_report(report: &Value) -> String {
    let number = |key: &str| report[key].as_u64().unwrap_or_default();
    let mut lines = vec![format!(
        "{} of {} items accepted",
        number("accepted"),
        number("attempted")
    )];
    if let Some(rejected) = report["rejected"].as_object() {
        for (reason, count) in rejected {
            lines.push(format!(
                "  {:>5}  {}",
                count.to_string(),
                reason.replace('_', " ")
            ));
        }
    }
    lines.push(format!("{} features", number("features")));
    lines.push(funnel(report));
    let (prompt, completion) = (&report["tokens"]["prompt"], &report["tokens"]["completion"]);
    lines.push(format!(
        "{} model calls, {prompt} + {completion} tokens, {:.2} USD, at most {} paid twice",
        number("model_calls"),
        report["cost_usd"].as_f64().unwrap_or_default(),
        number("paid_twice_upper_bound"),
    ));
    if let Some(seconds) = report["seconds"]["wall"].as_f64() {
        lines.push(format!("{seconds:.1} s"));
    }
    lines.join("\n")
}

fn funnel(report: &Value) -> String {
    let stages = report["funnel"].as_array();
    let stage = |stage: &Value| {
        let name = stage["stage"].as_str().unwrap_or_default();
        format!("{name} {}>{}", stage["in"], stage["out"])
    };
    let stages: Vec<String> = stages.into_iter().flatten().map(stage).collect();
    stages.join("  ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn tells_the_outcome_first_and_every_reason() {
        let report = json!({
            "attempted": 4, "accepted": 3, "rejected": {"model_refused": 1},
            "funnel": [{"stage": "screen", "in": 3, "out": 3}],
            "tokens": {"prompt": 10, "completion": 20}, "model_calls": 7,
        });
        let text = super::of_report(&report);
        assert!(text.starts_with("3 of 4 items accepted"), "{text}");
        assert!(
            text.contains("model refused") && text.contains("screen 3>3"),
            "{text}"
        );
    }
}
