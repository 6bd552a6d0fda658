//! Starts a program without copying the runner first.
//!
//! Until it executes the program, the child shares the runner's memory, and the runner stands still. That costs a third
//! less than a fork for a small program, and what goes wrong in the child is simply there afterwards.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::os::fd::RawFd;
use std::path::Path;

use rustix::process::{dumpable_behavior, set_dumpable_behavior};

use crate::confine::Confinement;
use crate::reap::wait_for;

/// Room for what the child calls; none of it recurses.
const STACK_BYTES: usize = 64 * 1024;
const USUAL_SEARCH_PATH: &str = "/bin:/usr/bin";

/// A program, its arguments and its surroundings, in the kernel's own terms.
#[derive(Debug)]
pub(crate) struct Image {
    program: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    directory: CString,
}

/// What the child works with, in memory that it shares.
struct Plan<'a> {
    program: &'a CStr,
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    directory: &'a CStr,
    standard: [RawFd; 3],
    confinement: &'a Confinement,
    failure: Option<io::Error>,
}

impl Image {
    /// A program without a slash is looked for where the environment says.
    pub(crate) fn new<'a>(
        argv: impl Iterator<Item = &'a str>,
        environment: impl Iterator<Item = &'a str>,
        directory: &str,
    ) -> io::Result<Self> {
        let arguments = argv.map(CString::new).collect::<Result<Vec<_>, _>>()?;
        let environment: Vec<&str> = environment.collect();
        let program = match arguments.first() {
            Some(program) => found(program, &environment)?,
            None => return Err(io::ErrorKind::InvalidInput.into()),
        };
        let environment = environment.into_iter().map(CString::new);
        Ok(Self {
            program,
            arguments,
            environment: environment.collect::<Result<_, _>>()?,
            directory: CString::new(directory)?,
        })
    }

    /// Starts it with these standard files, confined; its id.
    pub(crate) fn spawn(&self, standard: [RawFd; 3], confinement: &Confinement) -> io::Result<i32> {
        let mut plan = Plan {
            program: &self.program,
            arguments: pointers(&self.arguments),
            environment: pointers(&self.environment),
            directory: &self.directory,
            standard,
            confinement,
            failure: None,
        };
        // The child opens its own files in /proc for a moment, and so the runner's.
        let usual = dumpable_behavior()?;
        let started = clone(&mut plan);
        set_dumpable_behavior(usual)?;
        let pid = started?;
        match plan.failure.take() {
            None => Ok(pid),
            Some(error) => {
                wait_for(pid)?;
                Err(error)
            }
        }
    }
}

fn found(program: &CStr, environment: &[&str]) -> io::Result<CString> {
    let name = program.to_string_lossy();
    if name.contains('/') {
        return Ok(program.to_owned());
    }
    let paths = environment
        .iter()
        .find_map(|pair| pair.strip_prefix("PATH="))
        .unwrap_or(USUAL_SEARCH_PATH);
    let mut candidates = paths.split(':').map(|path| Path::new(path).join(&*name));
    let there = candidates.find(|path| path.is_file());
    let path = there.ok_or(io::ErrorKind::NotFound)?;
    Ok(CString::new(path.into_os_string().into_encoded_bytes())?)
}

/// Ends with a null, as the kernel wants it.
fn pointers(texts: &[CString]) -> Vec<*const c_char> {
    let texts = texts.iter().map(|text| text.as_ptr());
    texts.chain([std::ptr::null()]).collect()
}

fn clone(plan: &mut Plan<'_>) -> io::Result<i32> {
    let mut stack: Vec<u8> = Vec::with_capacity(STACK_BYTES);
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    // SAFETY: the stack grows down from the end of memory that is there until this function returns, and the kernel lets
    // it return only once the child uses neither stack nor plan any more. This process has a single thread.
    let pid = unsafe {
        let top = stack.as_mut_ptr().add(STACK_BYTES);
        let top = top.sub(top.addr() % 16);
        libc::clone(
            run,
            top.cast::<c_void>(),
            flags,
            std::ptr::from_mut(plan).cast(),
        )
    };
    if pid < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(pid)
}

extern "C" fn run(plan: *mut c_void) -> c_int {
    // SAFETY: `clone` passes a plan on that nobody else touches meanwhile.
    let plan = unsafe { &mut *plan.cast::<Plan<'_>>() };
    plan.failure = Some(plan.execute());
    // SAFETY: ends the child at once, and nothing that it shares with the runner.
    unsafe { libc::_exit(127) }
}

impl Plan<'_> {
    /// Returns only where that fails. Makes nothing but system calls.
    fn execute(&self) -> io::Error {
        if let Err(error) = self.prepare() {
            return error;
        }
        let (arguments, environment) = (self.arguments.as_ptr(), self.environment.as_ptr());
        // SAFETY: all are strings that end in zero, and lists of such that end in null.
        unsafe { libc::execve(self.program.as_ptr(), arguments, environment) };
        io::Error::last_os_error()
    }

    fn prepare(&self) -> io::Result<()> {
        for (place, &file) in (0..).zip(&self.standard) {
            // SAFETY: takes two numbers.
            checked(unsafe { libc::dup2(file, place) })?;
        }
        // SAFETY: the string ends in zero.
        checked(unsafe { libc::chdir(self.directory.as_ptr()) })?;
        // SAFETY: the set is initialised before it is used; the runner's own signals are not shared.
        unsafe {
            let mut none = std::mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        }
        self.confinement.apply()
    }
}

fn checked(result: c_int) -> io::Result<()> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_looked_for_where_its_environment_says() {
        let looked = |program: &str, environment: &[&str]| {
            let program = CString::new(program).unwrap();
            found(&program, environment).map(|path| path.into_string().unwrap())
        };
        assert_eq!(looked("./x", &[]).unwrap(), "./x");
        assert_eq!(
            looked("sh", &["A=1", "PATH=/nowhere:/bin"]).unwrap(),
            "/bin/sh"
        );
        assert_eq!(looked("sh", &[]).unwrap(), "/bin/sh");
        let missing = looked("sh", &["PATH=/nowhere"]).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
