//! Reads a JSON text step by step.

use super::number::Number;
use super::string::Text;

/// What an array or an object begins and ends with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brackets {
    open: u8,
    close: u8,
}

pub(super) const ARRAY: Brackets = Brackets {
    open: b'[',
    close: b']',
};
pub(super) const OBJECT: Brackets = Brackets {
    open: b'{',
    close: b'}',
};

/// A value that has no parts.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Word(&'static str),
    Number(Number<'a>),
    Text(Text<'a>),
}

/// A text and how far it was read. Any step gives `None` where the text is no JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        Some(Self { text, position: 0 })
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn go_to(&mut self, position: usize) {
        self.position = position;
    }

    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.rest()?;
        let white_space = rest
            .bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
        self.position += white_space;
        rest.as_bytes().get(white_space).copied()
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Begins an array or an object, and tells whether it has a first item.
    pub(super) fn begin(&mut self, brackets: Brackets) -> Option<bool> {
        self.take(brackets.open)?;
        Some(self.take(brackets.close).is_none())
    }

    /// Goes on after an item, and tells whether there is a next one.
    pub(super) fn go_on(&mut self, brackets: Brackets) -> Option<bool> {
        if self.take(brackets.close).is_some() {
            return Some(false);
        }
        self.take(b',').map(|()| true)
    }

    /// The name of a member, up to its value.
    pub(super) fn name(&mut self) -> Option<Text<'a>> {
        let name = self.string()?;
        self.take(b':')?;
        Some(name)
    }

    pub(super) fn scalar(&mut self) -> Option<Scalar<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Scalar::Text),
            b'-' | b'0'..=b'9' => self.number().map(Scalar::Number),
            _ => self.word().map(Scalar::Word),
        }
    }

    fn string(&mut self) -> Option<Text<'a>> {
        self.take(b'"')?;
        let text = Text::up_to_quote(self.rest()?)?;
        self.position += text.len_bytes() + 1;
        Some(text)
    }

    fn number(&mut self) -> Option<Number<'a>> {
        let rest = self.rest()?.as_bytes();
        let len = rest
            .iter()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        self.position += len;
        Number::parse(&rest[..len])
    }

    fn word(&mut self) -> Option<&'static str> {
        let rest = self.rest()?;
        let word = ["true", "false", "null"]
            .into_iter()
            .find(|word| rest.starts_with(word))?;
        self.position += word.len();
        Some(word)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.position += 1)
    }

    fn rest(&self) -> Option<&'a str> {
        self.text.get(self.position..)
    }
}
