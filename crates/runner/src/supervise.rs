//! Runs one child to its end within its caps, and says how it ended and what it used.

use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use synthsmith_runner_protocol::{Caps, Ending, Measures, Status, Weakness};

use crate::error::{During, Error};
use crate::gauge::{Gauge, Shortage};
use crate::launch::{Start, launch};
use crate::meter::Meter;
use crate::pipes::{Pipes, Sink};
use crate::reap::{ChildSignals, Reaped, collect_ended, end_all, end_one};
use crate::stillness::Stillness;
use crate::zygote::Nursery;

/// How often the counters are read, at least.
const TICK: Duration = Duration::from_millis(10);
/// How long output that trickles is left to collect.
const COLLECTS_FOR: Duration = Duration::from_millis(1);
/// The beginning of standard error that is kept; the host cuts further.
const KEPT_STDERR_BYTES: usize = 16 * 1024;
/// An abnormal end this close to the memory limit, in percent, is put down to the limit: an allocation failed there.
const NEAR_LIMIT_PERCENT: u64 = 97;

/// What all runs of a container share.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    pub(crate) meter: &'a Meter,
    pub(crate) signals: ChildSignals,
    pub(crate) weakness: Option<Weakness>,
    pub(crate) nursery: Nursery,
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
    Memory,
    Still,
}

/// Runs `start` and returns once no process is left but the runner and a waiting zygote.
pub(crate) fn supervise(
    bench: &Bench<'_>,
    start: Start<'_>,
    sink: Sink<'_>,
) -> Result<Report, Error> {
    let caps = *start.caps;
    let is_forked = bench.nursery.prepare(&start, bench.meter)?;
    let mut gauge = Gauge::begin(bench.meter, bench.weakness)?;
    let mut stillness = start.ends_when_still.then(Stillness::begin);
    let child = if is_forked {
        bench.nursery.launch(&start)?
    } else {
        launch(start, bench.weakness)?
    };
    let pid = child.pid;
    let kept_stderr_bytes = match bench.weakness {
        Some(Weakness::StderrUnbounded) => usize::MAX,
        _ => KEPT_STDERR_BYTES,
    };
    let mut pipes = Pipes::new(child, caps.output_bytes, kept_stderr_bytes, sink);
    let mut stop = until_stop(bench, &mut pipes, &mut gauge, &mut stillness, &caps)?;
    gauge.stop_clock(pipes.waited_for_host);
    let killed = clear(bench, stop, pid)?;
    if let Stop::Ended(_) = stop {
        // All writers are dead, so the rest of the output is in the pipe, and it ends.
        while !pipes.is_over() && pipes.pass_on()? {}
        if pipes.is_over() {
            stop = Stop::Output;
        }
    }
    let reaped = match stop {
        Stop::Ended(reaped) => Some(reaped),
        Stop::Cpu | Stop::Wall | Stop::Output | Stop::Memory | Stop::Still => killed,
    }
    .ok_or(Error::OutOfTurn(
        "the program among the processes that ended",
    ))?;
    let measures = gauge.measures(&reaped)?;
    let oom_killed = match gauge.kill()? {
        Some(Shortage::OfMachine) => return Err(Error::MachineShort),
        Some(Shortage::OfContainer) => true,
        None => false,
    };
    let status = judge(stop, reaped.ending, oom_killed, &measures, &caps);
    Ok(Report {
        status,
        ending: reaped.ending,
        stderr_excerpt: pipes.stderr_excerpt,
        measures,
    })
}

/// Leaves nobody alive but the runner, and a zygote if nothing is out of the ordinary. Returns the child `pid` if it was
/// killed here.
fn clear(bench: &Bench<'_>, stop: Stop, pid: i32) -> Result<Option<Reaped>, Error> {
    if bench.weakness == Some(Weakness::ProcessesKept) {
        return end_one(pid);
    }
    if matches!(stop, Stop::Ended(_)) && bench.nursery.is_alone(bench.meter)? {
        return Ok(None);
    }
    bench.nursery.forget();
    end_all(pid)
}

fn until_stop(
    bench: &Bench<'_>,
    pipes: &mut Pipes<'_>,
    gauge: &mut Gauge<'_>,
    stillness: &mut Option<Stillness>,
    caps: &Caps,
) -> Result<Stop, Error> {
    loop {
        let wall_left = caps
            .wall_time
            .saturating_sub(gauge.wall_time(pipes.waited_for_host));
        sleep(bench, pipes, wall_left)?;
        pipes.pass_on()?;
        bench.signals.clear();
        gauge.sample()?;
        while let Some(reaped) = collect_ended() {
            if reaped.pid == pipes.child.pid {
                return Ok(Stop::Ended(reaped));
            }
            bench.nursery.notice(reaped.pid);
        }
        if pipes.is_over() {
            return Ok(Stop::Output);
        }
        if gauge.is_over(caps.memory_bytes) {
            return Ok(Stop::Memory);
        }
        let cpu_time = gauge.cpu_time()?;
        if cpu_time > caps.cpu_time {
            return Ok(Stop::Cpu);
        }
        if gauge.wall_time(pipes.waited_for_host) >= caps.wall_time {
            return Ok(Stop::Wall);
        }
        if stillness
            .as_mut()
            .is_some_and(|stillness| stillness.is_too_long(cpu_time))
        {
            return Ok(Stop::Still);
        }
    }
}

/// Waits for the end of a child, for output or for the next tick. Output that trickles does not end the wait.
fn sleep(bench: &Bench<'_>, pipes: &Pipes<'_>, at_most: Duration) -> Result<(), Error> {
    let signals = bench.signals.fd();
    let mut fds = vec![PollFd::new(&signals, PollFlags::IN)];
    if !pipes.trickles {
        let (stdout, stderr) = (&pipes.child.stdout, &pipes.child.stderr);
        fds.extend(stdout.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        fds.extend(stderr.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
    }
    let tick = if pipes.trickles { COLLECTS_FOR } else { TICK };
    let timeout = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(at_most.min(tick).subsec_nanos()),
    };
    match poll(&mut fds, Some(&timeout)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error).during("wait for a program"),
    }
}

fn judge(stop: Stop, ending: Ending, oom_killed: bool, measures: &Measures, caps: &Caps) -> Status {
    let near_limit = measures.peak_memory_bytes.saturating_mul(100)
        >= caps.memory_bytes.saturating_mul(NEAR_LIMIT_PERCENT);
    match stop {
        Stop::Output => Status::OutputExceeded,
        Stop::Memory => Status::MemoryExceeded,
        _ if oom_killed => Status::MemoryExceeded,
        Stop::Cpu => Status::CpuTimeExceeded,
        _ if measures.cpu_time > caps.cpu_time => Status::CpuTimeExceeded,
        Stop::Wall => Status::WallTimeExceeded,
        Stop::Still => Status::StoodStill,
        Stop::Ended(_) if ending == Ending::Exited(0) => Status::Ok,
        Stop::Ended(_) if near_limit => Status::MemoryExceeded,
        Stop::Ended(_) => Status::Failed,
    }
}

#[cfg(test)]
mod tests {
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
            cpu_time: Duration::ZERO,
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
                Stop::Memory,
                KILLED,
                false,
                none,
                10,
                Status::MemoryExceeded,
            ),
            (Stop::Still, KILLED, false, none, 10, Status::StoodStill),
            (Stop::Still, KILLED, true, none, 10, Status::MemoryExceeded),
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
