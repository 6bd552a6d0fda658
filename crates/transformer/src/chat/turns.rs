//! Chats as rows for training.

use super::{ASSISTANT, Message};
use crate::error::Error;
use crate::folder::Text;

/// The tokens of a chat, and which of them are the model's to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turns {
    pub tokens: Vec<u32>,
    /// For each token, whether it belongs to an answer; the token that ends it does.
    pub is_answer: Vec<bool>,
}

impl Text {
    /// The tokens of a chat with its answers, for training.
    ///
    /// Texts are cut where an answer begins, so that what comes before has the tokens that
    /// [`Text::encode_chat`] gives when the model is asked.
    pub fn encode_turns(&self, messages: &[Message]) -> Result<Turns, Error> {
        let mut turns = Turns::default();
        let mut done = String::new();
        for (index, message) in messages.iter().enumerate() {
            if message.role != ASSISTANT {
                continue;
            }
            let opened = self
                .template
                .render(&messages[..index], true, &self.special)?;
            let whole = self
                .template
                .render(&messages[..=index], false, &self.special)?;
            let question = rest(&opened, &done)?;
            let (answer, _) = self.split_answer(rest(&whole, &opened)?)?;
            turns.extend(&self.tokenizer.encode(question)?, false);
            turns.extend(&self.tokenizer.encode(answer)?, true);
            done = opened + answer;
        }
        let whole = self.template.render(messages, false, &self.special)?;
        turns.extend(&self.tokenizer.encode(rest(&whole, &done)?)?, false);
        Ok(turns)
    }

    /// An answer with its end token, and what the template puts behind it.
    fn split_answer<'a>(&self, text: &'a str) -> Result<(&'a str, &'a str), Error> {
        let eos = self.special.eos.as_deref().filter(|it| !it.is_empty());
        let eos = eos.ok_or(Error::Turns("the tokenizer names no `eos_token`"))?;
        let start = text.rfind(eos);
        let start = start.ok_or(Error::Turns("it puts no `eos_token` behind an answer"))?;
        Ok(text.split_at(start + eos.len()))
    }
}

/// What a template adds to what it gave before.
fn rest<'a>(text: &'a str, before: &str) -> Result<&'a str, Error> {
    let message = "it gives earlier turns another text once later ones follow";
    text.strip_prefix(before).ok_or(Error::Turns(message))
}

// === impl Turns ===

impl Turns {
    fn extend(&mut self, tokens: &[u32], is_answer: bool) {
        self.tokens.extend_from_slice(tokens);
        self.is_answer.resize(self.tokens.len(), is_answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ChatTemplate;
    use crate::testing::text;

    fn chat() -> Vec<Message> {
        vec![
            Message::new("user", "add 1"),
            Message::new(ASSISTANT, "return x + 1"),
            Message::new("user", "add 2"),
            Message::new(ASSISTANT, "return x + 2"),
        ]
    }

    fn answers(text: &Text, turns: &Turns) -> String {
        let rows = turns.tokens.iter().zip(&turns.is_answer);
        let answer: Vec<u32> = rows
            .filter(|(_, it)| **it)
            .map(|(token, _)| *token)
            .collect();
        text.tokenizer.decode_with_special(&answer).unwrap()
    }

    #[test]
    fn answers_and_their_ends_are_the_models_to_say() {
        let text = text();
        let turns = text.encode_turns(&chat()).unwrap();
        let expected = "return x + 1<|im_end|>return x + 2<|im_end|>";
        assert_eq!(answers(&text, &turns), expected);
        assert_eq!(turns.tokens.len(), turns.is_answer.len());
        let whole = text.template.render(&chat(), false, &text.special).unwrap();
        let decoded = text.tokenizer.decode_with_special(&turns.tokens).unwrap();
        assert_eq!(decoded, whole);
    }

    #[test]
    fn a_question_has_the_tokens_it_has_when_the_model_is_asked() {
        let text = text();
        let asked = text.encode_chat(&chat()[..1]).unwrap();
        let turns = text.encode_turns(&chat()[..2]).unwrap();
        assert_eq!(turns.tokens[..asked.len()], asked);
        let first = turns.is_answer.iter().position(|it| *it);
        assert_eq!(first, Some(asked.len()));
    }

    #[test]
    fn a_chat_without_an_answer_has_none() {
        let text = text();
        let turns = text.encode_turns(&chat()[..1]).unwrap();
        assert!(!turns.is_answer.contains(&true));
        assert_eq!(text.encode_turns(&[]).unwrap(), Turns::default());
    }

    #[test]
    fn templates_that_cannot_be_trained_on_are_refused() {
        let cases = [
            ("{{ messages | length }}", "another text"),
            (
                "{% for message in messages %}{{ message.content }}{% endfor %}",
                "no `eos_token` behind an answer",
            ),
        ];
        for (source, problem) in cases {
            let template = ChatTemplate::new(source).unwrap();
            let text = Text { template, ..text() };
            let error = text.encode_turns(&chat()).unwrap_err();
            assert!(error.to_string().contains(problem), "{error}");
        }
    }
}
