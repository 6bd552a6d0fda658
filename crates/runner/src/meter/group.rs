//! Reads what the whole container used from its control group, version 1 or 2.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::{AtLimit, Shortages};
use crate::error::{During, Error};

const V1_CPU: [&str; 2] = ["cpuacct/cpuacct.usage", "cpu,cpuacct/cpuacct.usage"];

/// The kernel kills where the next page, which may be a large one, does not fit.
const NEAR_BYTES: u64 = 2 << 20;

/// The counters of the control group, kept open.
#[derive(Debug)]
pub(crate) struct Group {
    cpu: File,
    cpu_unit: CpuUnit,
    oom_events: File,
    /// Version 1 only; version 2 tells among the events how often the limit was reached.
    memory_limit: Option<File>,
    memory: File,
    /// Missing on kernels that have no such counter in version 2.
    memory_peak: Option<File>,
    /// Missing where the engine limits no processes.
    processes: Option<File>,
}

#[derive(Debug, Clone, Copy)]
enum CpuUnit {
    Nanoseconds,
    MicrosecondsInStat,
}

impl Group {
    pub(crate) fn open(root: &Path) -> Result<Self, Error> {
        let group = if root.join("memory/memory.oom_control").exists() {
            Self::open_v1(root)
        } else {
            Self::open_v2(root)
        }
        .during("open the counters of the control group")?;
        // A counter that cannot be read shall be told before there is a program, whose limits it guards.
        group.cpu_of_others()?;
        group.shortages()?;
        group.memory_bytes()?;
        Ok(group)
    }

    fn open_v1(root: &Path) -> io::Result<Self> {
        let [cpu, joint_cpu] = V1_CPU;
        Ok(Self {
            cpu: File::open(root.join(cpu)).or_else(|_| File::open(root.join(joint_cpu)))?,
            cpu_unit: CpuUnit::Nanoseconds,
            oom_events: File::open(root.join("memory/memory.oom_control"))?,
            memory_limit: Some(File::open(root.join("memory/memory.limit_in_bytes"))?),
            memory: File::open(root.join("memory/memory.usage_in_bytes"))?,
            memory_peak: File::open(root.join("memory/memory.max_usage_in_bytes")).ok(),
            processes: File::open(root.join("pids/pids.current")).ok(),
        })
    }

    fn open_v2(root: &Path) -> io::Result<Self> {
        Ok(Self {
            cpu: File::open(root.join("cpu.stat"))?,
            cpu_unit: CpuUnit::MicrosecondsInStat,
            oom_events: File::open(root.join("memory.events"))?,
            memory_limit: None,
            memory: File::open(root.join("memory.current"))?,
            memory_peak: File::open(root.join("memory.peak")).ok(),
            processes: File::open(root.join("pids.current")).ok(),
        })
    }

    /// CPU time of all processes of the container but the runner itself.
    pub(crate) fn cpu_of_others(&self) -> Result<Duration, Error> {
        let all = read(&self.cpu).and_then(|text| match self.cpu_unit {
            CpuUnit::Nanoseconds => number(&text).map(Duration::from_nanos),
            CpuUnit::MicrosecondsInStat => field(&text, "usage_usec").map(Duration::from_micros),
        });
        Ok(all.during("read the cpu time")?.saturating_sub(own_cpu()))
    }

    pub(crate) fn shortages(&self) -> Result<Shortages, Error> {
        self.read_shortages().during("read the memory events")
    }

    fn read_shortages(&self) -> io::Result<Shortages> {
        let events = read(&self.oom_events)?;
        let at_limit = match &self.memory_limit {
            None => AtLimit::Times(field(&events, "oom")?),
            Some(limit) => {
                let limit_bytes = number(&read(limit)?)?;
                AtLimit::Ever(self.memory_peak_bytes() + NEAR_BYTES >= limit_bytes)
            }
        };
        Ok(Shortages {
            kills: field(&events, "oom_kill")?,
            at_limit,
        })
    }

    pub(crate) fn memory_bytes(&self) -> Result<u64, Error> {
        read(&self.memory)
            .and_then(|text| number(&text))
            .during("read the memory in use")
    }

    pub(crate) fn processes(&self) -> Result<Option<u64>, Error> {
        let file = self.processes.as_ref();
        let text = file
            .map(read)
            .transpose()
            .and_then(|text| text.as_deref().map(number).transpose());
        text.during("count the processes")
    }

    /// The highest use since the container began; it cannot be reset from inside.
    pub(crate) fn memory_peak_bytes(&self) -> u64 {
        self.memory_peak
            .as_ref()
            .and_then(|file| read(file).and_then(|text| number(&text)).ok())
            .unwrap_or(0)
    }
}

fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn read(file: &File) -> io::Result<String> {
    let mut bytes = [0; 1024];
    let length = file.read_at(&mut bytes, 0)?;
    Ok(String::from_utf8_lossy(&bytes[..length]).into_owned())
}

fn number(text: &str) -> io::Result<u64> {
    text.trim()
        .parse()
        .map_err(|_| io::ErrorKind::InvalidData.into())
}

/// The number behind `name` in lines of `name number`.
fn field(text: &str, name: &str) -> io::Result<u64> {
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(key, _)| *key == name)
        .map_or(Err(io::ErrorKind::InvalidData.into()), |(_, value)| {
            number(value)
        })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn reads_fields_by_their_whole_name() {
        let events = "low 0\nhigh 3\noom 9\noom_kill 2\n";
        assert_eq!(field(events, "oom_kill").unwrap(), 2);
        assert_eq!(field(events, "oom").unwrap(), 9);
        assert!(field(events, "absent").is_err());
        assert!(field("oom_kill many\n", "oom_kill").is_err());
    }

    #[test]
    fn reads_both_versions() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("cpu.stat", "usage_usec 86400000000\nuser_usec 1\n");
        write("memory.events", "oom 3\noom_kill 1\n");
        write("memory.current", "4096\n");
        let group = Group::open(root.path()).unwrap();
        let told = |kills, at_limit| Shortages { kills, at_limit };
        assert_eq!(group.shortages().unwrap(), told(1, AtLimit::Times(3)));
        assert_eq!(group.memory_bytes().unwrap(), 4096);
        assert_eq!(group.memory_peak_bytes(), 0);
        assert!(group.cpu_of_others().unwrap() > Duration::from_hours(23));

        write("cpu,cpuacct/cpuacct.usage", "86400000000000\n");
        write(
            "memory/memory.oom_control",
            "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n",
        );
        write("memory/memory.limit_in_bytes", "2113537\n");
        write("memory/memory.usage_in_bytes", "8192\n");
        write("memory/memory.max_usage_in_bytes", "16384\n");
        let group = Group::open(root.path()).unwrap();
        assert_eq!(group.shortages().unwrap(), told(5, AtLimit::Ever(false)));
        write("memory/memory.limit_in_bytes", "2113536\n");
        let group = Group::open(root.path()).unwrap();
        assert_eq!(group.shortages().unwrap(), told(5, AtLimit::Ever(true)));
        assert_eq!(group.memory_bytes().unwrap(), 8192);
        assert_eq!(group.memory_peak_bytes(), 16384);
        assert!(group.cpu_of_others().unwrap() > Duration::from_hours(23));
    }

    #[test]
    fn refuses_a_container_without_counters() {
        let root = tempfile::tempdir().unwrap();
        assert!(Group::open(root.path()).is_err());
    }
}
