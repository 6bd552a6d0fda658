//! `synthsmith completion`.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use crate::args::Args;

pub(super) fn run(shell: Shell) {
    let mut script = Vec::new();
    generate(shell, &mut Args::command(), "synthsmith", &mut script);
    crate::output::print(&String::from_utf8_lossy(&script));
}
