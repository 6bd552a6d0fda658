//! Curves as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
/// Room for the labels.
const LEFT: f64 = 64.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 24.0;
/// More points are not seen.
const MOST_POINTS: usize = 600;

/// A curve over steps from 1 on. What is no number is left out.
pub(crate) fn curve(title: &str, values: &[f64]) -> String {
    let points = thinned(values);
    let (low, high) = span(&points);
    let last = values.len().max(2) as f64;
    let x = |step: f64| LEFT + (step - 1.0) / (last - 1.0) * (WIDTH - LEFT - 8.0);
    let y = |value: f64| TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let mut line = String::new();
    for (step, value) in &points {
        // A string takes whatever is written.
        let _ = write!(line, "{:.1},{:.1} ", x(*step), y(*value));
    }
    let label = |at: f64, text: String| {
        format!(
            "<text x=\"{:.0}\" y=\"{at:.0}\" text-anchor=\"end\">{text}</text>",
            LEFT - 6.0
        )
    };
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\
         <text x=\"{LEFT}\" y=\"16\" class=\"title\">{title}</text>\
         <path d=\"M{LEFT} {TOP}V{0:.0}H{1:.0}\" class=\"axis\"/>{2}{3}\
         <text x=\"{1:.0}\" y=\"{4:.0}\" text-anchor=\"end\">step {5}</text>\
         <polyline points=\"{line}\"/></svg>",
        HEIGHT - BOTTOM,
        WIDTH - 8.0,
        label(TOP + 8.0, figure(high)),
        label(HEIGHT - BOTTOM, figure(low)),
        HEIGHT - 6.0,
        values.len(),
    )
}

/// Steps and the mean of the values around them.
fn thinned(values: &[f64]) -> Vec<(f64, f64)> {
    let size = values.len().div_ceil(MOST_POINTS).max(1);
    let groups = values.chunks(size).enumerate();
    let points = groups.map(|(index, group)| {
        let step = (index * size) as f64 + f64::midpoint(group.len() as f64, 1.0);
        (step, group.iter().sum::<f64>() / group.len() as f64)
    });
    points.filter(|(_, value)| value.is_finite()).collect()
}

/// The lowest and the highest value, apart from each other.
fn span(points: &[(f64, f64)]) -> (f64, f64) {
    let values = points.iter().map(|(_, value)| *value);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    match (low.is_finite(), high > low) {
        (false, _) => (0.0, 1.0),
        (true, false) => (low - 0.5, low + 0.5),
        (true, true) => (low, high),
    }
}

fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 0.01 || size == 0.0 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_of_any_length_and_any_values_stays_in_its_frame() {
        let long: Vec<f64> = (0..10_000).map(|step| f64::from(step).sin()).collect();
        for values in [
            vec![],
            vec![1.0],
            vec![2.0, 2.0],
            vec![f64::NAN, 1.0, f64::INFINITY],
            long,
        ] {
            let svg = curve("loss", &values);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            let points = svg
                .split("points=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert!(points.split_whitespace().count() <= MOST_POINTS);
            for point in points.split_whitespace() {
                let (x, y) = point.split_once(',').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!(
                    (LEFT..=WIDTH).contains(&x) && (TOP - 0.1..=HEIGHT).contains(&y),
                    "{point}"
                );
            }
        }
    }
}
