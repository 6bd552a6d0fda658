//! Reads the examples of a statement as the bytes that a program reads and prints.

mod argument;

use synthsmith_corpus::{Sample, Style};

use crate::markdown::{Piece, Section, pieces, sections};

/// What is wrong with the examples of a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleFault {
    #[error("example {number} has an input without an output")]
    NoOutput { number: usize },
    #[error("example {number} has an output without an input")]
    NoInput { number: usize },
    #[error("{heading:?} holds no fenced block")]
    NoBlock { heading: String },
    #[error("the input of example {number} is not a list of `name = JSON value`")]
    NotArguments { number: usize },
    #[error("the output of example {number} is not one JSON value")]
    NotAValue { number: usize },
    #[error("example {number} has other arguments than the first")]
    OtherArguments { number: usize },
    #[error("example {number} is empty")]
    Empty { number: usize },
}

/// The examples, in the order of the statement; each input and output ends with a line end.
pub fn samples(statement: &str, style: Style) -> Result<Vec<Sample>, SampleFault> {
    let samples = match style {
        Style::Codeforces => labelled(statement),
        Style::Atcoder => numbered(statement),
        Style::Leetcode => argument::samples(statement),
    }?;
    let is_empty = |sample: &Sample| sample.output.trim().is_empty();
    match samples.iter().position(is_empty) {
        Some(position) => Err(SampleFault::Empty {
            number: position + 1,
        }),
        None => Ok(samples),
    }
}

/// The names of the arguments that the first example of a `LeetCode` statement gives.
pub(crate) fn argument_names(statement: &str) -> Vec<&str> {
    argument::names(statement)
}

/// Codeforces: below a heading that begins with `Example`, blocks labelled `Input` and `Output`.
fn labelled(statement: &str) -> Result<Vec<Sample>, SampleFault> {
    let mut builder = SampleList::default();
    for section in example_sections(statement) {
        let mut label = None;
        for piece in pieces(section.body) {
            match piece {
                Piece::Line(line) => label = label_of(line).or(label),
                Piece::Fenced(body) => match label.take() {
                    Some(Label::Input) => builder.input(body)?,
                    Some(Label::Output) => builder.output(body)?,
                    None => {}
                },
            }
        }
    }
    builder.finish()
}

/// The sections of the second level that hold examples; deeper headings stay in their bodies.
pub(crate) fn example_sections(statement: &str) -> impl Iterator<Item = Section<'_>> {
    let sections = sections(statement, 2).into_iter();
    sections.filter(|section| section.level == 2 && section.heading.starts_with("Example"))
}

#[derive(Clone, Copy)]
enum Label {
    Input,
    Output,
}

/// `Input`, also as `**Input:**`, `### Input 2` or `Sample Input`.
fn label_of(line: &str) -> Option<Label> {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == ' ';
    let words: String = line.chars().filter(|&c| is_letter(c)).collect();
    match words.trim() {
        "Input" | "Sample Input" | "Example Input" => Some(Label::Input),
        "Output" | "Sample Output" | "Example Output" => Some(Label::Output),
        _ => None,
    }
}

/// `AtCoder`: sections `Sample Input k` and `Sample Output k`, the first block of each.
fn numbered(statement: &str) -> Result<Vec<Sample>, SampleFault> {
    let mut builder = SampleList::default();
    for section in sections(statement, 3) {
        if section.heading.starts_with("Sample Input") {
            builder.input(first_block(&section)?)?;
        } else if section.heading.starts_with("Sample Output") {
            builder.output(first_block(&section)?)?;
        }
    }
    builder.finish()
}

fn first_block<'a>(section: &Section<'a>) -> Result<&'a str, SampleFault> {
    let block = pieces(section.body)
        .into_iter()
        .find_map(|piece| match piece {
            Piece::Fenced(body) => Some(body),
            Piece::Line(_) => None,
        });
    block.ok_or_else(|| SampleFault::NoBlock {
        heading: section.heading.to_owned(),
    })
}

/// Pairs inputs with the outputs that follow them.
#[derive(Default)]
struct SampleList {
    samples: Vec<Sample>,
    open_input: Option<String>,
}

