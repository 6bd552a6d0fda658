//! What can be wrong with a field of a record.

/// Reads on after the name of the field.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    #[error("is missing")]
    Missing,
    #[error("is not {expected}")]
    WrongType { expected: &'static str },
    #[error("holds no JSON that can be read: {0}")]
    Json(serde_json::Error),
    #[error("is neither JSON nor Base64")]
    Base64,
    #[error("cannot be decompressed: {0}")]
    Compression(String),
    #[error("would decompress to more than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
    #[error("holds a pickle that is not one text: {0}")]
    Pickle(&'static str),
    #[error("holds text that is not UTF-8")]
    NotUtf8,
    #[error("is {found:?}, which is no date such as 2024-08-01T00:00:00")]
    Date { found: String },
    #[error("is {found:?}, which cannot be the name of a function")]
    NotAName { found: String },
    #[error("has tests that call a function, but `metadata` names none")]
    NoFunction,
    #[error(
        "has a test {test} that reads standard input, but `metadata` names the function {name:?}"
    )]
    NotACall { name: String, test: usize },
    #[error("has a test {test} of the unknown type {found:?}")]
    TestType { test: usize, found: String },
    #[error("has {inputs} inputs and {outputs} outputs")]
    LengthsDiffer { inputs: usize, outputs: usize },
    #[error("calls no function that `code` defines")]
    NoTestedFunction,
    #[error("has no tests")]
    NoTests,
    #[error("has {count} tests, more than {limit}")]
    TooManyTests { count: usize, limit: usize },
    #[error("has a test {test} whose {part} is not {expected}")]
    Test {
        test: usize,
        part: &'static str,
        expected: &'static str,
    },
    #[error("is empty")]
    Empty,
}
