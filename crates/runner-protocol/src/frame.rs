//! Splits a stream of bytes into frames.

use crate::{DecodeError, FromRunner};

/// Length of what precedes every payload.
pub const HEADER_BYTES: usize = 5;
/// The longest payload: the largest input of a test.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024 * 1024;
/// The longest payload that a runner may send: a chunk of output and its frame.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// What precedes a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub kind: u8,
    pub payload_bytes: usize,
}

impl Header {
    pub fn parse(bytes: [u8; HEADER_BYTES]) -> Result<Self, DecodeError> {
        let [a, b, c, d, kind] = bytes;
        let payload_bytes = u32::from_le_bytes([a, b, c, d]) as usize;
        if payload_bytes > MAX_PAYLOAD_BYTES {
            return Err(DecodeError::TooLarge);
        }
        Ok(Self {
            kind,
            payload_bytes,
        })
    }

    pub fn encode(self) -> [u8; HEADER_BYTES] {
        let [a, b, c, d] = (self.payload_bytes as u32).to_le_bytes();
        [a, b, c, d, self.kind]
    }
}

/// Collects the runner's bytes and hands out whole frames.
#[derive(Debug, Default)]
pub struct Frames {
    pending: Vec<u8>,
    read: usize,
}

impl Frames {
    pub fn push(&mut self, bytes: &[u8]) {
        if self.read > 0 {
            self.pending.drain(..self.read);
            self.read = 0;
        }
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole frame, or `None` until more bytes are pushed.
    pub fn next_frame(&mut self) -> Result<Option<FromRunner>, DecodeError> {
        let unread = &self.pending[self.read..];
        let Some((head, rest)) = unread.split_first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let header = Header::parse(*head)?;
        if header.payload_bytes > MAX_ANSWER_BYTES {
            return Err(DecodeError::TooLarge);
        }
        let Some(payload) = rest.get(..header.payload_bytes) else {
            return Ok(None);
        };
        let frame = FromRunner::decode(header.kind, payload)?;
        self.read += HEADER_BYTES + header.payload_bytes;
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_a_length_above_the_bound() {
        let header = Header {
            kind: 0,
            payload_bytes: MAX_PAYLOAD_BYTES + 1,
        };
        assert_eq!(Header::parse(header.encode()), Err(DecodeError::TooLarge));
    }

    #[test]
    fn refuses_an_answer_that_would_fill_memory() {
        let mut frames = Frames::default();
        frames.push(
            &Header {
                kind: 2,
                payload_bytes: MAX_ANSWER_BYTES + 1,
            }
            .encode(),
        );
        assert_eq!(frames.next_frame(), Err(DecodeError::TooLarge));
    }

    proptest! {
        #[test]
        fn finds_the_same_frames_however_the_stream_is_cut(
            outputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
            cut in 1_usize..17,
        ) {
            let sent: Vec<FromRunner> = outputs.into_iter().map(FromRunner::Output).collect();
            let stream: Vec<u8> = sent.iter().flat_map(FromRunner::encode).collect();
            let mut frames = Frames::default();
            let mut found = Vec::new();
            for piece in stream.chunks(cut) {
                frames.push(piece);
                while let Some(frame) = frames.next_frame()? {
                    found.push(frame);
                }
            }
            prop_assert_eq!(found, sent);
        }

        #[test]
        fn survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut frames = Frames::default();
            frames.push(&bytes);
            while let Ok(Some(_)) = frames.next_frame() {}
        }
    }
}
