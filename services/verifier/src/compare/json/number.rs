//! JSON numbers, equal by value: integers as such, others as floats.

use super::super::decimal::Decimal;

#[derive(Debug)]
pub(super) struct Number<'a>(Decimal<'a>);

impl<'a> Number<'a> {
    /// A text that begins with a digit or a minus sign. JSON has no zeros in front, and digits on both sides of a
    /// point.
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let decimal = Decimal::parse(text)?;
        let is_whole_json = decimal.whole == b"0" || !matches!(decimal.whole, [] | [b'0', ..]);
        let is_json = is_whole_json && decimal.fraction != Some(b"".as_slice());
        is_json.then_some(Self(decimal))
    }
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.0, other.0);
        if one.text == other.text {
            return true;
        }
        match (one.is_integer(), other.is_integer()) {
            // An integer is written in one way only, but for zero, which may have a sign.
            (true, true) => one.whole == b"0" && other.whole == b"0",
            (false, false) => one.value().is_finite() && one.value() == other.value(),
            _ => false,
        }
    }
}
