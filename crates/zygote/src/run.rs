//! How a process becomes that of a run.

use crate::call::{self, Done};
use crate::letter::{FILES, send_id};

/// More than the runner lets a zygote open.
const MAX_OPEN_FILES: usize = 1024;

/// Gives it a session and files of its own and the program's user, and tells the runner, which it cannot reach any more
/// when this returns.
pub(crate) fn begin(control: usize, uid: usize, files: [usize; FILES]) -> Done {
    call::setsid()?;
    for (place, file) in files.into_iter().enumerate() {
        call::dup2(file, place)?;
    }
    call::set_group(uid)?;
    call::set_user(uid)?;
    // As after an exec: the program's files in /proc are its own.
    call::set_dumpable()?;
    send_id(control)?;
    close_from(FILES);
    Ok(())
}

fn close_from(first: usize) {
    if call::close_range(first).is_err() {
        // Kernels before 5.9.
        (first..MAX_OPEN_FILES).for_each(call::close);
    }
}
