//! Reads what a language model's reply holds: its reasoning, its one program, its one JSON object.
//!
//! [`Reply::read`] parts the reasoning from the answer; [`Reply::code_block`] and
//! [`Reply::json_object`] then take exactly one thing out of the answer, or say why they cannot.
//! A reply is hostile text: everything is bounded, read in one pass, and nothing is ever repaired,
//! guessed or completed, since a wrong guess would silently become a datum.

mod reply;

mod thinking;

mod code;
mod fence;

mod json;
mod strict;

mod refusal;

mod error;

pub use code::{Language, MAX_CODE_BYTES};
pub use error::{Error, Part};
pub use json::{MAX_JSON_BYTES, MAX_JSON_DEPTH};
pub use reply::Reply;
