//! Names the places inside the sandbox that language rows refer to.

/// Holds the source, read-only to everything but the runner.
pub const SOURCE_DIR: &str = "/box/src";
/// Working directory of the compiler.
pub const BUILD_DIR: &str = "/box/build";
/// Where the compiler leaves the program.
pub const BUILT_PROGRAM: &str = "/box/build/program";
/// Where the runner keeps its own copy, which no test can write.
pub const PROGRAM: &str = "/box/bin/program";
/// Working directory of a test, emptied after each.
pub const SCRATCH_DIR: &str = "/tmp";
