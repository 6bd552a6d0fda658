//! Chats as rows of tokens.

use synthsmith_training::Row;
use synthsmith_transformer::Text;

use crate::backend::Failure;
use crate::inputs::chats::Chat;

/// A row for each chat, of which the answers are learnt.
pub(super) fn encoded(text: &Text, chats: &[Chat]) -> Result<Vec<Row>, Failure> {
    let encode = |chat: &Chat| {
        let turns = text.encode_turns(chat)?;
        Ok(Row {
            tokens: turns.tokens,
            learned: turns.is_answer,
        })
    };
    let rows: Result<_, synthsmith_transformer::Error> = chats.iter().map(encode).collect();
    rows.map_err(|error| Failure::fatal(&error))
}