// === impl SampleList ===

impl SampleList {
    fn input(&mut self, body: &str) -> Result<(), SampleFault> {
        let open = self.open_input.replace(with_line_end(body));
        open.map_or(Ok(()), |_| {
            Err(SampleFault::NoOutput {
                number: self.number(),
            })
        })
    }

    fn output(&mut self, body: &str) -> Result<(), SampleFault> {
        let number = self.number();
        let input = self
            .open_input
            .take()
            .ok_or(SampleFault::NoInput { number })?;
        self.samples.push(Sample {
            input,
            output: with_line_end(body),
        });
        Ok(())
    }

    fn finish(self) -> Result<Vec<Sample>, SampleFault> {
        match self.open_input {
            Some(_) => Err(SampleFault::NoOutput {
                number: self.number(),
            }),
            None => Ok(self.samples),
        }
    }

    fn number(&self) -> usize {
        self.samples.len() + 1
    }
}

fn with_line_end(body: &str) -> String {
    let body = body.trim_end_matches('\n');
    format!("{body}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use synthsmith_corpus::{Sample, Style};

    use super::{SampleFault, samples};

    fn sample(input: &str, output: &str) -> Sample {
        Sample {
            input: input.to_owned(),
            output: output.to_owned(),
        }
    }

    #[test]
    fn reads_labelled_blocks_in_any_dress() {
        let plain = "Input\n\n```\n3\n1 2 3\n```\n\nOutput\n\n```\n6\n```\n";
        let bold = "**Input:**\n```text\n3\n1 2 3\n\n```\n**Output:**\n```\n6```\n6\n```\n";
        let headed = "### Input 1\n```\n3\n1 2 3\n```\n### Output 1\n```\n6\n```\n";
        for dress in [plain, headed] {
            let statement =
                format!("# T\n## Input\nx\n## Output\ny\n## Example\n{dress}{dress}## Note\nz");
            let expected = sample("3\n1 2 3\n", "6\n");
            assert_eq!(
                samples(&statement, Style::Codeforces),
                Ok(vec![expected.clone(), expected])
            );
        }
        let statement = format!("# T\n## Examples\n{bold}");
        let expected = sample("3\n1 2 3\n", "6```\n6\n");
        assert_eq!(samples(&statement, Style::Codeforces), Ok(vec![expected]));
    }

    #[test]
    fn an_input_needs_its_output() {
        let input = "Input\n```\n1\n```\n";
        let output = "Output\n```\n1\n```\n";
        for (body, fault) in [
            (
                format!("{input}{input}{output}"),
                SampleFault::NoOutput { number: 1 },
            ),
            (
                format!("{input}{output}{input}"),
                SampleFault::NoOutput { number: 2 },
            ),
            (output.to_owned(), SampleFault::NoInput { number: 1 }),
            (
                format!("{input}Output\n```\n\n```\n"),
                SampleFault::Empty { number: 1 },
            ),
        ] {
            let statement = format!("# T\n## Example\n{body}");
            assert_eq!(samples(&statement, Style::Codeforces), Err(fault), "{body}");
        }
    }

    #[test]
    fn reads_numbered_sections() {
        let statement = "# T\n## Sample Input 1\n\n```\n1\n```\n\n## Sample Output 1\n\n```\n2\n```\n\
                         Because.\n## Sample Input 2\n```\n3\n```\n## Sample Output 2\n```\n4\n```";
        let expected = vec![sample("1\n", "2\n"), sample("3\n", "4\n")];
        assert_eq!(samples(statement, Style::Atcoder), Ok(expected));
        let bare = "# T\n## Sample Input 1\n1\n";
        let fault = SampleFault::NoBlock {
            heading: "Sample Input 1".to_owned(),
        };
        assert_eq!(samples(bare, Style::Atcoder), Err(fault));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(## Example|## Sample Input|## Sample Output|Input|Output|: |```|x = |[0-9\\[\\],\" ]|\n){0,40}") {
            for style in Style::ALL {
                let _ = samples(&text, style);
            }
        }
    }
}
