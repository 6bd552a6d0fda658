//! Starts Python programs by forking an interpreter that waits, at a fraction of the cost of a new one.
//!
//! The zygote is an interpreter on its way to the program, with the program's arguments and under its limits, that stops
//! twice. First just before it opens the source: there it runs as the runner's user, with no right but to become another
//! user, and cannot even read the source; it forks processes for code of ours, such as the check of the syntax. Then, for
//! good, with the source read and just before its first statement: there it has no right that the program has not, but
//! is really the compiler's user, and so out of the program's reach. For every run it forks a child, which the kernel
//! makes the runner's own and which goes on from there; so a program finds what it would find without a zygote, and ends
//! as it would.
//!
//! It lives for as long as every run ends by itself and leaves no process; anything else ends it along with the run, and
//! the next run gets a new one.

mod interpreter;
mod preload;
pub(crate) mod stem;

use std::cell::{Cell, RefCell};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use interpreter::{Beginning, Zygote};
use stem::Line;
use synthsmith_runner_protocol::paths::SOURCE_DIR;
use synthsmith_runner_protocol::{Caps, Job};

use crate::error::{During, Error};
use crate::launch::{Start, Started};
use crate::meter::Meter;
use crate::reap::{collect_ended, end_all};

/// Where the interpreter looks for modules first. The image has it, and nobody can write to it.
const HOOK_DIR: &str = "/zygote";
const SEARCH_PATH: &str = "PYTHONPATH";
/// With what else a request says, it is one message.
const MAX_CODE_BYTES: usize = 32 * 1024;
/// The runner's user has no right to override this: it is the owner, and so not one of the others.
const READABLE_BY_OTHERS: u32 = 0o044;

/// Where the children of a job come from, if not from the runner itself.
#[derive(Debug, Default)]
pub(crate) struct Nursery {
    plan: Option<Plan>,
    /// Where it can be asked for a zygote, in a cell.
    line: Option<Line>,
    zygote: RefCell<Option<Zygote>>,
    has_failed: Cell<bool>,
}

#[derive(Debug)]
struct Plan {
    beginning: Beginning,
    caps: Caps,
    compiler_uid: u32,
    program_uid: u32,
    preloaded: String,
}

impl Nursery {
    /// Only where processes are counted.
    pub(crate) fn of(
        job: &Job,
        source: &[u8],
        meter: &Meter,
        line: Option<Line>,
    ) -> Result<Self, Error> {
        if !can_be_forked(job, source) || meter.processes()?.is_none() {
            return Ok(Self::default());
        }
        let source_path = Path::new(SOURCE_DIR).join(&job.file_name);
        fs::set_permissions(source_path, Permissions::from_mode(READABLE_BY_OTHERS))
            .during("close the source to the zygote")?;
        let plan = Plan {
            beginning: Beginning {
                argv: job.run.clone(),
                environment: job.environment.clone(),
                memory_bytes: job.run_caps.memory_bytes,
            },
            caps: job.run_caps,
            compiler_uid: job.compiler_uid,
            program_uid: job.program_uid,
            preloaded: preload::named_in(source),
        };
        Ok(Self {
            plan: Some(plan),
            line,
            ..Self::default()
        })
    }

    /// Whether `start` shall be forked. If so, a zygote waits when this returns. An interpreter that does not become one
    /// is not tried again.
    pub(crate) fn prepare(&self, start: &Start<'_>, meter: &Meter) -> Result<bool, Error> {
        let plan = self
            .plan
            .as_ref()
            .filter(|plan| plan.words(start).is_some());
        let Some(plan) = plan.filter(|_| !self.has_failed.get()) else {
            return Ok(false);
        };
        self.collect();
        let is_program = start.argv == plan.beginning.argv;
        let zygote = self.zygote.take();
        if zygote.as_ref().is_some_and(|zygote| zygote.is_loaded) && !is_program {
            self.zygote.replace(zygote);
            return Ok(false);
        }
        if let Ok(zygote) = self.made_ready(zygote, plan, is_program, meter) {
            self.zygote.replace(Some(zygote));
            return Ok(true);
        }
        self.has_failed.set(true);
        end_all(0)?;
        Ok(false)
    }

    /// A zygote that waits where it is needed.
    fn made_ready(
        &self,
        waiting: Option<Zygote>,
        plan: &Plan,
        is_program: bool,
        meter: &Meter,
    ) -> Result<Zygote, Error> {
        let mut zygote = match waiting {
            Some(zygote) => zygote,
            None => Zygote::start(plan, self.line.as_ref(), meter)?,
        };
        if is_program && !zygote.is_loaded {
            zygote.load(plan)?;
        }
        Ok(zygote)
    }

    pub(crate) fn launch(&self, start: &Start<'_>) -> Result<Started, Error> {
        let zygote = self.zygote.borrow();
        let words = self.plan.as_ref().and_then(|plan| plan.words(start));
        let (Some(zygote), Some(words)) = (zygote.as_ref(), words) else {
            return Err(Error::OutOfTurn("a zygote"));
        };
        zygote.fork(start, words).map_err(Error::Confine)
    }

