//! Denies the system calls that no solution needs: doors to the kernel, and ways to leave state behind.
//!
//! The filter stacks upon the engine's own, which is an allow list; the stricter answer wins.

mod instruction;

use instruction::{
    ARCHITECTURE, FIRST_ARGUMENT, FOURTH_ARGUMENT, NUMBER, SECOND_ARGUMENT, answer, branch, errno,
    load, only_for, without_flags,
};
use libc::{BPF_JEQ, BPF_JGE, SECCOMP_RET_ALLOW, c_long, sock_filter};

const AUDIT_ARCH_X86_64: u32 = 0xC000_003E;
const X32_BIT: u32 = 0x4000_0000;
/// All flags of `clone` that ask for a namespace.
const NEW_NAMESPACES: u32 = 0x7E02_0000;

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
    libc::SYS_modify_ldt,
    libc::SYS_memfd_secret,
    libc::SYS_lookup_dcookie,
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
    // Counted for the one user of the host that made all cells: whoever takes many leaves none to others.
    libc::SYS_inotify_init,
    libc::SYS_inotify_init1,
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
    libc::SYS_fsconfig,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
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
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_ioperm,
    libc::SYS_iopl,
    libc::SYS_vhangup,
];

/// Calls that change how a process is scheduled, and the argument that names it; 0 is the caller.
const OF_ONE_PROCESS: [(c_long, u32); 5] = [
    (libc::SYS_sched_setaffinity, FIRST_ARGUMENT),
    (libc::SYS_sched_setscheduler, FIRST_ARGUMENT),
    (libc::SYS_sched_setparam, FIRST_ARGUMENT),
    (libc::SYS_sched_setattr, FIRST_ARGUMENT),
    (libc::SYS_setpriority, SECOND_ARGUMENT),
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
    // Its flags lie in memory, out of reach of a filter; where it is missing, `clone` is used.
    program.push(branch(BPF_JEQ, libc::SYS_clone3 as u32, 0, 1));
    program.push(answer(errno(libc::ENOSYS)));
    program.extend(without_flags(
        (libc::SYS_clone, FIRST_ARGUMENT),
        NEW_NAMESPACES,
        libc::EPERM,
    ));
    // Sockets only between own processes: no network, and none of the families that a namespace does not fence.
    for call in [libc::SYS_socket, libc::SYS_socketpair] {
        program.extend(only_for(
            (call, FIRST_ARGUMENT),
            libc::AF_UNIX as u32,
            libc::EACCES,
        ));
    }
    // Nobody else's, that of a zygote for example, which would hand it on.
    for (call, argument) in OF_ONE_PROCESS {
        program.extend(only_for((call, argument), 0, libc::EPERM));
    }
    // Huge pages do not count as memory of the container.
    program.extend(without_flags(
        (libc::SYS_mmap, FOURTH_ARGUMENT),
        libc::MAP_HUGETLB as u32,
        libc::ENOMEM,
    ));
    program.extend(without_flags(
        (libc::SYS_memfd_create, SECOND_ARGUMENT),
        libc::MFD_HUGETLB,
        libc::EINVAL,
    ));
    program.push(answer(SECCOMP_RET_ALLOW));
    program
}

#[cfg(test)]
mod tests {
    use libc::{BPF_ABS, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W};

    use super::*;

    /// Runs the filter as the kernel would.
    fn decide(architecture: u32, number: u32, arguments: [u32; 4]) -> u32 {
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
                        FIRST_ARGUMENT => arguments[0],
                        SECOND_ARGUMENT => arguments[1],
                        FOURTH_ARGUMENT => arguments[3],
                        other => panic!("loads from {other}"),
                    }
                }
                code if code == BPF_RET | BPF_K => return step.k,
                code => {
                    let holds = match code & !(BPF_JMP | BPF_K) {
                        BPF_JEQ => accumulator == step.k,
                        BPF_JGE => accumulator >= step.k,
                        BPF_JSET => accumulator & step.k != 0,
                        test => panic!("tests by {test}"),
                    };
                    at += usize::from(if holds { step.jt } else { step.jf });
                }
            }
        }
    }

    fn native(number: c_long, first_argument: i32) -> u32 {
        let arguments = [first_argument as u32, 0, 0, 0];
        decide(AUDIT_ARCH_X86_64, number as u32, arguments)
    }

    const REFUSED_FAMILIES: [i32; 6] = [
        libc::AF_INET,
        libc::AF_INET6,
        libc::AF_NETLINK,
        libc::AF_PACKET,
        libc::AF_VSOCK,
        libc::AF_ALG,
    ];

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
        for call in [libc::SYS_socket, libc::SYS_socketpair] {
            assert_eq!(native(call, libc::AF_UNIX), SECCOMP_RET_ALLOW);
            for family in REFUSED_FAMILIES {
                assert_eq!(native(call, family), errno(libc::EACCES));
            }
        }
    }

    #[test]
    fn allows_processes_and_threads_but_no_namespaces() {
        for flags in [libc::SIGCHLD, libc::CLONE_VM | libc::CLONE_THREAD] {
            assert_eq!(native(libc::SYS_clone, flags), SECCOMP_RET_ALLOW);
        }
        for flag in [
            libc::CLONE_NEWNS,
            libc::CLONE_NEWCGROUP,
            libc::CLONE_NEWUTS,
            libc::CLONE_NEWIPC,
            libc::CLONE_NEWUSER,
            libc::CLONE_NEWPID,
            libc::CLONE_NEWNET,
        ] {
            let flags = flag | libc::SIGCHLD;
            assert_eq!(native(libc::SYS_clone, flags), errno(libc::EPERM));
        }
        assert_eq!(native(libc::SYS_clone3, 0), errno(libc::ENOSYS));
    }

    #[test]
    fn allows_to_schedule_oneself_and_nobody_else() {
        for (call, argument) in OF_ONE_PROCESS {
            let of = |process: u32| {
                let arguments = match argument {
                    FIRST_ARGUMENT => [process, 7, 0, 0],
                    _ => [0, process, 7, 0],
                };
                decide(AUDIT_ARCH_X86_64, call as u32, arguments)
            };
            assert_eq!(of(0), SECCOMP_RET_ALLOW);
            assert_eq!(of(2), errno(libc::EPERM));
        }
    }

    #[test]
    fn denies_memory_that_is_not_counted() {
        let map = |flags: i32| {
            let arguments = [0, 4096, 3, flags as u32];
            decide(AUDIT_ARCH_X86_64, libc::SYS_mmap as u32, arguments)
        };
        let plain = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        assert_eq!(map(plain), SECCOMP_RET_ALLOW);
        assert_eq!(map(plain | libc::MAP_HUGETLB), errno(libc::ENOMEM));
        let create = |flags: u32| {
            let arguments = [0, flags, 0, 0];
            decide(AUDIT_ARCH_X86_64, libc::SYS_memfd_create as u32, arguments)
        };
        assert_eq!(create(libc::MFD_CLOEXEC), SECCOMP_RET_ALLOW);
        assert_eq!(create(libc::MFD_HUGETLB), errno(libc::EINVAL));
    }

    #[test]
    fn denies_foreign_calling_conventions() {
        assert_eq!(decide(0x4000_0003, 1, [0; 4]), errno(libc::ENOSYS));
        assert_eq!(
            decide(AUDIT_ARCH_X86_64, X32_BIT | 1, [0; 4]),
            errno(libc::ENOSYS)
        );
    }
}
