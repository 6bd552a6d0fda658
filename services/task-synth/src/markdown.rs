//! The parts of a statement: sections and fenced blocks.

/// A heading with the text up to the next heading of interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    pub(crate) level: usize,
    pub(crate) heading: &'a str,
    pub(crate) body: &'a str,
}

/// A line of a text outside fences, or what stands within one fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Line(&'a str),
    Fenced(&'a str),
}

/// The sections whose headings are of `max_level` or above; what comes before the first heading has
/// level 0 and an empty heading, and is left out if it is blank. A `#` within a fence is no heading.
pub(crate) fn sections(text: &str, max_level: usize) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    let (mut level, mut heading, mut start) = (0, "", 0);
    for (line, position, is_fenced) in lines(text) {
        let Some((next_level, next_heading)) =
            heading_of(line).filter(|(level, _)| *level <= max_level && !is_fenced)
        else {
            continue;
        };
        sections.push(Section {
            level,
            heading,
            body: &text[start..position],
        });
        (level, heading, start) = (
            next_level,
            next_heading,
            (position + line.len() + 1).min(text.len()),
        );
    }
    sections.push(Section {
        level,
        heading,
        body: &text[start..],
    });
    sections.retain(|section| section.level > 0 || !section.body.trim().is_empty());
    sections
}

/// The lines and the fenced blocks of a text, in order. A fence that is never closed is none.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let block = fence_of(line).and_then(|fence| fenced(after, fence));
        if let Some((body, after_block)) = block {
            pieces.push(Piece::Fenced(body));
            rest = after_block;
        } else {
            pieces.push(Piece::Line(line.trim_end()));
            rest = after;
        }
    }
    pieces
}

/// The body of a block whose opening line has just passed, and what comes after its closing line.
fn fenced<'a>(text: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if closes(line.trim_end(), fence) {
            return Some((&text[..end], &text[end + line.len()..]));
        }
        end += line.len();
    }
    None
}

/// Each line with where it begins and whether it belongs to a fenced block.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize, bool)> {
    let mut open: Option<&str> = None;
    let mut position = 0;
    text.split('\n').map(move |line| {
        let start = position;
        position += line.len() + 1;
        let line_end = line.trim_end();
        let is_fenced = open.is_some();
        open = match open {
            Some(fence) if closes(line_end, fence) => None,
            Some(fence) => Some(fence),
            None => fence_of(line_end),
        };
        (line, start, is_fenced || open.is_some())
    })
}

/// The run of backticks or tildes that opens a block.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(' ');
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let (fence, label) = line.split_at(length);
    (length >= 3 && !label.contains('`')).then_some(fence)
}

fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim_start_matches(' ');
    line.starts_with(fence) && line.trim_start_matches(&fence[..1]).is_empty()
}

fn heading_of(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_heading = (1..=6).contains(&level) && (text.is_empty() || text.starts_with(' '));
    is_heading.then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece, pieces, sections};

    #[test]
    fn parts_a_statement_at_its_headings() {
        let text = "# Title\n\nStory.\n\n## Input\nA number.\n### Detail\nx\n## Output\n";
        let found = sections(text, 2);
        let headings: Vec<_> = found
            .iter()
            .map(|section| (section.level, section.heading))
            .collect();
        assert_eq!(headings, [(1, "Title"), (2, "Input"), (2, "Output")]);
        assert_eq!(found[0].body, "\nStory.\n\n");
        assert_eq!(found[1].body, "A number.\n### Detail\nx\n");
        assert_eq!(sections(text, 3).len(), 4);
    }

    #[test]
    fn a_hash_in_a_fence_is_no_heading() {
        let text = "# T\n```\n# not\n```\n~~~\n## nor\n~~~\n#nor this\n";
        assert_eq!(sections(text, 6).len(), 1);
    }

    #[test]
    fn keeps_the_bytes_of_fenced_blocks() {
        let text = "Input\n```text\n 1 2\n\n3\n```\nrest\n````\n```\n````";
        let expected = [
            Piece::Line("Input"),
            Piece::Fenced(" 1 2\n\n3\n"),
            Piece::Line("rest"),
            Piece::Fenced("```\n"),
        ];
        assert_eq!(pieces(text), expected);
    }

    #[test]
    fn an_open_fence_is_a_line() {
        assert_eq!(pieces("```\n1"), [Piece::Line("```"), Piece::Line("1")]);
    }

    proptest! {
        #[test]
        fn never_panics_and_loses_no_heading(text in "([#`~ a\n]|ä){0,80}") {
            let found = sections(&text, 6);
            let bodies: usize = found.iter().map(|section| section.body.len()).sum();
            prop_assert!(bodies <= text.len());
            pieces(&text);
        }
    }
}
