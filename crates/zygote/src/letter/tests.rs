use std::fs::File;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::num::NonZeroI32;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::cmsg_space;
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
    sendmsg, socketpair,
};

use super::*;

fn pair() -> (OwnedFd, OwnedFd) {
    socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )
    .unwrap()
}

fn send(socket: &OwnedFd, text: &[u8], files: &[BorrowedFd<'_>]) {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(4))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(files));
    }
    sendmsg(
        socket,
        &[IoSlice::new(text)],
        &mut ancillary,
        SendFlags::empty(),
    )
    .unwrap();
}

fn number(socket: &OwnedFd) -> usize {
    socket.as_raw_fd() as usize
}

#[test]
fn a_run_comes_with_its_three_files_in_order() {
    let (runner, zygote) = pair();
    let files = [
        File::open("/dev/null").unwrap(),
        File::open("/dev/zero").unwrap(),
        File::open("/proc/self/stat").unwrap(),
    ];
    send(&runner, b"fork", &files.each_ref().map(AsFd::as_fd));
    let Ok(Letter::Run(received)) = receive(number(&zygote)) else {
        panic!("no run");
    };
    let target = |file: usize| std::fs::read_link(format!("/proc/self/fd/{file}")).unwrap();
    for (own, received) in files.iter().zip(received) {
        assert_eq!(target(own.as_raw_fd() as usize), target(received));
        call::close(received);
    }
}

#[test]
fn anything_but_a_run_is_the_end() {
    let file = File::open("/dev/null").unwrap();
    for files in [0, 1, 2, 4] {
        let (runner, zygote) = pair();
        send(&runner, b"fork", &vec![file.as_fd(); files]);
        assert_eq!(
            receive(number(&zygote)),
            Ok(Letter::End),
            "with {files} files"
        );
    }
    let (runner, zygote) = pair();
    drop(runner);
    assert_eq!(receive(number(&zygote)), Ok(Letter::End));
    assert_eq!(
        receive(9_999).unwrap_err().call,
        "recvmsg",
        "there is no such file"
    );
}

fn told(send: impl FnOnce(usize)) -> String {
    let (runner, zygote) = pair();
    send(number(&zygote));
    let mut answer = [0; 256];
    let length = rustix::io::read(&runner, &mut answer).unwrap();
    String::from_utf8(answer[..length].to_vec()).unwrap()
}

#[test]
fn the_runner_is_told_an_id_or_what_failed() {
    assert_eq!(
        told(|control| send_id(control).unwrap()),
        std::process::id().to_string()
    );
    let failure = Failure {
        call: "setresuid",
        number: NonZeroI32::new(10).unwrap(),
    };
    let words = told(|control| send_failure(control, &failure).unwrap());
    assert_eq!(words, "setresuid: error 10");
}

#[test]
fn what_does_not_fit_is_left_out() {
    let mut words = Words::default();
    for _ in 0..20 {
        words.put(b"twelve bytes");
    }
    words.put_number(7);
    assert_eq!(words.so_far().len(), MAX_WORDS);
}
