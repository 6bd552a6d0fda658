//! White space as the protocol strips it, which is that of Python's `str.strip`.

pub(super) fn stripped(text: &str) -> &str {
    text.trim_matches(|character: char| {
        character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_what_python_takes_for_it() {
        let space =
            "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u{85}\u{a0}\u{1680}\u{2000}\u{2028}\u{202f}\u{3000}";
        assert_eq!(stripped(&format!("{space}a b{space}")), "a b");
        for kept in ["\u{200b}a", "\u{feff}a", "\0a", "\x1ba"] {
            assert_eq!(stripped(kept), kept, "{kept:?}");
        }
    }
}
