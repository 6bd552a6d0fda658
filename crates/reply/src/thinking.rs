//! Parts reasoning from answer by the tags models put around them.

use crate::Part;

/// Tags around reasoning. Only the first two are also understood when the opening one is missing,
/// as chat templates that open the thinking themselves leave it.
const THINKING: [&str; 4] = ["think", "thinking", "thought", "reasoning"];
const MAY_LACK_OPENING: [&str; 2] = ["think", "thinking"];

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parted {
    pub(crate) reasoning: String,
    pub(crate) answer: String,
    pub(crate) breaks_off_in: Option<Part>,
}

/// One pass over the tags of `text`. An opening tag counts at the start of a line; a closing tag
/// without an opening one makes reasoning of all that stands before it.
pub(crate) fn part(text: &str) -> Parted {
    let mut reasoning = String::new();
    let mut answer = String::new();
    let mut open: Option<&str> = None;
    let mut from = 0;
    for tag in tags(text) {
        let before = &text[from..tag.start];
        match open {
            Some(name) if tag.closes(name) => {
                push(&mut reasoning, before);
                open = None;
            }
            None if tag.is_closing && MAY_LACK_OPENING.contains(&tag.name) => {
                push(&mut reasoning, &answer);
                answer.clear();
                push(&mut reasoning, before);
            }
            None if !tag.is_closing && starts_a_line(text, tag.start) => {
                answer.push_str(before);
                open = Some(tag.name);
            }
            _ => continue,
        }
        from = tag.end;
    }
    let rest = &text[from..];
    if open.is_some() {
        push(&mut reasoning, rest);
        return Parted {
            reasoning,
            answer,
            breaks_off_in: Some(Part::Reasoning),
        };
    }
    answer.push_str(rest);
    let (answer, breaks_off_in) = within_answer_tags(answer);
    Parted {
        reasoning,
        answer,
        breaks_off_in,
    }
}

/// What stands between the first `<answer>` at the start of a line and the last `</answer>`.
fn within_answer_tags(text: String) -> (String, Option<Part>) {
    const OPENING: &str = "<answer>";
    let mut openings = text.match_indices(OPENING);
    let Some((start, _)) = openings.find(|(start, _)| starts_a_line(&text, *start)) else {
        return (text, None);
    };
    let inner = &text[start + OPENING.len()..];
    match inner.rfind("</answer>") {
        Some(end) => (inner[..end].to_owned(), None),
        None => (inner.to_owned(), Some(Part::Answer)),
    }
}

fn push(reasoning: &mut String, more: &str) {
    let more = more.trim();
    if !reasoning.is_empty() && !more.is_empty() {
        reasoning.push_str("\n\n");
    }
    reasoning.push_str(more);
}

/// Whether only blanks stand before `at` on its line; at most a few are looked at, so that a line
/// of many tags costs no more than its length.
fn starts_a_line(text: &str, at: usize) -> bool {
    const MAX_BLANKS: usize = 16;
    for (count, byte) in text.as_bytes()[..at].iter().rev().enumerate() {
        match byte {
            b'\n' => return true,
            b' ' | b'\t' if count < MAX_BLANKS => {}
            _ => return false,
        }
    }
    true
}

struct Tag {
    name: &'static str,
    is_closing: bool,
    start: usize,
    end: usize,
}

impl Tag {
    fn closes(&self, name: &str) -> bool {
        self.is_closing && self.name == name
    }
}

fn tags(text: &str) -> impl Iterator<Item = Tag> + '_ {
    text.match_indices('<')
        .filter_map(move |(start, _)| tag_at(text, start))
}

fn tag_at(text: &str, start: usize) -> Option<Tag> {
    let after = &text.as_bytes()[start + 1..];
    let is_closing = after.first() == Some(&b'/');
    let named = &after[usize::from(is_closing)..];
    let name = THINKING.into_iter().find(|name| {
        let length = name.len();
        named.len() > length
            && named[..length].eq_ignore_ascii_case(name.as_bytes())
            && named[length] == b'>'
    })?;
    let end = start + 1 + usize::from(is_closing) + name.len() + 1;
    Some(Tag {
        name,
        is_closing,
        start,
        end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_by_every_kind_of_tag() {
        let table = [
            ("plain", "", "plain"),
            ("<think>a</think>b", "a", "b"),
            ("\n <THINK>a</think>b", "a", "b"),
            ("<thinking>a</thinking>\nb", "a", "b"),
            ("<reasoning>a</reasoning>b", "a", "b"),
            ("a</think>b", "a", "b"),
            ("<think>a</think>b\n<think>c</think>d", "a\n\nc", "b\nd"),
            ("<think>see </think> here</think>b", "see\n\nhere", "b"),
            ("I say `<think>` and go on", "", "I say `<think>` and go on"),
            ("a</reasoning>b", "", "a</reasoning>b"),
            ("<think></think>b", "", "b"),
            ("<think>a</think><answer>b</answer>", "a", "b"),
            ("so:\n<answer>b</answer> bye", "", "b"),
            ("x <answer>b</answer>", "", "x <answer>b</answer>"),
        ];
        for (text, reasoning, answer) in table {
            let parted = part(text);
            assert_eq!(
                (parted.reasoning.as_str(), parted.answer.trim()),
                (reasoning, answer),
                "{text:?}"
            );
            assert_eq!(parted.breaks_off_in, None, "{text:?}");
        }
    }

    #[test]
    fn notices_what_breaks_off() {
        let table = [
            ("<think>a", Part::Reasoning),
            ("<think>a</thinking>b", Part::Reasoning),
            ("<think>a</think>\n<answer>b", Part::Answer),
        ];
        for (text, part_name) in table {
            assert_eq!(part(text).breaks_off_in, Some(part_name), "{text:?}");
        }
    }

    #[test]
    fn reads_a_megabyte_of_tags_in_one_pass() {
        for tag in [
            "<think>",
            "</think>",
            "<think></think>",
            "<answer>",
            "<",
            " \t<think",
        ] {
            part(&tag.repeat((1 << 20) / tag.len()));
        }
    }
}
