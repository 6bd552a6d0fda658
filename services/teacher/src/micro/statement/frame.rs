//! What stands around the question: the sections of each style in as few words as its rules allow.

use super::Sample;
use crate::ir::Style;

pub(super) const TITLE: &str = "# Numbers\n";

/// Everything between the question and the first example.
pub(super) fn rules(style: Style) -> &'static str {
    match style {
        Style::Codeforces => {
            "\n## Input\nOne line with 1 to 30 numbers from 0 to 20.\n## Output\nOne number, 0 for an empty list.\n## Example\n"
        }
        Style::Leetcode => {
            "\n## Input\n`nums`, one JSON value per line; 0 is printed for an empty list.\n"
        }
        Style::Atcoder => {
            "\n## Constraints\n- 1 to 30 numbers from 0 to 20\n## Input\nOne line.\n## Output\nOne number, 0 for an empty list.\n"
        }
    }
}

pub(super) fn sample(style: Style, number: usize, sample: &Sample) -> String {
    let Sample { input, output } = sample;
    match style {
        Style::Codeforces => format!("Input\n```\n{input}\n```\nOutput\n```\n{output}\n```\n"),
        Style::Leetcode => {
            format!("## Example {number}\nInput: nums = {input}\nOutput: {output}\n")
        }
        Style::Atcoder => format!(
            "## Sample Input {number}\n```\n{input}\n```\n## Sample Output {number}\n```\n{output}\n```\n"
        ),
    }
}

/// What follows the last example.
pub(super) fn ending(style: Style) -> &'static str {
    match style {
        Style::Codeforces | Style::Atcoder => "",
        Style::Leetcode => "## Constraints\n- 1 <= nums.length <= 30\n- 0 <= nums[i] <= 20\n",
    }
}
