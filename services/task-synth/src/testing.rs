//! Statements for the unit tests.

use synthsmith_corpus::Style;

const STORY: &str = "Mira sells apples from baskets that stand in a row. Tell her how many apples \
                     there are in all of her baskets together.";

/// A short statement without fault.
pub(crate) fn statement(style: Style) -> String {
    match style {
        Style::Codeforces => format!(
            "# Apple baskets\n\n{STORY}\n\n## Input\n\nThe number `n` of baskets, then `n` numbers.\n\n\
             ## Output\n\nOne number.\n\n## Example\n\nInput\n\n```\n3\n1 2 3\n```\n\nOutput\n\n\
             ```\n6\n```\n\nInput\n\n```\n1\n4\n```\n\nOutput\n\n```\n4\n```\n\n## Note\n\n1 + 2 + 3 = 6.\n"
        ),
        Style::Leetcode => format!(
            "# Apple baskets\n\n{STORY}\n\n## Input\n\nOne JSON value per line: `apples`.\n\n\
             ## Example 1\n\nInput: apples = [1, 2, 3]\nOutput: 6\n\n\
             ## Example 2\n\nInput: apples = [4]\nOutput: 4\n\n## Constraints\n\n- `1 <= apples.length <= 1000`\n"
        ),
        Style::Atcoder => format!(
            "# Apple baskets\n\n{STORY}\n\n## Constraints\n\n- `1 <= n <= 100000`\n\n## Input\n\n`n`, then `n` \
             numbers.\n\n## Output\n\nOne number.\n\n## Sample Input 1\n\n```\n3\n1 2 3\n```\n\n\
             ## Sample Output 1\n\n```\n6\n```\n\n## Sample Input 2\n\n```\n1\n4\n```\n\n\
             ## Sample Output 2\n\n```\n4\n```\n"
        ),
    }
}
