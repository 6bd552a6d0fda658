//! Notices when a compilation only waits, for example because its source includes a pipe.
//!
//! A process that waits for its turn on a busy machine is runnable, and never counts as still.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

const LOOKS_EVERY: Duration = Duration::from_millis(250);
/// Five seconds. Looks are counted, not time: while the whole container stands still, the runner does not look either.
const LOOKS_UNTIL_TOO_LONG: u32 = 20;
/// CPU time that does not count as doing something, within all those looks. The counters are not exact to the
/// microsecond, for the runner's own share is taken off.
const IDLE_CPU: Duration = Duration::from_millis(5);
/// The runner's own process, which is busy looking.
const RUNNER: &str = "1";

/// How long nobody has done anything.
#[derive(Debug)]
pub(crate) struct Stillness {
    next_look: Instant,
    quiet_looks: u32,
    cpu_time_before: Duration,
}

impl Stillness {
    pub(crate) fn begin() -> Self {
        Self {
            next_look: Instant::now() + LOOKS_EVERY,
            quiet_looks: 0,
            cpu_time_before: Duration::ZERO,
        }
    }

    /// Looks, if it is time to, and says whether nobody has done anything for too long.
    pub(crate) fn is_too_long(&mut self, cpu_time: Duration) -> bool {
        let now = Instant::now();
        if now < self.next_look {
            return false;
        }
        self.next_look = now + LOOKS_EVERY;
        self.is_too_long_after(cpu_time, || is_anyone_runnable(Path::new("/proc")))
    }

    fn is_too_long_after(
        &mut self,
        cpu_time: Duration,
        is_anyone_runnable: impl FnOnce() -> bool,
    ) -> bool {
        if cpu_time > self.cpu_time_before + IDLE_CPU || is_anyone_runnable() {
            self.quiet_looks = 0;
            self.cpu_time_before = cpu_time;
        } else {
            self.quiet_looks += 1;
        }
        self.quiet_looks >= LOOKS_UNTIL_TOO_LONG
    }
}

/// Whether a thread of any process but the runner runs, waits for its turn or waits for a device. What cannot be looked
/// at is taken to be busy, unless it has just ended.
fn is_anyone_runnable(proc: &Path) -> bool {
    let Ok(processes) = fs::read_dir(proc) else {
        return true;
    };
    processes
        .flatten()
        .filter(|process| {
            let name = process.file_name();
            name.as_encoded_bytes().iter().all(u8::is_ascii_digit) && name != RUNNER
        })
        .any(|process| has_runnable_thread(&process.path().join("task")))
}

fn has_runnable_thread(tasks: &Path) -> bool {
    match fs::read_dir(tasks) {
        Ok(threads) => {
            threads.flatten().any(
                |thread| match fs::read_to_string(thread.path().join("stat")) {
                    Ok(stat) => matches!(state(&stat), Some('R' | 'D') | None),
                    Err(error) => !has_ended(&error),
                },
            )
        }
        Err(error) => !has_ended(&error),
    }
}

fn has_ended(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(libc::ESRCH)
}

/// The letter behind the name, which is in parentheses and may have any in it.
fn state(stat: &str) -> Option<char> {
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_row_of_quiet_looks_is_too_long() {
        let steady = Duration::from_secs(3);
        let mut stillness = Stillness::begin();
        assert!(!stillness.is_too_long_after(steady, || false));
        for _ in 1..LOOKS_UNTIL_TOO_LONG {
            assert!(!stillness.is_too_long_after(steady, || false));
        }
        assert!(stillness.is_too_long_after(steady + IDLE_CPU, || false));
    }

    #[test]
    fn a_turn_that_is_waited_for_begins_the_row_anew() {
        let mut stillness = Stillness::begin();
        for look in 0..5 * LOOKS_UNTIL_TOO_LONG {
            let is_runnable = look % (LOOKS_UNTIL_TOO_LONG - 1) == 0;
            assert!(!stillness.is_too_long_after(Duration::ZERO, || is_runnable));
        }
    }

    #[test]
    fn slow_progress_begins_the_row_anew() {
        let mut stillness = Stillness::begin();
        for look in 0..5 * LOOKS_UNTIL_TOO_LONG {
            let cpu_time = Duration::from_micros(400) * look;
            assert!(!stillness.is_too_long_after(cpu_time, || false), "{look}");
        }
    }

    #[test]
    fn reads_the_state_behind_any_name() {
        let table = [
            ("7 (cc1plus) R 1 7 7", Some('R')),
            ("7 (a) S (b) D 1", Some('D')),
            ("7 () Z 1", Some('Z')),
            ("7 (x", None),
            ("", None),
        ];
        for (stat, expected) in table {
            assert_eq!(state(stat), expected, "{stat}");
        }
    }

    #[test]
    fn finds_a_runnable_thread_of_any_process_but_the_runner() {
        let proc = tempfile::tempdir().unwrap();
        let thread = |process: &str, thread: &str, state: char| {
            let directory = proc.path().join(process).join("task").join(thread);
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("stat"), format!("{thread} (x) {state} 1 1")).unwrap();
        };
        thread("1", "1", 'R');
        thread("self", "1", 'R');
        thread("20", "20", 'S');
        thread("21", "21", 'T');
        thread("22", "22", 'Z');
        fs::create_dir(proc.path().join("23")).unwrap();
        assert!(!is_anyone_runnable(proc.path()));
        thread("20", "24", 'R');
        assert!(is_anyone_runnable(proc.path()));
        thread("20", "24", 'S');
        assert!(!is_anyone_runnable(proc.path()));
        thread("21", "21", 'D');
        assert!(is_anyone_runnable(proc.path()));
    }
}
