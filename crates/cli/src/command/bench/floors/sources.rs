//! The frozen sources of the floors, and the digest that they are known by.

use crate::command::bench::workload::{BITS_CPP, CSTDIO_CPP, SUM_PY, TESTS, tests};

/// Built into the command, so that what is measured is what the digest says.
const PROGRAMS: [(&str, &str); 6] = [
    (
        "floors.sh",
        include_str!("../../../../../../bench/floors/floors.sh"),
    ),
    (
        "exec.cpp",
        include_str!("../../../../../../bench/floors/exec.cpp"),
    ),
    (
        "zygote.py",
        include_str!("../../../../../../bench/floors/zygote.py"),
    ),
    ("sum.py", SUM_PY),
    ("bits.cpp", BITS_CPP),
    ("cstdio.cpp", CSTDIO_CPP),
];

/// Names and contents: the programs, and the tests that the workloads have too.
pub(in crate::command::bench) fn files() -> Vec<(String, Vec<u8>)> {
    let programs = PROGRAMS.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let mut files = programs.to_vec();
    for (index, test) in tests(TESTS).into_iter().enumerate() {
        files.push((format!("tests/{index}.in"), test.input));
        files.push((format!("tests/{index}.out"), test.expected_output));
    }
    files
}

/// BLAKE3 in hex over all of them.
pub(in crate::command::bench) fn digest() -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, content) in files() {
        for part in [name.as_bytes(), &content] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bands and published figures belong to these very sources. Who changes one records the bands anew and says so.
    const FROZEN: &str = "8212bf6886d0b36dae99f9427dd4f702dc4efaad21c31022d23a0498b8d15c22";

    #[test]
    fn the_floors_are_frozen() {
        assert_eq!(digest(), FROZEN);
    }
}
