//! What the teacher knows about algorithmic features: naming them in code, growing a tree of them, choosing among them.

pub(crate) mod choose;
pub(crate) mod evolve;
pub(crate) mod extract;
mod patterns;
mod tree;
mod vocabulary;

pub(crate) use tree::leaves;
