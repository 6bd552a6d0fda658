//! The words in which a task is put before a model that learnt from tasks like it.

/// What a task of a run of ours is asked by, where no more is said, and what its chats for SFT begin with: a model that
/// learnt from them is asked in words that it knows. `language` is its name for people.
pub fn question(statement: &str, language: &str) -> String {
    format!(
        "{}\n\nWrite a {language} program that reads standard input and prints the answer. Put it into one code block.",
        statement.trim_end()
    )
}
