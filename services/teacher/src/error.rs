//! Why a request gets no answer.

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the api key is missing or wrong")]
    WrongKey,
    #[error("the request body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the request is not a chat completion")]
    Malformed(#[source] serde_json::Error),
    #[error("{what} is not supported")]
    Unsupported { what: &'static str },
    #[error("there is no user message")]
    NoPrompt,
    #[error("too many requests, try again in {retry_after_seconds} s")]
    Busy { retry_after_seconds: u64 },
    #[error("the answer could not be made")]
    Broken,
    #[error("the answer took too long")]
    Hung,
}
