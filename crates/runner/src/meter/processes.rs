//! Adds up what the processes of the container used, one by one.
//!
//! This is coarser than a control group: CPU time comes in ticks, memory in files is nobody's, and what the kernel
//! kills for want of memory is not counted, so that the runner has to compare with the limit itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{During, Error};

/// A tick is this long wherever the filter of system calls applies, and a page that large.
const TICK: Duration = Duration::from_millis(10);
const PAGE_BYTES: u64 = 4096;
/// The runner's own process.
const RUNNER: &str = "1";
// Columns behind the name of a process.
const CPU_TICKS: std::ops::Range<usize> = 11..15;
const RESIDENT_PAGES: usize = 21;

#[derive(Debug)]
pub(crate) struct Processes {
    proc: PathBuf,
}

/// What one process has, and what those that it waited for had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    ticks: u64,
    resident_pages: u64,
}

impl Processes {
    pub(crate) fn open(proc: &Path) -> Result<Self, Error> {
        let processes = Self {
            proc: proc.to_owned(),
        };
        processes.total()?;
        Ok(processes)
    }

    pub(crate) fn cpu_of_others(&self) -> Result<Duration, Error> {
        let living = TICK.saturating_mul(u32::try_from(self.total()?.ticks).unwrap_or(u32::MAX));
        Ok(living + cpu_of_the_dead())
    }

    pub(crate) fn memory_bytes(&self) -> Result<u64, Error> {
        Ok(self.total()?.resident_pages.saturating_mul(PAGE_BYTES))
    }

    fn total(&self) -> Result<Share, Error> {
        let processes = fs::read_dir(&self.proc).during("list the processes")?;
        let mut total = Share::default();
        for process in processes.flatten() {
            let name = process.file_name();
            if name == RUNNER || !name.as_encoded_bytes().iter().all(u8::is_ascii_digit) {
                continue;
            }
            // A process that cannot be read has just ended.
            let Ok(stat) = fs::read_to_string(process.path().join("stat")) else {
                continue;
            };
            let share = share(&stat).during("read what a process used")?;
            total.ticks = total.ticks.saturating_add(share.ticks);
            total.resident_pages = total.resident_pages.saturating_add(share.resident_pages);
        }
        Ok(total)
    }
}

fn share(stat: &str) -> io::Result<Share> {
    // The name is in parentheses and may have any in it.
    let (_, behind_name) = stat.rsplit_once(") ").ok_or(io::ErrorKind::InvalidData)?;
    let columns: Vec<&str> = behind_name.split_whitespace().collect();
    let column = |index: usize| -> io::Result<u64> {
        let number: Option<i64> = columns.get(index).and_then(|text| text.parse().ok());
        number
            .map(|number| number.max(0) as u64)
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    };
    let mut ticks: u64 = 0;
    for index in CPU_TICKS {
        ticks = ticks.saturating_add(column(index)?);
    }
    Ok(Share {
        ticks,
        resident_pages: column(RESIDENT_PAGES)?,
    })
}

/// CPU time of the processes that the runner has collected.
fn cpu_of_the_dead() -> Duration {
    // SAFETY: `usage` is a live value of the type that the call fills; all zeros are a valid one.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    crate::reap::duration(usage.ru_utime) + crate::reap::duration(usage.ru_stime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(name: &str, ticks: [u32; 4], pages: u32) -> String {
        let [user, system, waited_user, waited_system] = ticks;
        format!(
            "9 ({name}) S 1 9 9 0 -1 4194560 100 0 0 0 {user} {system} {waited_user} {waited_system} 20 0 1 0 55 900 \
             {pages} 18446744073709551615"
        )
    }

    #[test]
    fn reads_a_share_behind_any_name() {
        for name in ["cat", "a) S (b", ") 1 2 3", ""] {
            let expected = Share {
                ticks: 10,
                resident_pages: 7,
            };
            assert_eq!(share(&stat(name, [1, 2, 3, 4], 7)).unwrap(), expected);
        }
    }

    #[test]
    fn refuses_what_is_no_share() {
        for text in ["", "9 (x)", "9 (x) S 1 2", &stat("x", [1; 4], 7)[..40]] {
            assert!(share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn adds_up_all_but_the_runner() {
        let proc = tempfile::tempdir().unwrap();
        for (process, ticks, pages) in [
            ("1", 900, 900),
            ("20", 100, 2),
            ("21", 50, 3),
            ("sys", 9, 9),
        ] {
            fs::create_dir(proc.path().join(process)).unwrap();
            let text = stat("x", [ticks, 0, 0, 0], pages);
            fs::write(proc.path().join(process).join("stat"), text).unwrap();
        }
        fs::create_dir(proc.path().join("22")).unwrap();
        let processes = Processes::open(proc.path()).unwrap();
        assert_eq!(processes.memory_bytes().unwrap(), 5 * PAGE_BYTES);
        let cpu_time = processes.cpu_of_others().unwrap();
        assert_eq!(cpu_time, Duration::from_millis(1500) + cpu_of_the_dead());
    }
}
