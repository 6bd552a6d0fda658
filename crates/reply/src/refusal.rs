//! Recognises a model that declines.

/// Longer answers are attempts, however they begin.
const MAX_REFUSAL_BYTES: usize = 1_000;
/// A refusal says so at once.
const MAX_PREAMBLE_CHARS: usize = 240;

const PHRASES: &[&str] = &[
    "i can't assist",
    "i can't comply",
    "i can't create",
    "i can't fulfill",
    "i can't generate",
    "i can't help",
    "i can't provide",
    "i can't share",
    "i can't write",
    "i cannot assist",
    "i cannot comply",
    "i cannot create",
    "i cannot fulfill",
    "i cannot generate",
    "i cannot help",
    "i cannot provide",
    "i cannot write",
    "i must decline",
    "i won't be able to",
    "i will not be able to",
    "i'm not able to",
    "i am not able to",
    "i'm unable to",
    "i am unable to",
    "i'm sorry, but",
    "i am sorry, but",
    "sorry, i can't",
    "sorry, i cannot",
    "as an ai",
    "against my guidelines",
    "抱歉，我",
    "我无法",
    "我不能",
];

pub(crate) fn is_refusal(answer: &str) -> bool {
    let holds_work = answer.contains("```") || answer.contains("~~~") || answer.contains("{\"");
    if answer.is_empty() || answer.len() > MAX_REFUSAL_BYTES || holds_work {
        return false;
    }
    let opening: String = answer.chars().take(MAX_PREAMBLE_CHARS).collect();
    let opening = opening.replace('\u{2019}', "'").to_lowercase();
    PHRASES.iter().any(|phrase| opening.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_refusal_from_an_attempt() {
        let table = [
            ("I'm sorry, but I can't help with that.", true),
            (
                "I\u{2019}m sorry, but I can\u{2019}t assist with that request.",
                true,
            ),
            ("Unfortunately, I am unable to solve this task.", true),
            (
                "As an AI language model, I do not write such programs.",
                true,
            ),
            ("抱歉，我无法完成这个请求。", true),
            ("", false),
            ("The answer is 42.", false),
            ("Sorry for the delay. The greedy choice is optimal.", false),
            (
                "I'm sorry, but first a remark.\n```python\nprint(1)\n```",
                false,
            ),
        ];
        for (answer, want) in table {
            assert_eq!(is_refusal(answer), want, "{answer:?}");
        }
    }

    #[test]
    fn takes_a_long_answer_for_an_attempt() {
        let long = format!(
            "I cannot help but admire this task. {}",
            "It is fine. ".repeat(100)
        );
        assert!(!is_refusal(&long));
    }
}
