//! Pages of lists: sizes are coerced, tokens are opaque and bound to what was asked.

/// Rows of a page: 0 takes `default`, more than `max` is `max`; negative is refused.
pub fn size(requested: i32, default: u32, max: u32) -> Option<u32> {
    match u32::try_from(requested).ok()? {
        0 => Some(default),
        n => Some(n.min(max)),
    }
}

/// The token for the page after the row with this key.
pub fn token(after: &str) -> String {
    let digits = after.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// The key a token was made from; `None` for a token that is not ours.
pub fn after(token: &str) -> Option<String> {
    if !token.is_ascii() || !token.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..token.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&token[i..i + 2], 16).ok())
        .collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_coerced_and_negative_ones_refused() {
        for (requested, expected) in [(0, Some(50)), (7, Some(7)), (9999, Some(500)), (-1, None)] {
            assert_eq!(size(requested, 50, 500), expected);
        }
    }

    #[test]
    fn tokens_return_their_key_and_foreign_ones_nothing() {
        assert_eq!(after(&token("runs/ä")).as_deref(), Some("runs/ä"));
        for foreign in ["x", "zz", "ü1", "ff"] {
            assert_eq!(after(foreign), None, "{foreign}");
        }
    }
}
