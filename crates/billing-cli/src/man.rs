//! `billing man`: generates manual pages from the argument tree.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::applicable::shown;
use crate::args::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::stderr::say;
use crate::output::stdout::print;

/// Prints the page of the command, or writes a page for each verb into a folder.
pub(crate) fn run(folder: Option<&Path>) -> Result<(), Failure> {
    let command = shown(Cli::command().disable_help_subcommand(true));
    let Some(folder) = folder else {
        return print(&page(&command)?);
    };
    let failed = |path: PathBuf, error| {
        Failure::new(Exit::Failed, error)
            .during(format!("could not write {}", path.display()))
            .hint("give a folder with --out that you can write to")
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder.to_owned(), error))?;
    let mut written = 0_u32;
    let mut waiting = vec![command];
    while let Some(command) = waiting.pop() {
        let name = command.get_display_name().unwrap_or(command.get_name());
        let path = folder.join(format!("{name}.1"));
        std::fs::write(&path, page(&command)?).map_err(|error| failed(path, error))?;
        written += 1;
        waiting.extend(command.get_subcommands().cloned());
    }
    say(format!("wrote {written} pages to {}", folder.display()));
    Ok(())
}

fn page(command: &Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut page);
    rendered
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not write the page"))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
