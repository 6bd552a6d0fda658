//! The instructions that a filter is made of.

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW,
    SECCOMP_RET_ERRNO, c_long, sock_filter,
};

// Offsets within `struct seccomp_data`; of arguments, the lower halves.
pub(super) const NUMBER: u32 = 0;
pub(super) const ARCHITECTURE: u32 = 4;
pub(super) const FIRST_ARGUMENT: u32 = 16;
pub(super) const SECOND_ARGUMENT: u32 = 24;
pub(super) const FOURTH_ARGUMENT: u32 = 40;

/// Allows the call where none of `flags` is set in the argument.
pub(super) fn without_flags(
    (call, argument): (c_long, u32),
    flags: u32,
    error: i32,
) -> [sock_filter; 5] {
    [
        branch(BPF_JEQ, call as u32, 0, 4),
        load(argument),
        branch(BPF_JSET, flags, 0, 1),
        answer(errno(error)),
        answer(SECCOMP_RET_ALLOW),
    ]
}

/// Allows the call where the argument has one value.
pub(super) fn only_for(
    (call, argument): (c_long, u32),
    value: u32,
    error: i32,
) -> [sock_filter; 5] {
    [
        branch(BPF_JEQ, call as u32, 0, 4),
        load(argument),
        branch(BPF_JEQ, value, 1, 0),
        answer(errno(error)),
        answer(SECCOMP_RET_ALLOW),
    ]
}

pub(super) const fn errno(number: i32) -> u32 {
    SECCOMP_RET_ERRNO | number as u32
}

pub(super) const fn load(offset: u32) -> sock_filter {
    sock_filter {
        code: (BPF_LD | BPF_W | BPF_ABS) as u16,
        jt: 0,
        jf: 0,
        k: offset,
    }
}

pub(super) const fn branch(test: u32, value: u32, if_true: u8, if_false: u8) -> sock_filter {
    sock_filter {
        code: (BPF_JMP | test | BPF_K) as u16,
        jt: if_true,
        jf: if_false,
        k: value,
    }
}

pub(super) const fn answer(value: u32) -> sock_filter {
    sock_filter {
        code: (BPF_RET | BPF_K) as u16,
        jt: 0,
        jf: 0,
        k: value,
    }
}
