//! `billing man`: generates manual pages from the argument tree.

use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::applicable::shown;
use crate::args::cli::Cli;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::stderr::say;
use crate::output::stdout::print;

/// Prints the page of the command, or writes a page for each verb into a folder.
pub(crate) fn run(folder: Option<&Path>) -> Result {
    let command = shown(Cli::command().disable_help_subcommand(true));
    let Some(folder) = folder else {
        return print(&page(&command)?);
    };
    let written = std::fs::create_dir_all(folder);
    let written = written.and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| {
        Failure::new(Exit::Failed, error)
            .during(format!(
                "could not write the manual pages to {}",
                folder.display()
            ))
            .hint("give a folder with --out that you can write to")
    })?;
    say(format!("wrote the manual pages to {}", folder.display()));
    Ok(())
}

fn page(command: &Command) -> Result<String> {
    let mut page = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut page);
    rendered
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not write the page"))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
