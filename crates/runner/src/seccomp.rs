//! Denies the system calls that no solution needs: doors to the kernel, and ways to leave state behind.
//!
//! The filter stacks upon the engine's own, which is an allow list; the stricter answer wins.

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW,
    SECCOMP_RET_ERRNO, c_long, sock_filter,
};

const AUDIT_ARCH_X86_64: u32 = 0xC000_003E;
const X32_BIT: u32 = 0x4000_0000;
// Offsets within `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const FIRST_ARGUMENT: u32 = 16;

const DENIED: &[c_long] = &[
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    // Large attack surfaces.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_seccomp,
    libc::SYS_personality,
    // Keys outlive processes.
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // So do System V and POSIX message queues, segments and semaphores.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    // Namespaces and mounts.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    // The machine.
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_syslog,
    libc::SYS_clock_settime,
    libc::SYS_settimeofday,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
];

/// The filter, ready for `prctl`.
pub(crate) fn filter() -> Vec<sock_filter> {
    let mut program = vec![
        load(ARCHITECTURE),
        branch(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
        answer(errno(libc::ENOSYS)),
        load(NUMBER),
        branch(BPF_JGE, X32_BIT, 0, 1),
        answer(errno(libc::ENOSYS)),
    ];
    for &number in DENIED {
        program.push(branch(BPF_JEQ, number as u32, 0, 1));
        program.push(answer(errno(libc::EPERM)));
    }
    // Sockets only between own processes: no network, and none of the families that a namespace does not fence.
    program.extend([
        branch(BPF_JEQ, libc::SYS_socket as u32, 0, 3),
        load(FIRST_ARGUMENT),
        branch(BPF_JEQ, libc::AF_UNIX as u32, 1, 0),
        answer(errno(libc::EACCES)),
        answer(SECCOMP_RET_ALLOW),
    ]);
    program
}

const fn errno(number: i32) -> u32 {
    SECCOMP_RET_ERRNO | number as u32
}

const fn load(offset: u32) -> sock_filter {
    sock_filter {
        code: (BPF_LD | BPF_W | BPF_ABS) as u16,
        jt: 0,
        jf: 0,
        k: offset,
    }
}

const fn branch(test: u32, value: u32, if_true: u8, if_false: u8) -> sock_filter {
    sock_filter {
        code: (BPF_JMP | test | BPF_K) as u16,
        jt: if_true,
        jf: if_false,
        k: value,
    }
}

const fn answer(value: u32) -> sock_filter {
    sock_filter {
        code: (BPF_RET | BPF_K) as u16,
        jt: 0,
        jf: 0,
        k: value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the filter as the kernel would.
    fn decide(architecture: u32, number: u32, first_argument: u32) -> u32 {
        let program = filter();
        let (mut accumulator, mut at) = (0, 0);
        loop {
            let step = &program[at];
            at += 1;
            match u32::from(step.code) {
                code if code == BPF_LD | BPF_W | BPF_ABS => {
                    accumulator = match step.k {
                        NUMBER => number,
                        ARCHITECTURE => architecture,
                        FIRST_ARGUMENT => first_argument,
                        other => panic!("loads from {other}"),
                    }
                }
                code if code == BPF_RET | BPF_K => return step.k,
                code => {
                    let holds = if code == BPF_JMP | BPF_JEQ | BPF_K {
                        accumulator == step.k
                    } else {
                        assert_eq!(code, BPF_JMP | BPF_JGE | BPF_K);
                        accumulator >= step.k
                    };
                    at += usize::from(if holds { step.jt } else { step.jf });
                }
            }
        }
    }

    fn native(number: c_long, first_argument: i32) -> u32 {
        decide(AUDIT_ARCH_X86_64, number as u32, first_argument as u32)
    }

    #[test]
    fn allows_what_programs_do() {
        for number in [
            libc::SYS_read,
            libc::SYS_write,
            libc::SYS_mmap,
            libc::SYS_clone,
            libc::SYS_execve,
        ] {
            assert_eq!(native(number, 1), SECCOMP_RET_ALLOW);
        }
    }

    #[test]
    fn denies_every_listed_call() {
        for &number in DENIED {
            assert_eq!(native(number, 0), errno(libc::EPERM));
        }
    }

    #[test]
    fn allows_sockets_of_the_unix_family_only() {
        assert_eq!(native(libc::SYS_socket, libc::AF_UNIX), SECCOMP_RET_ALLOW);
        for family in [
            libc::AF_INET,
            libc::AF_INET6,
            libc::AF_NETLINK,
            libc::AF_PACKET,
            libc::AF_VSOCK,
            libc::AF_ALG,
        ] {
            assert_eq!(native(libc::SYS_socket, family), errno(libc::EACCES));
        }
    }

    #[test]
    fn denies_foreign_calling_conventions() {
        assert_eq!(decide(0x4000_0003, 1, 0), errno(libc::ENOSYS));
        assert_eq!(
            decide(AUDIT_ARCH_X86_64, X32_BIT | 1, 0),
            errno(libc::ENOSYS)
        );
    }
}
