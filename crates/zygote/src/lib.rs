//! The loop in which a zygote forks a process for each run, once it has read the program.
//!
//! The script beside this, `zygote.py`, brings an interpreter to that point, and then enters the loop. In Python it would
//! cost about as much as a small program: every fork makes all pages of both processes read-only, and the interpreter writes
//! to dozens of them whatever it executes, at a page fault each.
//!
//! This is loaded into interpreters of any image, and so needs neither the C library nor Rust's own.

#![cfg_attr(not(test), no_std)]

mod call;
mod letter;
mod run;

use core::ffi::{c_int, c_void};

use call::{Failure, exit};
use letter::Letter;

/// What the loop has to know of the interpreter: the words that the script hands over, in this order.
#[derive(Debug)]
#[repr(C)]
pub struct Interpreter {
    /// The socket on which the runner asks for runs.
    control: usize,
    /// The program's user.
    uid: usize,
    /// Where the C library keeps the id of the thread.
    thread_id: *mut c_int,
    robust_list: *const c_void,
    robust_list_bytes: usize,
    before_fork: extern "C" fn(),
    after_fork_here: extern "C" fn(),
    after_fork_in_child: extern "C" fn(),
}

/// Returns in every process that shall execute the program, and nowhere else.
///
/// # Safety
///
/// The words are those of the interpreter that calls, which has a single thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn synthsmith_fork_runs(interpreter: &Interpreter) -> c_int {
    loop {
        let files = match letter::receive(interpreter.control) {
            Ok(Letter::Run(files)) => files,
            Ok(Letter::End) => exit(0),
            Err(_) => exit(1),
        };
        // SAFETY: as above.
        match unsafe { fork(interpreter) } {
            Ok(0) => {
                return match run::begin(interpreter.control, interpreter.uid, files) {
                    Ok(()) => 0,
                    Err(failure) => give_up(interpreter.control, &failure),
                };
            }
            Ok(_) => files.into_iter().for_each(call::close),
            Err(failure) => give_up(interpreter.control, &failure),
        }
    }
}

fn give_up(control: usize, failure: &Failure) -> ! {
    // Without the words, the runner sees that the socket was closed.
    let _ = letter::send_failure(control, failure);
    exit(1)
}

/// As the interpreter's own fork, but that the child is the runner's.
///
/// # Safety
///
/// The words are those of the interpreter that calls, which has a single thread.
unsafe fn fork(interpreter: &Interpreter) -> Result<usize, Failure> {
    (interpreter.before_fork)();
    // SAFETY: shares no memory; the child goes on with a copy of this stack, and its id is written where the C library
    // looks for it.
    let forked = unsafe { call::fork_for_parent(interpreter.thread_id) };
    if let Ok(0) = forked {
        // SAFETY: the list that the C library gave the kernel for the thread that is continued here.
        unsafe { call::set_robust_list(interpreter.robust_list, interpreter.robust_list_bytes) }?;
        (interpreter.after_fork_in_child)();
    } else {
        (interpreter.after_fork_here)();
    }
    forked
}

#[cfg(all(not(test), panic = "abort"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(70)
}
