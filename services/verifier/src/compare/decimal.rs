//! Numbers as they are written in decimal digits: no hexadecimal, no `_`, no words such as `nan`.

/// The parts of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal<'a> {
    pub(super) text: &'a [u8],
    pub(super) whole: &'a [u8],
    pub(super) fraction: Option<&'a [u8]>,
    exponent: Option<&'a [u8]>,
}

impl<'a> Decimal<'a> {
    /// `[+-]? (digits | digits . digits? | . digits) ([eE] [+-]? digits)?`
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let (mantissa, exponent) = split_at(unsigned(text), |byte| matches!(byte, b'e' | b'E'));
        let (whole, fraction) = split_at(mantissa, |byte| byte == b'.');
        let has_digits = !whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty());
        let has_exponent = exponent.is_none_or(|exponent| {
            let digits = unsigned(exponent);
            !digits.is_empty() && are_digits(digits)
        });
        let is_number =
            has_digits && has_exponent && are_digits(whole) && are_digits(fraction.unwrap_or(b""));
        is_number.then_some(Self {
            text,
            whole,
            fraction,
            exponent,
        })
    }

    pub(super) fn is_integer(&self) -> bool {
        self.fraction.is_none() && self.exponent.is_none()
    }

    /// The nearest float; infinite where there is none.
    pub(super) fn value(&self) -> f64 {
        let text = std::str::from_utf8(self.text).expect("digits, signs and letters are ASCII");
        text.parse().expect("every decimal number is a float")
    }
}

fn unsigned(text: &[u8]) -> &[u8] {
    match text {
        [b'+' | b'-', unsigned @ ..] => unsigned,
        _ => text,
    }
}

/// What is before the first such byte, and what is after it.
fn split_at(text: &[u8], is_mark: impl Fn(u8) -> bool) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| is_mark(byte)) {
        Some(mark) => (&text[..mark], Some(&text[mark + 1..])),
        None => (text, None),
    }
}

fn are_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tells_integers_from_fractions_from_words() {
        for integer in ["0", "-0", "+7", "007", "1000000000000000000001"] {
            assert!(
                Decimal::parse(integer.as_bytes()).unwrap().is_integer(),
                "{integer}"
            );
        }
        for (fraction, value) in [
            ("1.5", 1.5),
            ("-.5", -0.5),
            ("5.", 5.0),
            ("+1e3", 1000.0),
            ("2.5E-1", 0.25),
            ("1e400", f64::INFINITY),
            ("1e99999999999999999999", f64::INFINITY),
            ("1e-99999999999999999999", 0.0),
        ] {
            let decimal = Decimal::parse(fraction.as_bytes()).unwrap();
            assert!(!decimal.is_integer(), "{fraction}");
            assert_eq!(decimal.value().to_bits(), value.to_bits(), "{fraction}");
        }
        for word in [
            "",
            "+",
            "-",
            ".",
            "e5",
            ".e5",
            "1e",
            "1e+",
            "1.2.3",
            "1e2e3",
            "1e2.5",
            "--1",
            "0x10",
            "1_000",
            "nan",
            "inf",
            "Infinity",
            "1,5",
            "1f",
            "\u{feff}1",
            "1\0",
            "١",
        ] {
            assert!(Decimal::parse(word.as_bytes()).is_none(), "{word}");
        }
    }

    proptest! {
        #[test]
        fn what_is_a_decimal_is_a_float(text in "[-+]?[0-9.eE+-]{0,12}") {
            if let Some(decimal) = Decimal::parse(text.as_bytes()) {
                prop_assert!(!decimal.value().is_nan());
            }
        }

        #[test]
        fn a_printed_float_is_a_decimal(value in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
            for text in [format!("{value:?}"), format!("{value:e}")] {
                let decimal = Decimal::parse(text.as_bytes()).unwrap();
                prop_assert_eq!(decimal.value().to_bits(), value.to_bits());
            }
        }
    }
}
