//! Byte-level BPE, trained on texts.
//!
//! Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016), over bytes
//! as in GPT-2; texts are split as Qwen2 splits them, digit by digit.

use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{
    AddedToken, NormalizerWrapper, PreTokenizerWrapper, SplitDelimiterBehavior, TokenizerBuilder,
};

use super::{END_OF_TEXT, IM_END, IM_START, Tokenizer};
use crate::error::{Cause, Error};

/// Contractions, words, single digits, punctuation, line ends, white space.
const PATTERN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const SPECIAL: [&str; 3] = [END_OF_TEXT, IM_START, IM_END];
/// One token for each byte, and the special ones.
const MIN_SIZE: usize = 256 + SPECIAL.len();
const MAX_SIZE: usize = 1 << 20;

impl Tokenizer {
    /// Trains on texts. The same texts give the same tokenizer, byte for byte.
    ///
    /// It may stay below `vocab_size` where the texts have too few pairs to merge.
    pub fn train<'a>(
        texts: impl Iterator<Item = &'a str> + Send,
        vocab_size: usize,
    ) -> Result<Self, Error> {
        let fail = |problem: String| Error::TrainTokenizer {
            vocab_size,
            problem,
        };
        if !(MIN_SIZE..=MAX_SIZE).contains(&vocab_size) {
            return Err(fail(format!("it must be {MIN_SIZE} to {MAX_SIZE}")));
        }
        let json = train(texts, vocab_size).map_err(|it| fail(it.to_string()))?;
        Self::from_json(&json).map_err(|it| fail(it.to_string()))
    }
}

fn train<'a>(
    texts: impl Iterator<Item = &'a str> + Send,
    vocab_size: usize,
) -> Result<String, Cause> {
    let pattern = SplitPattern::Regex(PATTERN.to_owned());
    let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false)?;
    let bytes = ByteLevel::new(false, true, false);
    let pieces: [PreTokenizerWrapper; 2] = [split.into(), bytes.into()];
    let mut tokenizer = TokenizerBuilder::default()
        .with_model(BPE::default())
        .with_normalizer(None::<NormalizerWrapper>)
        .with_pre_tokenizer(Some(Sequence::new(pieces.into())))
        .with_post_processor(Some(bytes))
        .with_decoder(Some(bytes))
        .build()?;
    let special = SPECIAL.map(|token| AddedToken::from(token, true));
    let mut trainer = BpeTrainer::builder()
        .show_progress(false)
        .vocab_size(vocab_size)
        .min_frequency(2)
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .special_tokens(special.into())
        .build();
    tokenizer.train(&mut trainer, texts)?;
    tokenizer.to_string(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TEXTS;

    #[test]
    fn the_same_texts_give_the_same_bytes() {
        let train = || Tokenizer::train(TEXTS.into_iter(), 280).unwrap().to_json();
        let first = train().unwrap();
        for _ in 0..5 {
            assert!(train().unwrap() == first);
        }
    }

    #[test]
    fn merges_what_is_frequent_and_splits_digits() {
        let tokenizer = Tokenizer::train(TEXTS.into_iter(), 280).unwrap();
        assert_eq!(tokenizer.size(), 280);
        let count = |text: &str| tokenizer.encode(text).unwrap().len();
        assert!(count("return") < 6);
        assert_eq!(count("12345"), 5);
    }

    #[test]
    fn few_texts_give_a_smaller_tokenizer() {
        let tokenizer = Tokenizer::train(std::iter::once("ab ab"), 400).unwrap();
        assert!((MIN_SIZE..300).contains(&tokenizer.size()));
        let empty = Tokenizer::train(std::iter::empty(), 400).unwrap();
        assert_eq!(empty.size(), MIN_SIZE);
    }

    #[test]
    fn refuses_a_size_without_room_for_the_bytes() {
        for size in [0, 258, usize::MAX] {
            let error = Tokenizer::train(TEXTS.into_iter(), size).unwrap_err();
            assert!(error.to_string().contains("must be 259 to 1048576"));
        }
    }
}
