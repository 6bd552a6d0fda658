//! What the verifier must judge, and what its verdict means.
//!
//! A [`Suite`] is made once per problem and is the same for all samples; [`program`] makes the program of one sample. The
//! semantics are those of `lcb_runner` (`testing_util.py`: `grade_stdio`, `grade_call_based`) and of `human_eval`
//! (`execution.py`), as far as programs in a sandbox can have them; `docs/evaluation.md` lists each difference.

mod checker;
mod options;
mod suite;

mod prelude;
mod program;
mod test_program;

mod class;

pub use checker::{Checker, Fidelity};
pub use class::grade;
pub use options::Options;
pub use program::program;
pub use suite::{Suite, suite};

/// BLAKE3 in hex of all that is put around solutions, and of the checker program.
pub fn fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [&prelude::line(), test_program::HARNESS, checker::LCB_RUNNER] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
