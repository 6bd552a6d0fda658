//! Reads a prompt as text: which job its heading names, and what its slots hold.

use crate::ir::Style;
use crate::program::Language;

/// A prompt we can answer, with its slots borrowed from the text.
#[derive(Debug, PartialEq)]
pub(crate) enum Ask<'a> {
    Extract { program: &'a str, language: &'a str },
    Evolve { features: &'a str },
    Choose { features: &'a str },
    WriteTask { features: &'a str, style: Style },
    Solve { task: &'a str, language: Language },
    WriteInputs { task: &'a str, count: usize },
    WriteGenerator { task: &'a str },
}

/// More test inputs than this nobody asks for.
const MOST_INPUTS: usize = 100;

pub(crate) fn read(prompt: &str) -> Option<Ask<'_>> {
    let heading = prompt.trim_start().lines().next()?.trim_end();
    match heading.strip_prefix("# ")? {
        "Extract features" => {
            let (language, program) = slot_with(prompt, "program")?;
            Some(Ask::Extract { program, language })
        }
        "Evolve features" => slot(prompt, "features").map(|features| Ask::Evolve { features }),
        "Choose features" => slot(prompt, "features").map(|features| Ask::Choose { features }),
        "Write a task" => {
            let style = Style::from_name(slot(prompt, "style")?)?;
            slot(prompt, "features").map(|features| Ask::WriteTask { features, style })
        }
        "Solve a task" => {
            let language = Language::from_name(slot(prompt, "language")?)?;
            slot(prompt, "task").map(|task| Ask::Solve { task, language })
        }
        "Write test inputs" => {
            let count = slot(prompt, "count")?
                .trim()
                .parse()
                .ok()
                .filter(|count| *count <= MOST_INPUTS)?;
            slot(prompt, "task").map(|task| Ask::WriteInputs { task, count })
        }
        "Write an input generator" => slot(prompt, "task").map(|task| Ask::WriteGenerator { task }),
        _ => None,
    }
}

fn slot<'a>(prompt: &'a str, name: &str) -> Option<&'a str> {
    slot_with(prompt, name).map(|(_, text)| text)
}

/// The attribute text and the content of a slot: from a line that opens it to the last end tag.
///
/// Instructions may mention a tag inside a sentence, so only a tag that starts its line opens a slot.
fn slot_with<'a>(prompt: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let opening = format!("<{name}");
    let is_opening = |at: usize| {
        let starts_line = at == 0 || prompt[..at].ends_with('\n');
        starts_line && prompt[at + opening.len()..].starts_with(['>', ' '])
    };
    let (at, _) = prompt
        .match_indices(&opening)
        .find(|(at, _)| is_opening(*at))?;
    let (attributes, rest) = prompt[at + opening.len()..].split_once('>')?;
    let end = rest.rfind(&format!("</{name}>"))?;
    let attribute = attributes.split('"').nth(1).unwrap_or("");
    Some((attribute, rest[..end].trim_matches('\n')))
}

#[cfg(test)]
mod tests {
    use super::{Ask, read};
    use crate::ir::Style;
    use crate::program::Language;
    use proptest::prelude::*;

    #[test]
    fn reads_each_heading_with_its_slots() {
        let cases = [
            (
                "# Extract features\nRead it.\n<program language=\"python\">\nprint(1)\n</program>\n",
                Some(Ask::Extract {
                    program: "print(1)",
                    language: "python",
                }),
            ),
            (
                "# Evolve features\n<features>\n{}\n</features>",
                Some(Ask::Evolve { features: "{}" }),
            ),
            (
                "# Choose features\n<features>{}</features>",
                Some(Ask::Choose { features: "{}" }),
            ),
            (
                "# Write a task\n<features>\n{}\n</features>\n<style>atcoder</style>",
                Some(Ask::WriteTask {
                    features: "{}",
                    style: Style::Atcoder,
                }),
            ),
            (
                "# Solve a task\nThe slot <task> holds it.\n<task>\n# T\nx < y\n</task>\n<language>cpp17</language>",
                Some(Ask::Solve {
                    task: "# T\nx < y",
                    language: Language::Cpp,
                }),
            ),
            (
                "# Write test inputs\n<task>\nT\n</task>\n<count>15</count>",
                Some(Ask::WriteInputs {
                    task: "T",
                    count: 15,
                }),
            ),
            (
                "# Write an input generator\n<task>T</task>",
                Some(Ask::WriteGenerator { task: "T" }),
            ),
            (
                "# Write test inputs\n<task>T</task>\n<count>many</count>",
                None,
            ),
            ("# Write a poem\n<task>T</task>", None),
            ("Solve a task\n<task>T</task>", None),
            ("# Solve a task\n<task>T", None),
            ("", None),
        ];
        for (prompt, expected) in cases {
            assert_eq!(read(prompt), expected, "{prompt}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(# (Solve a task|Evolve features)\n)?[<>/a-z\"\n]{0,60}") {
            let _ = read(&text);
        }
    }
}
