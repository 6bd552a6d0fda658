//! What cannot be done is said in one sentence, with an exit code, and nothing is touched.

mod endpoint;
mod folders;
mod machine;
mod refused;
