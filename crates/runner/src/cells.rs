//! Cells: one after another, each with namespaces, users and file systems of its own, for one job.
//!
//! The runner outside lives as long as the container, and touches nothing of what a job brings. For each cell it makes a
//! process in fresh namespaces, gives it users that exist nowhere else, and waits for its end. The process inside is a
//! runner as that of a container is, and speaks to the host itself. Whatever is out of the ordinary ends the container.

mod birth;
mod mounts;

use synthsmith_runner_protocol::Cells;

use crate::error::{During, Error};
use crate::meter::Meter;
use crate::reap::wait_for;
use crate::session;
use crate::wire::{Host, Opening};
use crate::zygote::stem::{Line, Stem};

/// What the exit code of a cell's first process says.
const DONE: u8 = 0;
const HOST_LEFT: u8 = 3;
const FAULT: u8 = 4;

/// Makes one cell after another, until the host leaves.
pub(crate) fn serve(host: &mut Host, meter: &Meter, users: Cells) -> Result<(), Error> {
    let own_processes = meter.processes()?;
    let mut stem = Stem::default();
    loop {
        let kills = meter.shortages()?.map(|shortages| shortages.kills);
        let (outside, inside) = Line::pair()?;
        let first = birth::make(users, |born| live(host, meter, inside, born))?;
        stem.serve(&outside)?;
        let ended = wait_for(first).during("wait for a cell")?;
        match ended {
            Some(DONE) => {}
            Some(HOST_LEFT) => return Err(Error::HostLeft),
            _ => return Err(Error::CellLost),
        }
        let kills_now = meter.shortages()?.map(|shortages| shortages.kills);
        let expected = own_processes.map(|processes| processes + stem.processes());
        if kills_now != kills || meter.processes()? != expected {
            return Err(Error::CellLost);
        }
    }
}

/// The life of the process inside; its exit code.
fn live(host: &mut Host, meter: &Meter, line: Line, born: Result<(), Error>) -> u8 {
    let served = born
        .and_then(|()| mounts::furnish())
        .and_then(|()| session::greet(host))
        .and_then(|()| host.opening())
        .and_then(|opening| match opening {
            Opening::Job(job) => session::serve_job(host, *job, meter, Some(line)),
            Opening::Cells(_) => Err(Error::OutOfTurn("a job")),
        });
    match served {
        Ok(()) => DONE,
        Err(Error::HostLeft) => HOST_LEFT,
        Err(error) => {
            session::report(host, &error);
            FAULT
        }
    }
}
