//! Where the members of a text's objects end, so that one can be passed over without reading it again.

use super::reader::{ARRAY, OBJECT, Reader};

/// How deep arrays and objects may be nested.
pub(super) const MAX_DEPTH: u32 = 128;

/// The outline of a text that is one JSON value.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The beginning and the end of each member's value, by beginning.
    values: Vec<(usize, usize)>,
}

impl Outline {
    /// `None` where the rest of the text is not one JSON value, or too deep.
    pub(super) fn of(mut reader: Reader<'_>) -> Option<Self> {
        let mut outline = Self::default();
        outline.value(&mut reader, MAX_DEPTH)?;
        reader.is_at_end().then_some(outline)
    }

    /// Where the member ends whose value begins there.
    pub(super) fn end_of_member(&self, beginning: usize) -> Option<usize> {
        let index = self
            .values
            .binary_search_by_key(&beginning, |value| value.0)
            .ok()?;
        Some(self.values[index].1)
    }

    fn value(&mut self, reader: &mut Reader<'_>, depth: u32) -> Option<()> {
        match reader.peek()? {
            b'[' => self.array(reader, depth.checked_sub(1)?),
            b'{' => self.object(reader, depth.checked_sub(1)?),
            _ => reader.scalar().map(drop),
        }
    }

    fn array(&mut self, reader: &mut Reader<'_>, depth: u32) -> Option<()> {
        let mut more = reader.begin(ARRAY)?;
        while more {
            self.value(reader, depth)?;
            more = reader.go_on(ARRAY)?;
        }
        Some(())
    }

    fn object(&mut self, reader: &mut Reader<'_>, depth: u32) -> Option<()> {
        let mut more = reader.begin(OBJECT)?;
        while more {
            reader.name()?;
            let beginning = reader.position();
            let index = self.values.len();
            self.values.push((beginning, beginning));
            self.value(reader, depth)?;
            self.values[index].1 = reader.position();
            more = reader.go_on(OBJECT)?;
        }
        Some(())
    }
}
