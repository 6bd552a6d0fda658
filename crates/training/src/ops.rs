//! The operations of a decoder on slices, forward and backward, each checked against finite differences.
//!
//! All matrices are row-major and hold one token a row. A gradient that a caller accumulates (of a
//! weight, of an input that others read too) is added to; all others are written.

pub(crate) mod attention;
pub(crate) mod cross_entropy;
pub(crate) mod embedding;
pub(crate) mod heads;
pub(crate) mod linear;
pub(crate) mod rms_norm;
pub(crate) mod swiglu;

pub(crate) mod product;
pub(crate) mod vectors;

#[cfg(test)]
pub(crate) mod gradients;
