//! Runs one child to its end within its caps, and says how it ended and what it used.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use synthsmith_runner_protocol::{Caps, Ending, Measures, Status};

use crate::error::{During, Error};
use crate::gauge::Gauge;
use crate::launch::{Start, Started, launch};
use crate::meter::Meter;
use crate::pipes::{Pipes, Sink};
use crate::reap::{ChildSignals, Reaped, collect_ended, end_all};

/// How often the counters are read, at least.
const TICK_NANOSECONDS: u128 = 10_000_000;
/// An abnormal end this close to the memory limit, in percent, is put down to the limit: an allocation failed there.
const NEAR_LIMIT_PERCENT: u64 = 97;

/// What all runs of a container share.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) meter: Meter,
    pub(crate) signals: ChildSignals,
}

#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) status: Status,
    pub(crate) ending: Ending,
    pub(crate) stderr_excerpt: Vec<u8>,
    pub(crate) measures: Measures,
}

/// Why the runner stopped watching.
#[derive(Debug, Clone, Copy)]
enum Stop {
    Ended(Reaped),
    Cpu,
    Wall,
    Output,
}

/// Runs `start` and returns once no process but the runner is left.
pub(crate) fn supervise(bench: &Bench, start: Start<'_>, sink: Sink<'_>) -> Result<Report, Error> {
    let caps = *start.caps;
    let program = start.argv.first().cloned().unwrap_or_default();
    let mut gauge = Gauge::begin(&bench.meter)?;
    let child = launch(start).map_err(|error| Error::Start(program, error))?;
    let pid = child.pid;
    let mut pipes = Pipes::new(child, caps.output_bytes, sink);
    let mut stop = until_stop(bench, &mut pipes, &mut gauge, pid, &caps)?;
    gauge.stop_clock(pipes.waited_for_host);
    let killed = end_all(pid)?;
    if let Stop::Ended(_) = stop {
        // All writers are dead, so the rest of the output is in the pipe, and it ends.
        while pipes.pass_on()? {}
        if pipes.is_over() {
            stop = Stop::Output;
        }
    }
    let reaped = match stop {
        Stop::Ended(reaped) => Some(reaped),
        Stop::Cpu | Stop::Wall | Stop::Output => killed,
    }
    .ok_or(Error::OutOfTurn(
        "the program among the processes that ended",
    ))?;
    let measures = gauge.measures(reaped.max_rss_bytes)?;
    let status = judge(stop, reaped.ending, gauge.oom_killed()?, &measures, &caps);
    Ok(Report {
        status,
        ending: reaped.ending,
        stderr_excerpt: pipes.stderr_excerpt,
        measures,
    })
}

fn until_stop(
    bench: &Bench,
    pipes: &mut Pipes<'_>,
    gauge: &mut Gauge<'_>,
    pid: i32,
    caps: &Caps,
) -> Result<Stop, Error> {
    loop {
        let wall_left = caps
            .wall_time
            .saturating_sub(gauge.wall_time(pipes.waited_for_host));
        sleep(
            bench,
            &pipes.child,
            wall_left.as_nanos().min(TICK_NANOSECONDS) as i64,
        )?;
        pipes.pass_on()?;
        bench.signals.clear();
        gauge.sample()?;
        while let Some(reaped) = collect_ended() {
            if reaped.pid == pid {
                return Ok(Stop::Ended(reaped));
            }
        }
        if pipes.is_over() {
            return Ok(Stop::Output);
        }
        if gauge.cpu_time()? > caps.cpu_time {
            return Ok(Stop::Cpu);
        }
        if gauge.wall_time(pipes.waited_for_host) >= caps.wall_time {
            return Ok(Stop::Wall);
        }
    }
}

