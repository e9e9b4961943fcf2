//! The project's own verbs: `cargo xtask --help`.

#![allow(clippy::print_stderr, reason = "a program talks to its user")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::api_test;
use xtask::bench;
use xtask::codegen::write::Mode;
use xtask::codegen::{self, Layout};
use xtask::{features, sdks};

/// The exit code for generated files that are out of date.
const STALE: u8 = 4;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The project's own verbs"
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make the models from the specs
    Codegen {
        /// Write nothing; show what is out of date and exit with 4 if anything is
        #[arg(long, conflicts_with = "dry_run")]
        check: bool,
        /// Write nothing; show what would change
        #[arg(long)]
        dry_run: bool,
        /// The repository to work on; this one by default
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
        /// Work on the golden files of the generator's own tests, xtask/test_data
        #[arg(long, conflicts_with = "root")]
        test_data: bool,
        /// The modules to make, as specs/sources.toml names them; all of them by default
        targets: Vec<String>,
    },
    /// Compile the clients with no feature and with each one alone
    Features,
    /// Hold the emulator to its OpenAPI description, with schemathesis from PyPI; it needs Python 3
    ApiTest,
    /// Run the programs in the emulator's README with the Azure SDKs for Python and JavaScript
    Sdks,
    /// Measure, as ratios of one run
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Subcommand)]
enum Bench {
    /// Reading and writing, beside hand-written structs, serde_json::Value and typify alone
    Codec,
    /// Updates through the clients, beside a loop that calls reqwest itself
    Client,
    /// Updates that the emulator takes, beside a bare handler, and its memory over a million of them
    Emulator,
    /// Clean builds of the models and of a program with a client, beside builds without them
    Build {
        /// Measure the command of this revision, too
        #[arg(long, value_name = "REVISION")]
        since: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = Layout::of_repository(xtask.parent().unwrap_or(xtask));
    match arguments.verb {
        Verb::Codegen {
            check,
            dry_run,
            root,
            test_data,
            targets,
        } => {
            let mode = match (check, dry_run) {
                (true, _) => Mode::Check,
                (_, true) => Mode::DryRun,
                _ => Mode::Write,
            };
            let layout = match root {
                _ if test_data => Layout::of_test_data(xtask),
                Some(root) => Layout::of_repository(&root),
                None => here,
            };
            codegen_verb(&layout, mode, &targets)
        }
        Verb::Features => {
            let features = features::all(&here.root)?;
            features::check(&here.root, &features).map(|()| ExitCode::SUCCESS)
        }
        Verb::ApiTest => api_test::run(&here.root).map(|()| ExitCode::SUCCESS),
        Verb::Sdks => sdks::run(&here.root).map(|()| ExitCode::SUCCESS),
        Verb::Bench(Bench::Codec) => bench::codec::run(&here).map(|()| ExitCode::SUCCESS),
        Verb::Bench(Bench::Client) => bench::client::run(&here).map(|()| ExitCode::SUCCESS),
        Verb::Bench(Bench::Emulator) => bench::emulator::run(&here).map(|()| ExitCode::SUCCESS),
        Verb::Bench(Bench::Build { since }) => {
            bench::build::run(&here, since.as_deref()).map(|()| ExitCode::SUCCESS)
        }
    }
}

fn codegen_verb(layout: &Layout, mode: Mode, targets: &[String]) -> Result<ExitCode> {
    let stale = codegen::run(layout, mode, targets)?;
    let mut talk = String::new();
    for file in &stale {
        match (mode, &file.wanted) {
            (Mode::Check | Mode::DryRun, _) => talk.push_str(&file.diff),
            (Mode::Write, wanted) => {
                let done = if wanted.is_some() { "wrote" } else { "deleted" };
                let path = file.path.strip_prefix(&layout.root)?.display();
                talk.push_str(&format!("{done} {path}\n"));
            }
        }
    }
    match (mode, stale.is_empty()) {
        (_, true) => talk.push_str("the generated files are up to date\n"),
        (Mode::DryRun, false) => {
            talk.push_str("nothing was written; `cargo xtask codegen` would change the above\n")
        }
        (Mode::Check | Mode::Write, false) => {}
    }
    say(&talk)?;
    if mode == Mode::Check && !stale.is_empty() {
        eprintln!("error: the generated files are out of date\n\nhint: run `cargo xtask codegen`");
        return Ok(ExitCode::from(STALE));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints; a reader that has gone away, such as `head`, has read enough.
fn say(talk: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(talk.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
