//! The report of a training as a page.

use serde_json::Value;
use synthsmith_proto::trainer::v1 as pb;

use crate::page::{curve, page};

pub(super) fn of(report: &Value, steps: &[pb::StepMetrics]) -> String {
    let curve = |title: &str, value: fn(&pb::StepMetrics) -> f64| {
        curve(title, &steps.iter().map(value).collect::<Vec<f64>>())
    };
    let curves = [
        curve("loss in nats per learnt token", |step| step.loss),
        curve("norm of the gradient", |step| step.grad_norm),
        curve("learning rate", |step| step.learning_rate),
        curve("tokens per second", |step| {
            step.token_count as f64 / step.seconds.max(1e-9)
        }),
    ];
    let rows = report.as_object().into_iter().flatten();
    page(
        "Training",
        &curves,
        rows.map(|(name, value)| (name.as_str(), value)),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_trainer_says_is_text_on_the_page() {
        let report = json!({"job": "<script>alert(1)</script>", "last_loss": 0.5});
        let page = of(&report, &[pb::StepMetrics::default()]);
        assert!(
            !page.contains("<script>") && page.contains("&lt;script&gt;"),
            "{page}"
        );
        assert!(page.contains("<td>last loss</td><td>0.5</td>"));
        assert_eq!(page.matches("<svg").count(), 4);
    }
}
