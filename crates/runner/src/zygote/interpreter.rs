//! Starts an interpreter that waits, and has it fork.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Duration;

use rustix::cmsg_space;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags,
    SocketType, recv, send, sendmsg, socketpair,
};
use synthsmith_runner_protocol::Caps;
use synthsmith_runner_protocol::paths::SCRATCH_DIR;

use super::stem::Line;
use super::{HOOK_DIR, Plan, SEARCH_PATH};
use crate::confine::{Confinement, limits_of_run};
use crate::error::{During, Error};
use crate::launch::{Output, Start, Started, not_started, spawn};
use crate::meter::Meter;
use crate::spawn::Image;
use crate::wire::empty_input;

const READY: &str = "ready ";
/// For an interpreter that starts or forks, however busy the machine is.
const ANSWERS_WITHIN: Duration = Duration::from_mins(1);
const MAX_ANSWER_BYTES: usize = 256;

/// What an interpreter cannot change once it was started.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Beginning {
    pub(super) argv: Vec<String>,
    pub(super) environment: Vec<String>,
    pub(super) memory_bytes: u64,
}

#[derive(Debug)]
pub(super) struct Zygote {
    pub(super) pid: i32,
    control: OwnedFd,
    /// Whether it has read the program, and runs nothing else any more.
    pub(super) is_loaded: bool,
    /// How many processes there are in the container while it waits.
    pub(super) processes: u64,
}

impl Zygote {
    /// Returns once it waits. Where there is a stem, it comes from there.
    pub(super) fn start(plan: &Plan, line: Option<&Line>, meter: &Meter) -> Result<Self, Error> {
        let joined = line.map(|line| {
            let (control, end) = pair()?;
            line.join(&plan.beginning, end)?;
            await_ready(&control).map(|pid| (pid, control))
        });
        let (pid, control) = match joined {
            Some(Ok(joined)) => joined,
            _ => started(&plan.beginning, Confinement::of_zygote)?,
        };
        if !plan.preloaded.is_empty() {
            let names = ["preload", &plan.preloaded.replace(' ', "\0")].join("\0");
            tell(&control, names.as_bytes())?;
        }
        Ok(Self {
            pid,
            control,
            is_loaded: false,
            processes: meter.processes()?.ok_or(Error::OutOfTurn("a count"))?,
        })
    }

    /// Has it read the program, as far as it can without executing it. Returns once it waits again.
    pub(super) fn load(&mut self, plan: &Plan) -> Result<(), Error> {
        let (real, uid) = (plan.compiler_uid.to_string(), plan.program_uid.to_string());
        let texts = ["load", &real, &uid, &limits(&plan.caps), SCRATCH_DIR];
        tell(&self.control, texts.join("\0").as_bytes())?;
        await_ready(&self.control)?;
        self.is_loaded = true;
        Ok(())
    }

    /// A child of the runner's, that has left the zygote and goes on to `words`; to the program where it is loaded.
    pub(super) fn fork(&self, start: &Start<'_>, words: &[String]) -> io::Result<Started> {
        let output = Output::new().map_err(io::Error::other)?;
        let files = [
            start.input.as_fd(),
            output.child_stdout.as_fd(),
            output.child_stderr.as_fd(),
        ];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(3))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        ancillary.push(SendAncillaryMessage::ScmRights(&files));
        let request = if self.is_loaded {
            b"fork".to_vec()
        } else {
            request(start, words)
        };
        sendmsg(
            &self.control,
            &[IoSlice::new(&request)],
            &mut ancillary,
            SendFlags::NOSIGNAL,
        )?;
        let mut answer = [0; MAX_ANSWER_BYTES];
        let length = recv(&self.control, &mut answer, RecvFlags::empty())?.0;
        let answer = String::from_utf8_lossy(&answer[..length]);
        let pid = answer
            .parse()
            .map_err(|_| io::Error::other(format!("a zygote said {answer:?}")))?;
        Ok(output.of(pid))
    }
}

/// A new interpreter that waits: its id, and the way to speak to it.
pub(super) fn started(
    beginning: &Beginning,
    confined: impl FnOnce(u64, Vec<i32>) -> Confinement,
) -> Result<(i32, OwnedFd), Error> {
    let (control, end) = pair()?;
    let argv = beginning.argv.iter().map(String::as_str);
    let environment = beginning.environment.iter().map(String::as_str);
    let search_path = format!("{SEARCH_PATH}={HOOK_DIR}");
    // Of the kinds that a program gets; the interpreter looks at them before it forks.
    let output = Output::new()?;
    let confinement = confined(beginning.memory_bytes, vec![end.as_raw_fd()]);
    let image = Image::new(argv, environment.chain([search_path.as_str()]), "/");
    spawn(image, &empty_input()?, &output, &confinement)
        .map_err(|error| not_started(&beginning.argv, error))?;
    drop(end);
    await_ready(&control).map(|pid| (pid, control))
}

/// One's own end, where an answer is not waited for without end, and the other's.
pub(super) fn pair() -> Result<(OwnedFd, OwnedFd), Error> {
    let connected = || {
        let (own, end) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        set_socket_timeout(&own, Timeout::Recv, Some(ANSWERS_WITHIN))?;
        rustix::io::Result::Ok((own, end))
    };
    connected().during("make a pair of sockets")
}

fn tell(control: &OwnedFd, message: &[u8]) -> Result<(), Error> {
    let told = send(control, message, SendFlags::NOSIGNAL);
    told.map(drop).during("speak to a zygote")
}

/// Its id, as soon as it waits.
fn await_ready(control: &OwnedFd) -> Result<i32, Error> {
    let mut answer = [0; MAX_ANSWER_BYTES];
    let length = recv(control, &mut answer, RecvFlags::empty())
        .during("wait for a zygote")?
        .0;
    let answer = String::from_utf8_lossy(&answer[..length]);
    let pid = answer.strip_prefix(READY).and_then(|pid| pid.parse().ok());
    pid.ok_or(Error::OutOfTurn("a zygote"))
}

/// Texts with zero bytes between: the user, the limits, the directory, the words. None of them has such a byte: they are, or
/// could be, arguments of a program. A zygote that is loaded needs none of them.
fn request(start: &Start<'_>, words: &[String]) -> Vec<u8> {
    let (uid, limits) = (start.uid.to_string(), limits(start.caps));
    let mut texts = vec!["run", uid.as_str(), &limits, start.directory];
    texts.extend(words.iter().map(String::as_str));
    texts.join("\0").into_bytes()
}

fn limits(caps: &Caps) -> String {
    let limits =
        limits_of_run(caps).map(|(resource, limit)| format!("{}:{limit}", resource as u32));
    limits.collect::<Vec<_>>().join(" ")
}
