//! `cargo xtask codegen`: generates `billing-models` and the inventory for its tests, the tables of
//! members in `billing-edit`, and the emulator's OpenAPI description from the checked-in schemas.
//!
//! load → lower → typify → passes → render → write. Everything is generated before anything is
//! written.

pub mod artifacts;
pub mod inventory;
pub mod json;
pub mod load;
pub mod lower;
pub mod manifest;
pub mod members;
pub mod module;
pub mod names;
pub mod nearest;
pub mod openapi;
pub mod passes;
pub mod problem;
pub mod render;
pub mod rustdoc_text;
pub mod sources;
pub mod spec;
pub mod text;
pub mod typed;
pub mod views;
pub mod write;
pub mod xml_names;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;

use self::artifacts::ARTIFACTS;
use self::problem::Problems;
use self::sources::Sources;
use self::write::{Mode, Stale};
use crate::layout::Layout;

/// The exit code for generated files that are out of date.
const STALE: u8 = 4;

/// Generates the files and writes or reports those that are out of date; returns these.
///
/// `only` names the modules to generate; empty means all.
///
/// # Errors
///
/// [`Problems`] if a spec or the manifest is invalid, or if a file cannot be replaced. Nothing is
/// written then.
pub fn run(layout: &Layout, mode: Mode, only: &[String]) -> Result<Vec<Stale>> {
    let sources = Sources::load(layout, only)?;
    let mut stale = Vec::new();
    let mut problems = Vec::new();
    for make in ARTIFACTS {
        let folder = make(layout, &sources)?;
        stale.extend(write::compare(&folder, &layout.root, &mut problems)?);
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    if mode == Mode::Write {
        for file in &stale {
            write::write(file)?;
        }
    }
    Ok(stale)
}

/// Runs the verb, prints what it did and returns the exit code.
///
/// # Errors
///
/// As [`run`], or if the output cannot be written.
pub fn verb(layout: &Layout, mode: Mode, targets: &[String]) -> Result<ExitCode> {
    let stale = run(layout, mode, targets)?;
    let mut report = String::new();
    for file in &stale {
        if mode == Mode::Write {
            let done = if file.wanted.is_some() {
                "wrote"
            } else {
                "deleted"
            };
            let path = file.path.strip_prefix(&layout.root)?.display();
            report.push_str(&format!("{done} {path}\n"));
        } else {
            report.push_str(&file.diff);
        }
    }
    if stale.is_empty() {
        report.push_str("the generated files are up to date\n");
    } else if mode == Mode::DryRun {
        report.push_str("nothing was written; `cargo xtask codegen` would change the above\n");
    }
    print(&report)?;
    if mode == Mode::Check && !stale.is_empty() {
        eprintln!("error: the generated files are out of date\n\nhint: run `cargo xtask codegen`");
        return Ok(ExitCode::from(STALE));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a text. A reader that closes the pipe early, such as `head`, is no error.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