    /// Takes note of all that has ended.
    pub(crate) fn collect(&self) {
        while let Some(reaped) = collect_ended() {
            self.notice(reaped.pid);
        }
    }

    /// A process has ended that is not the program.
    pub(crate) fn notice(&self, pid: i32) {
        self.zygote.borrow_mut().take_if(|zygote| zygote.pid == pid);
    }

    /// Whether nobody lives but the runner and a waiting zygote.
    pub(crate) fn is_alone(&self, meter: &Meter) -> Result<bool, Error> {
        self.collect();
        match self.zygote.borrow().as_ref() {
            Some(zygote) => Ok(meter.processes()? == Some(zygote.processes)),
            None => Ok(false),
        }
    }

    /// The zygote is about to be ended.
    pub(crate) fn forget(&self) {
        self.zygote.replace(None);
    }
}

/// Whether the job has every protection, no files beside standard input, and nothing that would be other than without.
fn can_be_forked(job: &Job, source: &[u8]) -> bool {
    let environment = job.environment.iter();
    let mut names = environment.filter_map(|pair| pair.split_once('=').map(|(name, _)| name));
    job.zygote
        && job.weakness.is_none()
        && job.attached_files == 0
        // One of them may be a module that the interpreter would take for its own.
        && job.working_files.given.is_empty()
        // The zygote counts among the processes of the program's child until that has become its user.
        && job.run_caps.processes >= 2
        && !is_precompiled(source)
        && !names.any(|name| name == SEARCH_PATH)
}

/// Whether an interpreter would take the file for one that was compiled before, by its second byte, and execute it
/// without a word; then a zygote would.
fn is_precompiled(source: &[u8]) -> bool {
    source
        .get(1)
        .is_some_and(|byte| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t'))
}

impl Plan {
    /// What a child has to be told of its arguments: nothing where it starts the program; the code and its arguments
    /// where the same interpreter is given code. `None`: a zygote cannot do it.
    fn words<'a>(&self, start: &Start<'a>) -> Option<&'a [String]> {
        let usual = &self.beginning;
        if start.environment != usual.environment || !start.attached.is_empty() {
            return None;
        }
        if start.argv == usual.argv {
            return Some(&[]);
        }
        let is_same = start.argv.first() == usual.argv.first();
        let flag = start.argv.iter().position(|word| word == "-c")?;
        let words = &start.argv[flag + 1..];
        let is_short = words.iter().map(String::len).sum::<usize>() < MAX_CODE_BYTES;
        (is_same && is_short && !words.is_empty()).then_some(words)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wire::empty_input;

    const CAPS: Caps = Caps {
        cpu_time: Duration::from_secs(1),
        wall_time: Duration::from_secs(4),
        memory_bytes: 1 << 30,
        processes: 9,
        output_bytes: 0,
        file_bytes: 77,
    };

    fn texts(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn start<'a>(argv: &'a [String], environment: &'a [String]) -> Start<'a> {
        Start {
            argv,
            environment,
            directory: "/tmp",
            uid: 10_001,
            caps: &CAPS,
            input: empty_input().unwrap(),
            attached: Vec::new(),
            ends_when_still: false,
        }
    }

    #[test]
    fn a_source_that_may_pass_for_a_compiled_one_is_told() {
        // Of Python 3.6, 3.10, 3.11 and 3.14.
        for magic in [b"\x33\x0d", b"\x6f\x0d", b"\xa7\x0d", b"\x2b\x0e"] {
            assert!(
                is_precompiled(&[magic, &b"\r\n\0\0"[..]].concat()),
                "{magic:?}"
            );
        }
        for text in ["", "x", "x\ny", "\n\n", " \t1", "# \u{1}", "\u{feff}x"] {
            assert!(!is_precompiled(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn only_the_program_and_code_for_the_same_interpreter_are_forked() {
        let environment = texts("A=1 B=2");
        let plan = Plan {
            beginning: Beginning {
                argv: texts("python3 -s -B main.py"),
                environment: environment.clone(),
                memory_bytes: CAPS.memory_bytes,
            },
            caps: CAPS,
            compiler_uid: 10_000,
            program_uid: 10_001,
            preloaded: String::new(),
        };
        let words = |argv: &str, environment: &[String]| {
            let argv = texts(argv);
            plan.words(&start(&argv, environment))
                .map(<[String]>::to_vec)
        };
        let table = [
            ("python3 -s -B main.py", Some("")),
            ("python3 -I -c code main.py", Some("code main.py")),
            ("python3 -c", None),
            ("python3 main.py", None),
            ("pypy3 -c code", None),
            ("/runner sweep /tmp", None),
        ];
        for (argv, expected) in table {
            assert_eq!(words(argv, &environment), expected.map(texts), "{argv}");
            assert_eq!(words(argv, &texts("A=1")), None, "{argv}");
        }
        let argv = plan.beginning.argv.clone();
        let mut with_file = start(&argv, &environment);
        with_file.attached.push(empty_input().unwrap());
        assert!(plan.words(&with_file).is_none());
    }
}
