//! Every language of the table as its users see it: functions called in it, and one more that only a row and an image
//! bring in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod javascript;
mod page;
mod verifier;
