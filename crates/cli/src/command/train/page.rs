//! The report of a training as a page that needs nothing else.

use serde_json::Value;
use synthsmith_proto::trainer::v1 as pb;

use super::plot::svg;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222}\
svg{display:block;margin:1.2rem 0;font-size:12px}.title{font-weight:600;font-size:13px}\
.axis{fill:none;stroke:#bbb}polyline{fill:none;stroke:#2563a8;stroke-width:1.4}\
table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top}td+td{font-variant-numeric:tabular-nums}";

pub(super) fn of(report: &Value, steps: &[pb::StepMetrics]) -> String {
    let curve = |title: &str, value: fn(&pb::StepMetrics) -> f64| {
        svg(title, &steps.iter().map(value).collect::<Vec<f64>>())
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
    let rows: String = rows.map(|(name, value)| row(name, value)).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Training</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style>\
         <h1>Training</h1>{}<table>{rows}</table></html>\n",
        curves.concat()
    )
}

fn row(name: &str, value: &Value) -> String {
    let value = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!(
        "<tr><td>{}</td><td>{}</td></tr>",
        escaped(&name.replace('_', " ")),
        escaped(&value)
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
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
