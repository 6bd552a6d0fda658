//! Tokens: what stands between ASCII white space (space, tab, line feed, form feed, carriage return).

use super::decimal::Decimal;

pub(super) fn equal(output: &[u8], expected: &[u8]) -> bool {
    tokens(output).eq(tokens(expected))
}

/// Whether each token is the expected one, or a number near enough to an expected decimal fraction.
pub(super) fn near(output: &[u8], expected: &[u8], absolute: f64, relative: f64) -> bool {
    let mut output = tokens(output);
    let is_near = |token: &[u8], expected: &[u8]| {
        token == expected || is_near_number(token, expected, absolute, relative)
    };
    tokens(expected).all(|expected| output.next().is_some_and(|token| is_near(token, expected)))
        && output.next().is_none()
}

fn tokens(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(u8::is_ascii_whitespace)
        .filter(|token| !token.is_empty())
}

fn is_near_number(token: &[u8], expected: &[u8], absolute: f64, relative: f64) -> bool {
    let (Some(token), Some(expected)) = (Decimal::parse(token), Decimal::parse(expected)) else {
        return false;
    };
    if expected.is_integer() {
        return false;
    }
    let (value, expected) = (token.value(), expected.value());
    // Of two numbers too large for a float it is not known whether they are near.
    value.is_finite()
        && expected.is_finite()
        && (value - expected).abs() <= absolute.max(relative * expected.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_may_be_off_by_either_tolerance() {
        // Output, expected, absolute, relative, and whether they are near.
        let table = [
            ("1.25", "1.0", 0.25, 0.0, true),
            ("1.2500001", "1.0", 0.25, 0.0, false),
            ("0.75", "1.0", 0.0, 0.25, true),
            ("125.0", "100.0", 0.25, 0.25, true),
            ("126.0", "100.0", 0.25, 0.25, false),
            ("-125.0", "-100.0", 0.0, 0.25, true),
            ("1", "1.0", 0.0, 0.0, true),
            ("1.00", "1.0", 0.0, 0.0, true),
            ("100", "1e2", 0.0, 0.0, true),
            (".5", "5.e-1", 0.0, 0.0, true),
            ("-0.0", "0.0", 0.0, 0.0, true),
            ("0.0", "1e-400", 0.0, 0.0, true),
            ("-1e308", "1e308", 1.0, 1.0, false),
            ("1.0 2", "1.0", 1.0, 1.0, false),
            ("1.0", "1.0 2", 1.0, 1.0, false),
            ("1.0", "1", 1.0, 1.0, false),
            ("+1", "1", 1.0, 1.0, false),
            ("01", "1", 1.0, 1.0, false),
        ];
        for (output, expected, absolute, relative, is_near) in table {
            let found = near(output.as_bytes(), expected.as_bytes(), absolute, relative);
            assert_eq!(
                found, is_near,
                "{output} for {expected}, {absolute}, {relative}"
            );
        }
    }
}
