//! `cargo xtask spec diff`: compares two documents of a service, and says whose code a difference
//! breaks.
//!
//! read → match operations → pair types → compare → override → text, Markdown or JSON.

pub mod api_view;
pub mod change;
pub mod compare;
pub mod documents;
pub mod fold;
pub mod foreign;
pub mod git;
pub mod limits;
pub mod markdown;
pub mod marks;
pub mod matching;
pub mod operation_marks;
pub mod operations;
pub mod overrides;
pub mod pairs;
pub mod renames;
pub mod report;
pub mod responses;
pub mod rules;
pub mod rules_table;
pub mod spot;
pub mod text;
pub mod types;
pub mod uses;
pub mod values;
pub mod words;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use self::change::Severity;
use self::report::Report;
use crate::codegen::problem::Problems;

/// The exit code for changes at or above the severity of `--fail-on`.
const FOUND: u8 = 4;
/// The exit code for arguments that make no sense together.
const USAGE: u8 = 2;

/// The arguments of the verb.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// The older document: a spec, or a Swagger or OpenAPI document
    #[arg(required_unless_present_any = ["git", "rules"])]
    pub a: Option<PathBuf>,
    /// The newer document
    #[arg(required_unless_present_any = ["git", "rules"], conflicts_with = "git")]
    pub b: Option<PathBuf>,
    /// Compare the specs with those of this revision; A is then the one spec to compare
    #[arg(long, value_name = "REVISION")]
    pub git: Option<String>,
    /// Compare only these operations, and what they read and send
    #[arg(long = "operation", value_name = "ID", num_args = 1..)]
    pub operations: Vec<String>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
    /// Exit with 4 if a change is at least this; `none` is any change
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<FailOn>,
    /// Give changes other severities, each with a reason (TOML; see docs/spec-diff.md)
    #[arg(long, value_name = "FILE")]
    pub overrides: Option<PathBuf>,
    /// Report changed words, too
    #[arg(long)]
    pub words: bool,
    /// Print the table of rules instead
    #[arg(long, exclusive = true)]
    pub rules: bool,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Text for a terminal
    #[default]
    Text,
    /// Markdown for a pull request
    Markdown,
    /// JSON
    Json,
}

/// A severity that makes the verb fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "each is a severity")]
pub enum FailOn {
    None,
    Additive,
    Breaking,
}

/// Compares two documents.
///
/// # Errors
///
/// If one cannot be read or is not understood, or an override does not apply.
pub fn report(root: &Path, arguments: &Arguments) -> Result<Report> {
    let (only, words) = (&arguments.operations, arguments.words);
    let mut report = match (&arguments.git, &arguments.a, &arguments.b) {
        (Some(revision), file, _) => {
            let file = file.as_ref().map(|file| file.to_string_lossy());
            git::report(root, revision, file.as_deref(), only, words)?
        }
        (None, Some(a), Some(b)) => {
            let (a, b) = documents::read(a, b, only)?;
            let compared = compare::compare((&a.api, &a.index), (&b.api, &b.index), only);
            Report::new(a.document.clone(), b.document.clone(), compared, words)
        }
        _ => bail!("name two documents"),
    };
    let is_known = |id: &str| {
        let known = |known: &Option<String>| known.as_deref() == Some(id);
        report
            .operations
            .iter()
            .any(|one| known(&one.a) || known(&one.b))
    };
    if let Some(id) = only.iter().find(|id| !is_known(id)) {
        bail!("neither document has the operation `{id}`");
    }
    if let Some(path) = &arguments.overrides {
        let shown = path.to_string_lossy().replace('\\', "/");
        let text = crate::codegen::text::read(path, &shown);
        let text = text.map_err(|problem| Problems(vec![problem]))?;
        overrides::apply(&shown, &text, &mut report).map_err(Problems)?;
    }
    Ok(report)
}

/// Runs the verb, prints the report and returns the exit code.
///
/// # Errors
///
/// As [`report()`], or if the output cannot be written.
pub fn verb(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    if arguments.rules {
        print(&rules_table::table())?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.git.is_none() && arguments.b.is_none() {
        eprintln!("error: name two documents, or a revision with --git");
        return Ok(ExitCode::from(USAGE));
    }
    let report = report(root, arguments)?;
    print(&match arguments.output {
        Output::Text => text::text(&report),
        Output::Markdown => markdown::markdown(&report),
        Output::Json => report.to_json()?,
    })?;
    Ok(exit_code(&report, arguments.fail_on))
}

/// Returns the exit code for a report.
pub fn exit_code(report: &Report, fail_on: Option<FailOn>) -> ExitCode {
    let least = match fail_on {
        None => return ExitCode::SUCCESS,
        Some(FailOn::None) => Severity::None,
        Some(FailOn::Additive) => Severity::Additive,
        Some(FailOn::Breaking) => Severity::Breaking,
    };
    if report
        .changes
        .iter()
        .any(|change| change.severity.max() >= least)
    {
        ExitCode::from(FOUND)
    } else {
        ExitCode::SUCCESS
    }
}

/// Prints a text. A reader that closes the pipe early, such as `head`, is no error.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
