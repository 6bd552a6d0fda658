//! Keeps the places in which programs are built and run: what a test may write is gone before the next one, and what
//! it runs it cannot write.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use synthsmith_runner_protocol::paths::{
    BUILD_DIR, BUILT_PROGRAM, PROGRAM, SCRATCH_DIR, SOURCE_DIR,
};
use synthsmith_runner_protocol::{Caps, Ending};

use crate::error::{During, Error};
use crate::launch::Start;
use crate::supervise::{Bench, supervise};
use crate::{sweep, wire};

pub(crate) const RUNNER: &str = "/runner";
/// Where a program could leave files, if the container has them.
const WRITABLE: [&str; 2] = [SCRATCH_DIR, "/dev/shm"];
/// Pieces in which a program is passed on.
const PIECE_BYTES: usize = 128 * 1024;
const MAX_PROGRAM_BYTES: u64 = 64 * 1024 * 1024;

/// Caps of the processes that put a program's files in order.
pub(crate) const SWEEP_CAPS: Caps = Caps {
    cpu_time: Duration::from_secs(20),
    wall_time: Duration::from_mins(1),
    memory_bytes: u64::MAX,
    processes: 8,
    output_bytes: 0,
    file_bytes: 0,
};

/// Writes the source where everyone can read it and only the runner could change it.
pub(crate) fn place_source(file_name: &str, source: &[u8]) -> Result<(), Error> {
    if file_name.is_empty() || file_name.contains('/') || file_name.starts_with('.') {
        return Err(Error::OutOfTurn("a plain file name"));
    }
    fs::create_dir(SOURCE_DIR).during("create the directory of the source")?;
    let path = Path::new(SOURCE_DIR).join(file_name);
    fs::write(&path, source).during("write the source")?;
    fs::set_permissions(&path, Permissions::from_mode(0o444)).during("protect the source")
}

/// Puts a file beside the source, for compilers that are told to include it and interpreters that import it. One with
/// the source's own name has no place there.
pub(crate) fn place_beside_source(source: &str, path: &str, mut file: File) -> Result<(), Error> {
    if path == source {
        return Ok(());
    }
    let path = Path::new(SOURCE_DIR).join(path);
    let mut placed = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(SOURCE_DIR)))?;
        let mut copy = File::create_new(&path)?;
        io::copy(&mut file, &mut copy)?;
        copy.set_permissions(Permissions::from_mode(0o444))
    };
    placed().during("place a file beside the source")
}

/// Lets the compiler's user write in a directory of its own.
pub(crate) fn open_build_dir() -> Result<(), Error> {
    DirBuilder::new()
        .mode(0o777)
        .create(BUILD_DIR)
        .during("create the build directory")?;
    fs::set_permissions(BUILD_DIR, Permissions::from_mode(0o777)).during("open the build directory")
}

/// Removes what the compiler's user left.
pub(crate) fn close_build_dir(bench: &Bench<'_>, compiler_uid: u32) -> Result<(), Error> {
    empty(bench, compiler_uid, &[BUILD_DIR])?;
    fs::remove_dir(BUILD_DIR).during("remove the build directory")
}

/// Empties all places in which the user `uid` could have written.
pub(crate) fn empty_scratch(bench: &Bench<'_>, uid: u32) -> Result<(), Error> {
    empty(bench, uid, &WRITABLE)
}

/// Stores a program that was built before, as one that only the runner can write. Returns its size.
pub(crate) fn place_program(program: impl Read) -> Result<u64, Error> {
    make_program_dir()?;
    copy(program).during("store the program")
}

/// Passes on the program in pieces.
pub(crate) fn read_program(mut take: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
    let mut program = File::open(PROGRAM).during("open the program")?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match program.read(&mut piece).during("read the program")? {
            0 => return Ok(()),
            length => take(&piece[..length])?,
        }
    }
}

fn make_program_dir() -> Result<(), Error> {
    match Path::new(PROGRAM).parent() {
        Some(parent) => fs::create_dir(parent).during("create the directory of the program"),
        None => Ok(()),
    }
}

/// Copies the built program to a place that only the runner can write. Returns its size; `None`: there is no such
/// program.
pub(crate) fn take_program() -> Result<Option<u64>, Error> {
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(BUILT_PROGRAM);
    let Ok(built) = opened else { return Ok(None) };
    let metadata = built.metadata().during("look at the built program")?;
    if !metadata.is_file() || metadata.len() > MAX_PROGRAM_BYTES {
        return Ok(None);
    }
    make_program_dir()?;
    copy(built.take(MAX_PROGRAM_BYTES))
        .during("copy the built program")
        .map(Some)
}

fn copy(mut built: impl Read) -> io::Result<u64> {
    let mut program = File::create(PROGRAM)?;
    let size_bytes = io::copy(&mut built, &mut program)?;
    program.set_permissions(Permissions::from_mode(0o555))?;
    Ok(size_bytes)
}

fn empty(bench: &Bench<'_>, uid: u32, directories: &[&'static str]) -> Result<(), Error> {
    let full: Vec<&'static str> = directories
        .iter()
        .copied()
        .filter(|directory| has_entries(directory))
        .collect();
    if full.is_empty() {
        return Ok(());
    }
    let argv: Vec<String> = [RUNNER, sweep::VERB]
        .iter()
        .chain(&full)
        .map(ToString::to_string)
        .collect();
    let start = Start {
        argv: &argv,
        environment: &[],
        directory: "/",
        uid,
        caps: &SWEEP_CAPS,
        input: wire::empty_input()?,
        attached: Vec::new(),
        ends_when_still: false,
    };
    let report = supervise(bench, start, &mut |_| Ok(()))?;
    match full.into_iter().find(|directory| has_entries(directory)) {
        None if report.ending == Ending::Exited(0) => Ok(()),
        left => Err(Error::NotEmptied(left.unwrap_or(SCRATCH_DIR))),
    }
}

fn has_entries(directory: &str) -> bool {
    fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some())
}
