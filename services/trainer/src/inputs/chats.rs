//! Rows of chats, as JSON Lines.

use std::path::Path;

use serde::Deserialize;
use synthsmith_transformer::chat::Message;

use super::Error;
use super::lines;

/// A conversation that ends with what is to be learnt.
pub(crate) type Chat = Vec<Message>;

#[derive(Deserialize)]
struct Row {
    messages: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    role: String,
    content: String,
}

/// All rows of a file; lines without anything are passed over.
pub(crate) fn read(path: &Path) -> Result<Vec<Chat>, Error> {
    let mut chats = Vec::new();
    lines::each(path, |line| {
        chats.push(chat(line)?);
        Ok(())
    })?;
    Ok(chats)
}

/// How many rows a file has.
pub(super) fn count(path: &Path) -> Result<u64, Error> {
    lines::each(path, |line| chat(line).map(drop))
}

fn chat(line: &[u8]) -> Result<Chat, String> {
    let row: Row = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let Some(last) = row.messages.last() else {
        return Err("has no messages".to_owned());
    };
    if last.role != "assistant" {
        return Err(format!(
            "ends with the role {:?}; the last one must be \"assistant\", whose content is learnt",
            last.role.chars().take(40).collect::<String>()
        ));
    }
    if last.content.is_empty() {
        return Err("ends with an empty content: there is nothing to learn".to_owned());
    }
    let turns = row.messages.into_iter();
    Ok(turns
        .map(|turn| Message::new(turn.role, turn.content))
        .collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read_text(text: &str) -> Result<Vec<Chat>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.jsonl");
        fs::write(&path, text).unwrap();
        let chats = read(&path).map_err(|error| error.to_string());
        assert_eq!(
            count(&path).ok(),
            chats.as_ref().ok().map(|chats| chats.len() as u64)
        );
        chats
    }

    #[test]
    fn rows_are_chats_that_end_with_an_answer() {
        let row = r#"{"messages":[{"role":"user","content":"1+1"},{"role":"assistant","content":"2"}],"id":7}"#;
        let chats = read_text(&format!("{row}\n\n{row}")).unwrap();
        let expected = [Message::new("user", "1+1"), Message::new("assistant", "2")];
        assert_eq!(chats, [expected.clone(), expected]);
    }

    #[test]
    fn what_is_no_row_is_named_by_its_line() {
        let good = r#"{"messages":[{"role":"assistant","content":"2"}]}"#;
        let table = [
            ("{", "line 2: EOF"),
            ("[]", "line 2: "),
            (r#"{"messages":[]}"#, "line 2: has no messages"),
            (
                r#"{"messages":[{"role":"user","content":"x"}]}"#,
                "line 2: ends with the role \"user\"",
            ),
            (
                r#"{"messages":[{"role":"assistant","content":""}]}"#,
                "line 2: ends with an empty content",
            ),
            (
                r#"{"messages":[{"role":"assistant","content":7}]}"#,
                "line 2: invalid type",
            ),
        ];
        for (line, problem) in table {
            let error = read_text(&format!("{good}\n{line}\n")).unwrap_err();
            assert!(error.starts_with(problem), "{line}: {error}");
        }
        assert_eq!(
            read_text("\n \n").unwrap_err(),
            "there is no row in the data"
        );
    }
}
