//! Text as it grows, token by token.

use super::Tokenizer;
use crate::error::Error;

/// Tokens that are decoded again at each step, at most.
const WINDOW: usize = 16;
/// Tokens that stay: more than the three that a character without its end can have.
const KEPT: usize = 4;
const REPLACEMENT: char = '\u{FFFD}';

/// Decodes tokens one by one and never gives half a character.
#[derive(Debug, Clone)]
pub struct TextStream {
    tokenizer: Tokenizer,
    /// The last tokens. Some decoders need to know what comes before.
    tokens: Vec<u32>,
    /// Bytes of their text that were given.
    given: usize,
}

// === impl TextStream ===

impl TextStream {
    pub fn new(tokenizer: Tokenizer) -> Self {
        Self {
            tokenizer,
            tokens: Vec::new(),
            given: 0,
        }
    }

    /// The text that `token` completes; empty while a character lacks bytes.
    pub fn push(&mut self, token: u32) -> Result<String, Error> {
        self.tokens.push(token);
        let text = self.tokenizer.decode(&self.tokens)?;
        let settled = settled(&text);
        let new = text.get(self.given..settled).unwrap_or_default().to_owned();
        self.given = self.given.max(settled);
        if self.tokens.len() >= WINDOW {
            self.tokens.drain(..WINDOW - KEPT);
            self.given = self::settled(&self.tokenizer.decode(&self.tokens)?);
        }
        Ok(new)
    }

    /// What is still held back: bytes of a character that never came to its end.
    pub fn finish(&mut self) -> Result<String, Error> {
        let text = self.tokenizer.decode(&self.tokens)?;
        let new = text.get(self.given..).unwrap_or_default().to_owned();
        self.given = text.len();
        Ok(new)
    }
}

/// The length of what no further token changes: all but a character without its end.
fn settled(text: &str) -> usize {
    text.strip_suffix(REPLACEMENT).unwrap_or(text).len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::tokenizer;

    fn pieces(tokens: &[u32]) -> Vec<String> {
        let mut stream = TextStream::new(tokenizer());
        let mut pieces: Vec<String> = tokens.iter().map(|it| stream.push(*it).unwrap()).collect();
        pieces.push(stream.finish().unwrap());
        pieces
    }

    #[test]
    fn a_character_of_many_tokens_comes_at_once() {
        let tokens = tokenizer().encode("aé🦀b").unwrap();
        assert!(tokens.len() > 4);
        let pieces: Vec<String> = pieces(&tokens)
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect();
        assert_eq!(pieces, ["a", "é", "🦀", "b"]);
    }

    #[test]
    fn broken_bytes_do_not_hold_back_what_follows_for_ever() {
        let tokenizer = tokenizer();
        let crab = tokenizer.encode("🦀").unwrap();
        let broken = vec![crab[0]; 20];
        let shown = pieces(&broken);
        assert!(shown[..10].iter().any(|it| !it.is_empty()));
    }

    proptest! {
        #[test]
        fn the_pieces_make_up_the_text(text in any::<String>()) {
            prop_assume!(!text.contains("<|"));
            let tokens = tokenizer().encode(&text).unwrap();
            prop_assert_eq!(pieces(&tokens).concat(), text);
        }

        #[test]
        fn replacement_characters_in_the_text_are_characters(text in "[\u{FFFD}⳹a🦀]{0,40}") {
            let tokens = tokenizer().encode(&text).unwrap();
            prop_assert_eq!(pieces(&tokens).concat(), text);
        }

        #[test]
        fn tokens_at_random_never_panic(tokens in prop::collection::vec(any::<u16>(), 0..40)) {
            let tokens: Vec<u32> = tokens.into_iter().map(|it| u32::from(it) % 400).collect();
            let _ = pieces(&tokens);
        }
    }
}
