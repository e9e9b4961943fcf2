//! `billing completions`: generates completions from the argument tree.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::applicable::shown;
use crate::args::cli::Cli;
use crate::failure::Result;
use crate::output::stdout::print;

pub(crate) fn run(shell: Shell) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut shown(Cli::command()), "billing", &mut script);
    print(&String::from_utf8_lossy(&script))
}
