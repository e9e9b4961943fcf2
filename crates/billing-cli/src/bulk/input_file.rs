//! The input file of a plan, checked before the first request.

use std::io;
use std::path::Path;

use billing_bulk::Service;
use billing_bulk::input::{Input, InputError, InputOptions, InputSource, Mistake, Shard};

use crate::args::arm::ArmVersion;
use crate::args::bulk::{BulkPlan, ServiceName};
use crate::arm::version::with_version;
use crate::bulk::cells::Cells;
use crate::exit::Exit;
use crate::failure::{Failure, InputMistake, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;

/// The name of standard input in errors.
const STDIN: &str = "stdin";

/// Reads and checks a file, `-` for stdin, and reports what was found in it. Its cells are read as
/// the arguments say, or else as those of the run that it continues.
///
/// # Errors
/// A usage failure that lists the mistakes; nothing was sent.
pub(super) async fn check(
    path: &Path,
    args: &BulkPlan,
    cells: &Cells,
    version: ArmVersion,
    interrupt: &Interrupt,
) -> Result<Input> {
    let options = options(args, cells);
    let options = with_version!(version, |version| options.with_api_version(version));
    let path = path.to_owned();
    let checked = tokio::task::spawn_blocking(move || Input::check(source(&path)?, options));
    let checked = interrupt.guard(checked).await?;
    let checked = checked.map_err(|error| Failure::new(Exit::Failed, error))?;
    let input = checked.map_err(failed)?;
    for note in input.notes() {
        say(one_line(&note));
    }
    Ok(input)
}

fn source(path: &Path) -> Result<InputSource, InputError> {
    if path != Path::new("-") {
        return Ok(path.into());
    }
    InputSource::read(STDIN, io::stdin().lock()).map_err(|source| InputError::Read {
        name: STDIN.to_owned(),
        source,
    })
}

fn options(args: &BulkPlan, cells: &Cells) -> InputOptions {
    let mut options = cells.options();
    if let Some(service) = args.service {
        options = options.with_service(match service {
            ServiceName::Partner => Service::Partner,
            ServiceName::Arm => Service::Arm,
        });
    }
    if let Some(sheet) = &args.sheet {
        options = options.with_sheet(sheet);
    }
    if let Some(marker) = &args.clear_marker {
        options = options.with_clear_marker(marker);
    }
    if args.no_trim {
        options = options.without_trim();
    }
    match shard(args) {
        Some(shard) => options.with_shard(shard),
        None => options,
    }
}

/// Returns the part of the profiles that is planned.
pub(super) fn shard(args: &BulkPlan) -> Option<Shard> {
    // The argument parser has refused any other text.
    args.shard.and_then(|shard| shard.to_string().parse().ok())
}

/// Returns the failure of an input; nothing was sent.
pub(super) fn failed(error: InputError) -> Failure {
    match error {
        InputError::Invalid(mistakes) => {
            let text = mistakes.to_string();
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            let hint = "correct the file and run the command again; nothing was sent";
            let mut failure = lines.fold(Failure::usage(first, hint), Failure::note);
            failure.0.mistakes = mistakes.listed().iter().map(mistake).collect();
            failure
        }
        InputError::Read { .. } => {
            Failure::new(Exit::Usage, error).hint("check the name and the permissions of the file")
        }
        error => Failure::new(Exit::Usage, error).hint("run the command again; nothing was sent"),
    }
}

fn mistake(mistake: &Mistake) -> InputMistake {
    InputMistake {
        location: mistake.location.as_ref().map(ToString::to_string),
        column: mistake.column.clone(),
        message: mistake.problem.clone(),
        hint: mistake.hint.clone(),
    }
}