/// Waits for output, for the end of a child or for the next tick.
fn sleep(bench: &Bench, child: &Started, nanoseconds: i64) -> Result<(), Error> {
    let signals = bench.signals.fd();
    let mut fds = vec![PollFd::new(&signals, PollFlags::IN)];
    fds.extend(
        child
            .stdout
            .iter()
            .map(|pipe| PollFd::new(pipe, PollFlags::IN)),
    );
    fds.extend(
        child
            .stderr
            .iter()
            .map(|pipe| PollFd::new(pipe, PollFlags::IN)),
    );
    let timeout = Timespec {
        tv_sec: 0,
        tv_nsec: nanoseconds,
    };
    match poll(&mut fds, Some(&timeout)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error).during("wait for a program"),
    }
}

fn judge(stop: Stop, ending: Ending, oom_killed: bool, measures: &Measures, caps: &Caps) -> Status {
    let near_limit =
        measures.peak_memory_bytes.saturating_mul(100) >= caps.memory_bytes * NEAR_LIMIT_PERCENT;
    match stop {
        Stop::Output => Status::OutputExceeded,
        _ if oom_killed => Status::MemoryExceeded,
        Stop::Cpu => Status::CpuTimeExceeded,
        _ if measures.cpu_time > caps.cpu_time => Status::CpuTimeExceeded,
        Stop::Wall => Status::WallTimeExceeded,
        Stop::Ended(_) if ending == Ending::Exited(0) => Status::Ok,
        Stop::Ended(_) if near_limit => Status::MemoryExceeded,
        Stop::Ended(_) => Status::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CAPS: Caps = Caps {
        cpu_time: Duration::from_secs(1),
        wall_time: Duration::from_secs(4),
        memory_bytes: 1000,
        processes: 1,
        output_bytes: 0,
        file_bytes: 0,
    };

    fn ended(ending: Ending) -> Stop {
        Stop::Ended(Reaped {
            pid: 2,
            ending,
            max_rss_bytes: 0,
        })
    }

    #[test]
    fn the_first_limit_that_was_exceeded_gives_the_status() {
        const KILLED: Ending = Ending::Signalled(9);
        const FAILED: Ending = Ending::Exited(1);
        const WELL: Ending = Ending::Exited(0);
        let (second, none) = (Duration::from_secs(1), Duration::ZERO);
        let table = [
            (ended(WELL), WELL, false, none, 10, Status::Ok),
            (ended(WELL), WELL, false, none, 999, Status::Ok),
            (ended(WELL), WELL, true, none, 10, Status::MemoryExceeded),
            (
                ended(WELL),
                WELL,
                false,
                second * 2,
                10,
                Status::CpuTimeExceeded,
            ),
            (ended(WELL), WELL, false, second, 10, Status::Ok),
            (ended(FAILED), FAILED, false, none, 10, Status::Failed),
            (ended(FAILED), FAILED, false, none, 969, Status::Failed),
            (
                ended(FAILED),
                FAILED,
                false,
                none,
                970,
                Status::MemoryExceeded,
            ),
            (ended(KILLED), KILLED, false, none, 10, Status::Failed),
            (
                ended(KILLED),
                KILLED,
                true,
                none,
                10,
                Status::MemoryExceeded,
            ),
            (
                Stop::Cpu,
                KILLED,
                false,
                second,
                10,
                Status::CpuTimeExceeded,
            ),
            (Stop::Cpu, KILLED, true, second, 10, Status::MemoryExceeded),
            (
                Stop::Wall,
                KILLED,
                false,
                none,
                10,
                Status::WallTimeExceeded,
            ),
            (
                Stop::Wall,
                KILLED,
                false,
                second * 2,
                10,
                Status::CpuTimeExceeded,
            ),
            (
                Stop::Output,
                KILLED,
                true,
                second * 2,
                10,
                Status::OutputExceeded,
            ),
        ];
        for (stop, ending, oom_killed, cpu_time, peak_memory_bytes, expected) in table {
            let measures = Measures {
                cpu_time,
                wall_time: Duration::ZERO,
                peak_memory_bytes,
            };
            let found = judge(stop, ending, oom_killed, &measures, &CAPS);
            assert_eq!(found, expected, "{stop:?} {oom_killed} {measures:?}");
        }
    }
}
