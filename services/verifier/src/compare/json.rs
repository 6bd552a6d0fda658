//! Whether two texts are the same JSON value.
//!
//! Arrays have an order and objects have none; strings are equal by their characters, however these are escaped.
//! Integers are exact at any size; numbers with a fraction or an exponent are equal as floats, and no such number is
//! an integer (1.0 is not 1). An object that has a name twice is equal to nothing.
//!
//! The output is read beside the expected text and left where it first differs, so what is held does not depend on it.

mod number;
mod outline;
mod reader;
mod string;

use outline::Outline;
use reader::{ARRAY, OBJECT, Reader};
use string::Text;

/// Whether both are JSON and the same value.
pub(super) fn equal(output: &[u8], expected: &[u8]) -> bool {
    match (Reader::new(output), Reader::new(expected)) {
        (Some(output), Some(expected)) => are_equal(output, expected).is_some(),
        _ => false,
    }
}

fn are_equal(output: Reader<'_>, expected: Reader<'_>) -> Option<()> {
    let mut pair = Pair {
        outline: Outline::of(expected)?,
        output,
        expected,
    };
    pair.value()?;
    pair.output.is_at_end().then_some(())
}

/// The two texts, each read as far as they were found to be equal. A step that finds a difference gives `None`.
struct Pair<'a> {
    output: Reader<'a>,
    expected: Reader<'a>,
    outline: Outline,
}

/// A member of an expected object.
struct Member<'a> {
    name: Text<'a>,
    /// Where its value begins, until the output had it.
    value: Option<usize>,
}

impl<'a> Pair<'a> {
    /// Recurses as deep as the expected value, which its outline bounds.
    fn value(&mut self) -> Option<()> {
        match self.expected.peek()? {
            b'[' => self.array(),
            b'{' => self.object(),
            _ => {
                let expected = self.expected.scalar()?;
                (self.output.scalar()? == expected).then_some(())
            }
        }
    }

    fn array(&mut self) -> Option<()> {
        let mut more = self.expected.begin(ARRAY)?;
        if self.output.begin(ARRAY)? != more {
            return None;
        }
        while more {
            self.value()?;
            more = self.expected.go_on(ARRAY)?;
            if self.output.go_on(ARRAY)? != more {
                return None;
            }
        }
        Some(())
    }

    fn object(&mut self) -> Option<()> {
        let mut members = self.members()?;
        let end = self.expected.position();
        let mut more = self.output.begin(OBJECT)?;
        while more {
            let name = self.output.name()?;
            // Of members with one name it is always the same that is found, so the others are never had.
            let index = members
                .binary_search_by(|member| member.name.cmp(&name))
                .ok()?;
            self.expected.go_to(members[index].value.take()?);
            self.value()?;
            more = self.output.go_on(OBJECT)?;
        }
        self.expected.go_to(end);
        members
            .iter()
            .all(|member| member.value.is_none())
            .then_some(())
    }

    /// The members of the expected object by name, which reads it to its end.
    fn members(&mut self) -> Option<Vec<Member<'a>>> {
        let mut members = Vec::new();
        let mut more = self.expected.begin(OBJECT)?;
        while more {
            let name = self.expected.name()?;
            let value = self.expected.position();
            members.push(Member {
                name,
                value: Some(value),
            });
            self.expected.go_to(self.outline.end_of_member(value)?);
            more = self.expected.go_on(OBJECT)?;
        }
        members.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Some(members)
    }
}

#[cfg(test)]
mod tests;
