//! Writes and reads the plain values that payloads are made of.

use std::time::Duration;

/// The longest list and the longest text inside a payload.
const MAX_ITEMS: usize = 256;
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// The payload ends inside a value.
    Short,
    /// The payload goes on after its last value.
    Long,
    /// A length is above its bound.
    TooLarge,
    /// A text is not UTF-8.
    NotText,
    /// A path leads out of its directory, or is none.
    NotPlain,
    /// A tag has no meaning.
    UnknownTag(u8),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => formatter.write_str("the frame ends inside a value"),
            Self::Long => formatter.write_str("the frame goes on after its last value"),
            Self::TooLarge => formatter.write_str("a length in the frame is above its bound"),
            Self::NotText => formatter.write_str("a text in the frame is not utf-8"),
            Self::NotPlain => formatter.write_str("a path in the frame is not plain"),
            Self::UnknownTag(tag) => write!(formatter, "the frame has the unknown tag {tag}"),
        }
    }
}

impl std::error::Error for DecodeError {}

#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.u8(u8::from(value));
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn i32(&mut self, value: i32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// Durations travel as nanoseconds; the largest one stands for everything above 584 years.
    pub(crate) fn duration(&mut self, value: Duration) {
        self.u64(u64::try_from(value.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        let kept = &value[..value.len().min(MAX_TEXT_BYTES)];
        self.u32(kept.len() as u32);
        self.0.extend_from_slice(kept);
    }

    pub(crate) fn texts<'a>(&mut self, values: impl ExactSizeIterator<Item = &'a String>) {
        self.u32(values.len() as u32);
        for value in values {
            self.bytes(value.as_bytes());
        }
    }
}

#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(DecodeError::Short)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.take(N)?.try_into().map_err(|_| DecodeError::Short)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn bool(&mut self) -> Result<bool, DecodeError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(DecodeError::UnknownTag(tag)),
        }
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn duration(&mut self) -> Result<Duration, DecodeError> {
        Ok(Duration::from_nanos(self.u64()?))
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, DecodeError> {
        let length = self.u32()? as usize;
        if length > MAX_TEXT_BYTES {
            return Err(DecodeError::TooLarge);
        }
        Ok(self.take(length)?.to_vec())
    }

    pub(crate) fn text(&mut self) -> Result<String, DecodeError> {
        String::from_utf8(self.bytes()?).map_err(|_| DecodeError::NotText)
    }

    pub(crate) fn texts(&mut self) -> Result<Vec<String>, DecodeError> {
        let length = self.u32()? as usize;
        if length > MAX_ITEMS {
            return Err(DecodeError::TooLarge);
        }
        (0..length).map(|_| self.text()).collect()
    }

    pub(crate) fn end(self) -> Result<(), DecodeError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::Long)
        }
    }
}
