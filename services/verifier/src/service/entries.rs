//! Counts the entries of a request's list while its bytes arrive.
//!
//! An entry of two bytes on the wire takes fifty times as much when it is decoded, so a list that is far too long must
//! be refused before. Only the outermost fields are looked at. Where the bytes are no message, the count ends, as does
//! the decoding.

/// `inputs` of one request, `tests` of the other.
const LIST: u64 = 2;
/// Of a message of gRPC: whether it is compressed, and its length.
const HEADER_BYTES: u8 = 5;

#[derive(Debug, Default)]
pub(super) struct Entries {
    header_bytes: u8,
    length: u32,
    /// What is still to come of the message.
    left_bytes: usize,
    fields: Fields,
    most: usize,
}

#[derive(Debug, Default)]
struct Fields {
    at: At,
    number: u64,
    number_bits: u32,
    entries: usize,
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    Key,
    Number,
    Length,
    Inside(u64),
    Nothing,
}

// === impl Entries ===

impl Entries {
    pub(super) fn at_most(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Whether there are few enough, up to the end of these bytes.
    pub(super) fn are_few(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            bytes = if self.header_bytes < HEADER_BYTES {
                self.header(bytes)
            } else {
                self.message(bytes)
            };
            if self.fields.entries > self.most {
                return false;
            }
        }
        true
    }

    fn header<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some((&byte, rest)) = bytes.split_first() else {
            return bytes;
        };
        if self.header_bytes > 0 {
            self.length = self.length << 8 | u32::from(byte);
        }
        self.header_bytes += 1;
        if self.header_bytes == HEADER_BYTES {
            self.left_bytes = self.length as usize;
            self.end_if_complete();
        }
        rest
    }

    fn message<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (of_message, rest) = bytes.split_at(bytes.len().min(self.left_bytes));
        self.fields.pass(of_message, self.most);
        self.left_bytes -= of_message.len();
        if self.fields.entries <= self.most {
            self.end_if_complete();
        }
        rest
    }

    fn end_if_complete(&mut self) {
        if self.left_bytes == 0 {
            *self = Self::at_most(self.most);
        }
    }
}

// === impl Fields ===

impl Fields {
    fn pass(&mut self, mut bytes: &[u8], most: usize) {
        while self.entries <= most
            && let Some((&byte, rest)) = bytes.split_first()
        {
            match self.at {
                At::Nothing => return,
                At::Inside(left) => {
                    let skipped = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    bytes = &bytes[skipped..];
                    self.at = At::inside(left - skipped as u64);
                }
                At::Key | At::Number | At::Length => {
                    bytes = rest;
                    self.digit(byte);
                }
            }
        }
    }

    /// Seven bits of a number, the lowest first.
    fn digit(&mut self, byte: u8) {
        self.number |= u64::from(byte & 0x7f) << self.number_bits;
        self.number_bits += 7;
        if byte < 0x80 {
            self.number_bits = 0;
            let number = std::mem::take(&mut self.number);
            self.at = match self.at {
                At::Key => self.key(number),
                At::Length => At::inside(number),
                At::Number | At::Inside(_) | At::Nothing => At::Key,
            };
        } else if self.number_bits >= u64::BITS {
            self.at = At::Nothing;
        }
    }

    fn key(&mut self, key: u64) -> At {
        self.entries += usize::from(key >> 3 == LIST);
        match key & 7 {
            0 => At::Number,
            1 => At::Inside(8),
            2 => At::Length,
            // The fields of a group follow.
            3 | 4 => At::Key,
            5 => At::Inside(4),
            _ => At::Nothing,
        }
    }
}

// === impl At ===

