//! Reports as pages that need nothing else: no script, no other file.

mod bars;
mod curve;

use serde_json::Value;

pub(crate) use bars::{Bar, bars};
pub(crate) use curve::curve;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222}\
svg{display:block;margin:1.2rem 0;font-size:12px}.title{font-weight:600;font-size:13px}\
.axis{fill:none;stroke:#bbb}polyline{fill:none;stroke:#2563a8;stroke-width:1.4}\
.bar{fill:#9dbfe0}.interval{stroke:#1c4470;stroke-width:1.4}\
table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top}td+td{font-variant-numeric:tabular-nums}";

/// The page; `plots` are SVG, and `rows` the names and values of a table below them.
pub(crate) fn page<'a>(
    title: &str,
    plots: &[String],
    rows: impl IntoIterator<Item = (&'a str, &'a Value)>,
) -> String {
    let title = escaped(title);
    let rows: String = rows.into_iter().map(row).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style>\
         <h1>{title}</h1>{}<table>{rows}</table></html>\n",
        plots.concat()
    )
}

fn row((name, value): (&str, &Value)) -> String {
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
