//! System calls, of 64-bit x86.

use core::arch::asm;
use core::ffi::{c_int, c_void};
use core::num::NonZeroI32;

const CLOSE: usize = 3;
const DUP2: usize = 33;
const GETPID: usize = 39;
const SENDTO: usize = 44;
const RECVMSG: usize = 47;
const CLONE: usize = 56;
const SETSID: usize = 112;
const SETRESUID: usize = 117;
const SETRESGID: usize = 119;
const PRCTL: usize = 157;
const EXIT_GROUP: usize = 231;
const SET_ROBUST_LIST: usize = 273;
const CLOSE_RANGE: usize = 436;

const CLONE_PARENT: usize = 0x8000;
const CLONE_CHILD_CLEARTID: usize = 0x0020_0000;
const CLONE_CHILD_SETTID: usize = 0x0100_0000;
const SIGCHLD: usize = 17;
const PR_SET_DUMPABLE: usize = 4;
const MSG_NOSIGNAL: usize = 0x4000;

pub(crate) const EINTR: i32 = 4;

/// A call that the kernel refused, with the number of its error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) call: &'static str,
    pub(crate) number: NonZeroI32,
}

pub(crate) type Done<T = ()> = Result<T, Failure>;

/// # Safety
///
/// As of the call of that number.
unsafe fn call(name: &'static str, number: usize, words: [usize; 5]) -> Done<usize> {
    let [first, second, third, fourth, fifth] = words;
    let result: isize;
    // SAFETY: the kernel changes these three registers and the memory that the caller answers for. No call here takes a
    // sixth word, but each finds it zero.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            in("r8") fifth,
            in("r9") 0,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    match NonZeroI32::new(-result as i32) {
        Some(number) if result < 0 => Err(Failure { call: name, number }),
        _ => Ok(result as usize),
    }
}

/// Forks; the child's parent is the caller's. No memory is shared.
///
/// # Safety
///
/// `thread_id` is where the C library keeps the id of the calling thread.
pub(crate) unsafe fn fork_for_parent(thread_id: *mut c_int) -> Done<usize> {
    let flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
    // SAFETY: without a new stack, and with memory of its own, the child goes on as after a fork.
    unsafe { call("clone", CLONE, [flags, 0, 0, thread_id.addr(), 0]) }
}

/// # Safety
///
/// `head` is the calling thread's list, in memory that outlives the thread.
pub(crate) unsafe fn set_robust_list(head: *const c_void, size_bytes: usize) -> Done {
    // SAFETY: as above.
    let done = unsafe {
        call(
            "set_robust_list",
            SET_ROBUST_LIST,
            [head.addr(), size_bytes, 0, 0, 0],
        )
    };
    done.map(drop)
}

/// Receives one message into what `header`, a `struct msghdr`, points to.
///
/// # Safety
///
/// It points to memory that may be written, or to nothing.
pub(crate) unsafe fn recvmsg<T>(socket: usize, header: &mut T) -> Done<usize> {
    let header = core::ptr::from_mut(header).expose_provenance();
    // SAFETY: as above.
    unsafe { call("recvmsg", RECVMSG, [socket, header, 0, 0, 0]) }
}

pub(crate) fn send(socket: usize, message: &[u8]) -> Done {
    let start = message.as_ptr().expose_provenance();
    // SAFETY: the kernel reads the message.
    let sent = unsafe {
        call(
            "sendto",
            SENDTO,
            [socket, start, message.len(), MSG_NOSIGNAL, 0],
        )
    };
    sent.map(drop)
}

pub(crate) fn getpid() -> usize {
    numbers("getpid", GETPID, [0; 3]).unwrap_or(0)
}

pub(crate) fn close(file: usize) {
    // Whatever it answers, the file is closed.
    let _ = numbers("close", CLOSE, [file, 0, 0]);
}

pub(crate) fn dup2(file: usize, place: usize) -> Done {
    numbers("dup2", DUP2, [file, place, 0]).map(drop)
}

pub(crate) fn setsid() -> Done {
    numbers("setsid", SETSID, [0; 3]).map(drop)
}

/// All three ids of the group.
pub(crate) fn set_group(gid: usize) -> Done {
    numbers("setresgid", SETRESGID, [gid; 3]).map(drop)
}

/// All three ids of the user.
pub(crate) fn set_user(uid: usize) -> Done {
    numbers("setresuid", SETRESUID, [uid; 3]).map(drop)
}

pub(crate) fn set_dumpable() -> Done {
    numbers("prctl", PRCTL, [PR_SET_DUMPABLE, 1, 0]).map(drop)
}

pub(crate) fn close_range(first: usize) -> Done {
    numbers("close_range", CLOSE_RANGE, [first, u32::MAX as usize, 0]).map(drop)
}

pub(crate) fn exit(code: usize) -> ! {
    loop {
        let _ = numbers("exit_group", EXIT_GROUP, [code, 0, 0]);
    }
}

/// Calls that take numbers only, and so touch no memory.
fn numbers(name: &'static str, number: usize, [first, second, third]: [usize; 3]) -> Done<usize> {
    // SAFETY: as above.
    unsafe { call(name, number, [first, second, third, 0, 0]) }
}