impl At {
    fn inside(bytes: u64) -> Self {
        match bytes {
            0 => Self::Key,
            left => Self::Inside(left),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message as _;
    use synthsmith_proto::corpus::v1::{Program, TestCase};
    use synthsmith_proto::verifier::v1::{ExecuteProgramRequest, JudgeProgramRequest};

    use super::*;

    fn framed(message: &[u8]) -> Vec<u8> {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        [&[0], length.as_slice(), message].concat()
    }

    fn are_few(most: usize, chunks: &[&[u8]]) -> bool {
        let mut entries = Entries::at_most(most);
        chunks.iter().all(|chunk| entries.are_few(chunk))
    }

    fn judgement(tests: usize) -> Vec<u8> {
        let request = JudgeProgramRequest {
            program: Some(Program {
                language: "python3".to_owned(),
                source: "\u{12}\0".repeat(200),
            }),
            tests: vec![TestCase::default(); tests],
            stop_at_first_failure: true,
            function: "f".to_owned(),
            ..Default::default()
        };
        framed(&request.encode_to_vec())
    }

    #[test]
    fn a_list_that_is_too_long_is_noticed_at_its_first_entry_too_many() {
        assert!(are_few(3, &[&judgement(3)]));
        assert!(!are_few(3, &[&judgement(4)]));
        assert!(
            are_few(3, &[&judgement(2), &judgement(3)]),
            "each counts for itself"
        );
        assert!(!are_few(3, &[&judgement(2), &judgement(4)]));
        assert!(!are_few(0, &[&judgement(1)]));
        let unended = &framed(&[0x12, 0].repeat(100))[..5 + 8];
        assert!(are_few(4, &[unended]));
        assert!(!are_few(3, &[unended]));
    }

    #[test]
    fn entries_after_fields_of_any_kind_are_counted() {
        let unknown: [&[u8]; 6] = [
            &[0x78, 0xff, 0xff, 1],
            &[0x79, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0x7a, 3, 0x12, 0x12, 0x12],
            &[0x7b, 0x78, 1, 0x7c],
            &[0x7d, 0x12, 0, 0x12, 0],
            &[0xfa, 0xff, 0xff, 0xff, 0x0f, 0],
        ];
        for field in unknown {
            let message = [field, &[0x12, 0, 0x12, 0]].concat();
            let decoded = ExecuteProgramRequest::decode(message.as_slice()).unwrap();
            assert_eq!(decoded.inputs.len(), 2, "{field:?}");
            assert!(are_few(2, &[&framed(&message)]), "{field:?}");
            assert!(!are_few(1, &[&framed(&message)]), "{field:?}");
        }
    }

    fn piece() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(vec![0x12, 0]),
            Just(vec![0x12, 1, b'x']),
            Just(vec![0x0a, 0]),
            Just(vec![0x78, 0xff, 0x7f]),
            Just(vec![0x7d, 1, 2, 3, 4]),
            prop::collection::vec(any::<u8>(), 0..4),
        ]
    }

    proptest! {
        #[test]
        fn nothing_that_is_decoded_has_more_entries_than_were_counted(
            pieces in prop::collection::vec(piece(), 0..20),
            cut in any::<prop::sample::Index>(),
        ) {
            let message = pieces.concat();
            let bytes = framed(&message);
            let (begin, end) = bytes.split_at(cut.index(bytes.len()));
            if let Ok(decoded) = ExecuteProgramRequest::decode(message.as_slice())
                && let Some(most) = decoded.inputs.len().checked_sub(1)
            {
                prop_assert!(!are_few(most, &[begin, end]));
                prop_assert!(!are_few(most, &[&bytes]));
            }
        }

        #[test]
        fn a_list_that_is_short_enough_is_never_refused(
            inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..9),
            cut in any::<prop::sample::Index>(),
        ) {
            let most = inputs.len();
            let request = ExecuteProgramRequest { inputs, ..Default::default() };
            let bytes = framed(&request.encode_to_vec());
            let (begin, end) = bytes.split_at(cut.index(bytes.len()));
            prop_assert!(are_few(most, &[begin, end, &bytes]));
        }
    }
}
