//! The key of a question: equal questions find the same answer.

use std::fmt;

use crate::chat::Question;

/// Changes with the encoding, so that keys of different encodings never meet.
const ENCODING: &str = "synthsmith.gateway.answer.v1";

/// BLAKE3 over model, messages, sampling and sample number, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

// === impl Key ===

impl Key {
    /// Every text is preceded by its length, so that no two questions have one encoding.
    pub fn of(question: &Question) -> Self {
        let mut encoding = Encoding::default();
        encoding.text(ENCODING);
        encoding.text(&question.model);
        encoding.number(question.messages.len() as u64);
        for message in &question.messages {
            encoding.text(message.role.as_str());
            encoding.text(&message.content);
        }
        let sampling = &question.sampling;
        encoding.real(Some(sampling.temperature));
        encoding.real(sampling.top_p);
        encoding.number(u64::from(sampling.max_tokens));
        encoding.number(sampling.seed as u64);
        encoding.number(u64::from(question.sample_index));
        Self(encoding.0.finalize().to_hex().to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[derive(Default)]
struct Encoding(blake3::Hasher);

impl Encoding {
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    /// Adding zero makes the two zeros one.
    fn real(&mut self, real: Option<f64>) {
        self.number(u64::from(real.is_some()));
        self.number(real.map_or(0, |real| (real + 0.0).to_bits()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Message, Role, Sampling};

    fn question() -> Question {
        Question {
            model: "m".into(),
            messages: vec![message(Role::System, "ab"), message(Role::User, "c")],
            sampling: Sampling {
                temperature: 0.0,
                top_p: None,
                max_tokens: 5,
                seed: 1,
            },
            sample_index: 0,
        }
    }

    fn message(role: Role, content: &str) -> Message {
        Message {
            role,
            content: content.into(),
        }
    }

    #[test]
    fn stays_what_it_was() {
        assert_eq!(
            Key::of(&question()).as_str(),
            "14039946e1f7be74b877496555cbed91b4868c1bf9aee0ad1650ccc54ea68a21"
        );
    }

    #[test]
    fn differs_by_every_part() {
        let changes: [fn(&mut Question); 10] = [
            |q| q.model = "n".into(),
            |q| q.messages[0].role = Role::User,
            |q| q.messages = vec![message(Role::System, "a"), message(Role::User, "bc")],
            |q| q.messages.truncate(1),
            |q| q.sampling.temperature = 0.5,
            |q| q.sampling.top_p = Some(0.0),
            |q| q.sampling.max_tokens = 6,
            |q| q.sampling.seed = -1,
            |q| q.sample_index = 1,
            |q| q.messages[1].content.push(' '),
        ];
        let mut keys = vec![Key::of(&question())];
        for change in changes {
            let mut other = question();
            change(&mut other);
            let key = Key::of(&other);
            assert!(!keys.contains(&key), "{other:?}");
            keys.push(key);
        }
    }

    #[test]
    fn takes_the_two_zeros_for_one() {
        let mut negative = question();
        negative.sampling.temperature = -0.0;
        assert_eq!(Key::of(&negative), Key::of(&question()));
    }
}
