//! JSON strings, equal by their characters.

use std::cmp::Ordering;

/// What stands between the quotes of a valid string, as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    written: &'a str,
    has_escapes: bool,
}

impl<'a> Text<'a> {
    /// The string that goes on up to the next quote of its own.
    pub(super) fn up_to_quote(rest: &'a str) -> Option<Self> {
        let mut end = 0;
        let mut has_escapes = false;
        loop {
            let ahead = rest.get(end..)?;
            let mark = ahead
                .bytes()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
            end += mark;
            match ahead.as_bytes()[mark] {
                b'"' => {
                    let written = rest.get(..end)?;
                    return Some(Self {
                        written,
                        has_escapes,
                    });
                }
                b'\\' => {
                    end += 1 + escape(ahead.get(mark + 1..)?)?.len_bytes;
                    has_escapes = true;
                }
                // Control characters have to be escaped.
                _ => return None,
            }
        }
    }

    pub(super) fn len_bytes(self) -> usize {
        self.written.len()
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.has_escapes || other.has_escapes {
            Characters(self.written).cmp(Characters(other.written))
        } else {
            // The order of UTF-8 is that of its code points.
            self.written.cmp(other.written)
        }
    }
}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Text<'_> {}

/// The code points of a string. Half a surrogate pair is one too, since strings of many languages can hold it.
struct Characters<'a>(&'a str);

impl Iterator for Characters<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let mut chars = self.0.chars();
        let character = chars.next()?;
        self.0 = chars.as_str();
        if character != '\\' {
            return Some(character.into());
        }
        let escape = escape(self.0)?;
        self.0 = self.0.get(escape.len_bytes..)?;
        Some(escape.code_point)
    }
}

/// A character that is written as an escape, after its backslash.
struct Escape {
    code_point: u32,
    len_bytes: usize,
}

fn escape(rest: &str) -> Option<Escape> {
    let character = match *rest.as_bytes().first()? {
        itself @ (b'"' | b'\\' | b'/') => itself,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode_escape(rest),
        _ => return None,
    };
    Some(Escape {
        code_point: character.into(),
        len_bytes: 1,
    })
}

fn unicode_escape(rest: &str) -> Option<Escape> {
    let first = utf16_unit(rest)?;
    let second = rest
        .get(5..)
        .and_then(|rest| rest.strip_prefix('\\'))
        .and_then(utf16_unit);
    match (first, second) {
        (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) => Some(Escape {
            code_point: 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
            len_bytes: 11,
        }),
        _ => Some(Escape {
            code_point: first,
            len_bytes: 5,
        }),
    }
}

/// `u` and four hexadecimal digits.
fn utf16_unit(rest: &str) -> Option<u32> {
    let digits = rest.strip_prefix('u')?.get(..4)?;
    let are_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    are_hexadecimal
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}
