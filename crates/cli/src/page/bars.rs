//! Shares as bars, one below the other.

use std::fmt::Write as _;

use super::escaped;

const WIDTH: f64 = 640.0;
/// Room for the names, and on the right for the figures.
const LEFT: f64 = 150.0;
const RIGHT: f64 = 130.0;
const TOP: f64 = 30.0;
const LINE: f64 = 20.0;
/// Of a name; the rest is cut.
const NAME_CHARACTERS: usize = 20;

/// A share of 1, and what is said of it.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) share: f64,
    /// The lower and the upper end of its interval.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) note: String,
}

/// Bars from 0 to 1. Nothing where there are none.
pub(crate) fn bars(title: &str, bars: &[Bar]) -> String {
    if bars.is_empty() {
        return String::new();
    }
    let lines: String = bars
        .iter()
        .enumerate()
        .map(|(index, bar)| line(bar, TOP + LINE * index as f64))
        .collect();
    let bottom = TOP + LINE * bars.len() as f64;
    let title = escaped(title);
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{title}\">\
         <text x=\"0\" y=\"16\" class=\"title\">{title}</text>{lines}\
         <path d=\"M{LEFT} {TOP}V{bottom:.0}\" class=\"axis\"/></svg>",
        bottom + 8.0
    )
}

fn line(bar: &Bar, top: f64) -> String {
    let name: String = bar.name.chars().take(NAME_CHARACTERS).collect();
    let (middle, text) = (top + LINE / 2.0, top + LINE / 2.0 + 4.0);
    let mut line = format!(
        "<text x=\"{:.0}\" y=\"{text:.0}\" text-anchor=\"end\">{}</text>\
         <rect x=\"{LEFT}\" y=\"{:.0}\" width=\"{:.1}\" height=\"{:.0}\" class=\"bar\"/>",
        LEFT - 8.0,
        escaped(&name),
        top + 3.0,
        x(bar.share) - LEFT,
        LINE - 6.0,
    );
    if let Some((low, high)) = bar.interval {
        // A string takes whatever is written.
        let _ = write!(
            line,
            "<path d=\"M{:.1} {middle:.0}H{:.1}\" class=\"interval\"/>",
            x(low),
            x(high)
        );
    }
    let _ = write!(
        line,
        "<text x=\"{:.0}\" y=\"{text:.0}\">{}</text>",
        WIDTH - RIGHT + 10.0,
        escaped(&bar.note)
    );
    line
}

fn x(share: f64) -> f64 {
    let share = if share.is_finite() { share } else { 0.0 };
    LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, share: f64) -> Bar {
        Bar {
            name: name.to_owned(),
            share,
            interval: Some((share - 0.5, share + 0.5)),
            note: format!("{share} <b>"),
        }
    }

    #[test]
    fn any_share_stays_in_its_frame_and_any_name_is_text() {
        let svg = bars(
            "a < b",
            &[
                bar("<script>", 0.3),
                bar("over", 7.0),
                bar("none", f64::NAN),
                bar(&"long ".repeat(99), -1.0),
            ],
        );
        assert!(!svg.contains("<script>") && !svg.contains("<b>"), "{svg}");
        assert!(svg.contains("a &lt; b") && !svg.contains("width=\"-"));
        assert!(svg.len() < 4000, "{}", svg.len());
        for number in svg.split('M').skip(1).filter_map(|it| it.split(' ').next()) {
            let at: f64 = number.parse().unwrap();
            assert!((LEFT..=WIDTH).contains(&at), "{number}");
        }
    }

    #[test]
    fn no_bars_are_no_picture() {
        assert_eq!(bars("none", &[]), "");
    }
}
