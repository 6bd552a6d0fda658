//! Text into tokens and back.

mod caught;
mod stream;
mod train;

use std::fmt;
use std::sync::Arc;

use crate::error::{Cause, Error};
use caught::caught;

pub use stream::TextStream;

/// Ends a text; also used to pad.
pub const END_OF_TEXT: &str = "<|endoftext|>";
/// Begins a turn of a chat.
pub const IM_START: &str = "<|im_start|>";
/// Ends a turn of a chat.
pub const IM_END: &str = "<|im_end|>";

/// What a `tokenizer.json` describes. Cheap to clone.
#[derive(Clone)]
pub struct Tokenizer {
    inner: Arc<tokenizers::Tokenizer>,
    /// The highest token and one.
    size: usize,
}

// === impl Tokenizer ===

impl Tokenizer {
    /// Reads the text of a `tokenizer.json`.
    pub fn from_json(json: &str) -> Result<Self, Cause> {
        let inner = caught(|| {
            let mut inner: tokenizers::Tokenizer = json.parse()?;
            // A file may ask for cut or filled-up texts; neither is what was given.
            inner.with_truncation(None)?;
            inner.with_padding(None);
            Ok(inner)
        })?;
        let highest = inner.get_vocab(true).into_values().max();
        let size = highest.map_or(0, |id| id as usize + 1);
        if size == 0 {
            return Err("it has no tokens".into());
        }
        Ok(Self {
            inner: Arc::new(inner),
            size,
        })
    }

    /// The text of the `tokenizer.json`, the same for the same tokenizer.
    pub fn to_json(&self) -> Result<String, Error> {
        self.inner.to_string(true).map_err(Error::Encode)
    }

    /// The least `vocab_size` that a model with this tokenizer may have.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The id of a token, special or not.
    pub fn token_id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// The tokens of a text. Special tokens in it count as such; none are added.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        let encoding = caught(|| self.inner.encode_fast(text, false)).map_err(Error::Encode)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of tokens, without special ones. Bytes that are no UTF-8 become `U+FFFD`.
    pub fn decode(&self, tokens: &[u32]) -> Result<String, Error> {
        caught(|| self.inner.decode(tokens, true)).map_err(Error::Decode)
    }

    /// The text of tokens, special ones included.
    pub fn decode_with_special(&self, tokens: &[u32]) -> Result<String, Error> {
        caught(|| self.inner.decode(tokens, false)).map_err(Error::Decode)
    }
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Tokenizer");
        out.field("size", &self.size).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::tokenizer;

    #[test]
    fn special_tokens_are_one_token_each() {
        let tokenizer = tokenizer();
        let tokens = tokenizer.encode("<|im_start|>user<|im_end|>").unwrap();
        assert_eq!(tokens[0], tokenizer.token_id(IM_START).unwrap());
        assert_eq!(tokens.last().copied(), tokenizer.token_id(IM_END));
        assert_eq!(tokenizer.decode(&tokens).unwrap(), "user");
        let whole = tokenizer.decode_with_special(&tokens).unwrap();
        assert_eq!(whole, "<|im_start|>user<|im_end|>");
    }

    #[test]
    fn reads_what_it_writes() {
        let first = tokenizer();
        let json = first.to_json().unwrap();
        let second = Tokenizer::from_json(&json).unwrap();
        assert_eq!(second.to_json().unwrap(), json);
        assert_eq!(second.size(), first.size());
    }

    #[test]
    fn refuses_what_is_no_tokenizer() {
        let whole = tokenizer().to_json().unwrap();
        let half = &whole[..whole.len() / 2];
        for json in ["", "{}", "[]", "null", r#"{"model":{}}"#, half] {
            assert!(Tokenizer::from_json(json).is_err(), "{json}");
        }
    }

    #[test]
    fn unknown_tokens_do_not_stop_decoding() {
        assert_eq!(tokenizer().decode(&[u32::MAX]).unwrap(), "");
    }

    /// Changed at any place, a file is refused, or makes a tokenizer whose calls return.
    fn try_all(json: &str) {
        if let Ok(tokenizer) = Tokenizer::from_json(json) {
            let _ = tokenizer.encode("def f(x): return x + 1\u{301}");
            let _ = tokenizer.decode(&[0, 1, 299, u32::MAX]);
        }
    }

    #[test]
    fn a_file_with_parts_that_do_not_fit_ends_nothing() {
        let whole = tokenizer().to_json().unwrap();
        for normalizer in [
            r#"{"type":"Precompiled","precompiled_charsmap":"AAAAAAEC"}"#,
            r#"{"type":"Precompiled","precompiled_charsmap":"/////wAAAAA="}"#,
            r#"{"type":"Replace","pattern":{"Regex":"(a*)*b\\1"},"content":"x"}"#,
            r#"{"type":"Sequence","normalizers":[]}"#,
        ] {
            try_all(&whole.replacen(
                "\"normalizer\": null",
                &format!("\"normalizer\": {normalizer}"),
                1,
            ));
        }
    }

    proptest! {
        #[test]
        fn a_file_that_was_changed_ends_nothing(place in 0_usize..1 << 16, byte in 0x20_u8..0x7f) {
            let mut json = tokenizer().to_json().unwrap().into_bytes();
            let place = place % json.len();
            json[place] = byte;
            if let Ok(json) = String::from_utf8(json) {
                try_all(&json);
            }
        }

        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            prop_assume!(!text.contains("<|"));
            let tokenizer = tokenizer();
            let tokens = tokenizer.encode(&text).unwrap();
            prop_assert!(tokens.iter().all(|it| (*it as usize) < tokenizer.size()));
            prop_assert_eq!(tokenizer.decode(&tokens).unwrap(), text);
        }
    }
}
