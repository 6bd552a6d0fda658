//! Calls of a library that panics at some files and texts.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Cause;

/// What `work` gives; if it panics, an error like any other, since the fault is in what it was given. What it had at hand
/// must be as it was, or not be used again.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T, Cause>) -> Result<T, Cause> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let words = words(panic.as_ref());
        Err(format!("the tokenizer broke down: {words}").into())
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it does not say why")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_words() {
        let number = 7;
        for (work, said) in [
            (caught::<()>(|| panic!("index {number}")), "index 7"),
            (caught(|| panic!("plain")), "plain"),
            (caught(|| std::panic::panic_any(7)), "does not say why"),
            (caught(|| Err("an error".into())), "an error"),
        ] {
            assert!(work.unwrap_err().to_string().contains(said), "{said}");
        }
        assert_eq!(caught(|| Ok(1)).unwrap(), 1);
    }
}
