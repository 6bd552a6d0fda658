//! Fenced code blocks, by the rules of `CommonMark`, lists included.

/// A fenced block of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// What stands behind the opening fence.
    pub(crate) tag: &'a str,
    pub(crate) body: String,
    pub(crate) is_closed: bool,
}

struct Opening<'a> {
    marker: u8,
    length: usize,
    indent: usize,
    tag: &'a str,
}

/// All blocks of `text` in order; fences inside a longer or different fence are its content.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = text.split('\n');
    while let Some(line) = lines.next() {
        if let Some(opening) = opening(line) {
            blocks.push(block(&opening, &mut lines));
        }
    }
    blocks
}

fn block<'a>(opening: &Opening<'a>, lines: &mut std::str::Split<'_, char>) -> Block<'a> {
    let mut body = String::new();
    for line in lines {
        if closes(line, opening) {
            return Block {
                tag: opening.tag,
                body,
                is_closed: true,
            };
        }
        body.push_str(unindented(line, opening.indent));
        body.push('\n');
    }
    Block {
        tag: opening.tag,
        body,
        is_closed: false,
    }
}

fn opening(line: &str) -> Option<Opening<'_>> {
    let fence = after_list_markers(line);
    let marker = *fence
        .as_bytes()
        .first()
        .filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = run_length(fence, marker);
    let tag = fence[length..].trim();
    let is_inline_code = marker == b'`' && tag.contains('`');
    (length >= 3 && !is_inline_code).then_some(Opening {
        marker,
        length,
        indent: line.len() - fence.len(),
        tag,
    })
}

fn closes(line: &str, opening: &Opening<'_>) -> bool {
    let fence = line.trim_start_matches([' ', '\t']);
    let length = run_length(fence, opening.marker);
    let is_content_by_indent = line.len() - fence.len() > opening.indent + 3;
    length >= opening.length && !is_content_by_indent && fence[length..].trim().is_empty()
}

/// `line` without indentation and up to a few list markers (`-`, `3.`), which may precede a fence.
fn after_list_markers(line: &str) -> &str {
    const MAX_NESTED_LISTS: usize = 4;
    let mut rest = line.trim_start_matches([' ', '\t']);
    for _ in 0..MAX_NESTED_LISTS {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let markers: &[char] = if digits == 0 {
            &['-', '*', '+']
        } else {
            &['.', ')']
        };
        let Some(content) = rest[digits..].strip_prefix(markers) else {
            break;
        };
        let trimmed = content.trim_start_matches([' ', '\t']);
        if trimmed.len() == content.len() {
            break;
        }
        rest = trimmed;
    }
    rest
}

fn run_length(text: &str, marker: u8) -> usize {
    text.bytes().take_while(|byte| *byte == marker).count()
}

fn unindented(line: &str, indent: usize) -> &str {
    let blanks = line
        .bytes()
        .take(indent)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    &line[blanks..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> (String, String, bool) {
        let mut found = blocks(text);
        assert_eq!(found.len(), 1, "{text:?}");
        let block = found.remove(0);
        (block.tag.to_owned(), block.body, block.is_closed)
    }

    #[test]
    fn finds_the_block_of_every_kind_of_fence() {
        let table = [
            ("```\na\n```", "", "a\n"),
            ("x\n```py\na\n\nb\n```\ny", "py", "a\n\nb\n"),
            ("~~~py\n```\n~~~", "py", "```\n"),
            ("````py\n```\n````", "py", "```\n"),
            ("````py\na\n`````  ", "py", "a\n"),
            ("  ```py\n  if x:\n      y\n  ```", "py", "if x:\n    y\n"),
            ("1. ```py\n   a\n   ```", "py", "a\n"),
            ("- * ```py\n    a\n    ```", "py", "a\n"),
            ("```py\na\n    ```\n```", "py", "a\n    ```\n"),
            ("```py\n```js\n```", "py", "```js\n"),
        ];
        for (text, tag, body) in table {
            assert_eq!(
                only(text),
                (tag.to_owned(), body.to_owned(), true),
                "{text:?}"
            );
        }
    }

    #[test]
    fn knows_a_block_that_is_not_closed() {
        for text in ["```py\na", "````py\na\n```", "~~~\na\n```"] {
            assert!(!only(text).2, "{text:?}");
        }
    }

    #[test]
    fn takes_inline_code_for_no_block() {
        for text in ["``a``", "```a``` b", "a ```\nb", "-```\nb"] {
            assert_eq!(blocks(text), [], "{text:?}");
        }
    }
}
