//! `billing bulk export`: writes profiles to a file that `plan` reads. Writes nothing to a service.

use std::path::{Path, PathBuf};

use billing_bulk::Edits;
use billing_bulk::export::{ExportError, ExportOptions, Exported, export};
use billing_bulk::input::{Delimiter, Encoding, InputFormat};
use billing_bulk::output::OutputError;
use billing_bulk::plan::{
    CountedCause, PlanError, PlanFileError, PlanHeader, PlanInput, PlanStore as _, PlanWriter, make,
};
use billing_core::{Clock as _, SystemClock};
use billing_edit::Members;
use serde::Serialize;
use serde_json::json;

use crate::args::bulk::{BulkExport, DelimiterName};
use crate::args::global::{Format, Global};
use crate::arm::version::choose;
use crate::bulk::plan_failure::{RESUME, discard_empty, not_made, not_written};
use crate::bulk::reading::Reading;
use crate::bulk::selection::Selection;
use crate::bulk::services::Services;
use crate::bulk::{out_file, summary, version};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::page::Page;
use crate::output::stderr::say;
use crate::output::stdout::{print, show};
use crate::render::table::columns;
use crate::shell::command_line;

pub(super) async fn run(args: &BulkExport, global: &Global, interrupt: &Interrupt) -> Result {
    out_file::check(&args.out)?;
    let selection = Selection::of(args.account.as_deref())?;
    let service = selection.service();
    let version = choose(args.version.api_version, global).await?;
    let members = version::members(service, version);
    let filters = selection.filters(&args.filters, version)?;
    let options = options(args, members)?;
    if !args.overwrite && args.out.symlink_metadata().is_ok() {
        return Err(out_file::exists(&args.out));
    }
    let services = Services::open(&[service], version, global).await?;
    let now = SystemClock::new().now();
    let header = PlanHeader {
        tool: format!("billing {}", env!("CARGO_PKG_VERSION")),
        created: now,
        expires: now,
        bindings: services.bindings.clone(),
        continues: None,
        input: input(args),
    };
    let working = working_file(&args.out);
    let written = working.metadata().and_then(|it| it.modified()).ok();
    let mut profiles = PlanWriter::open(&working, &header, args.overwrite)
        .map_err(|error| not_opened(error, &working))?;
    if profiles.last() > 0 {
        let written = written.map(humantime::format_rfc3339_seconds);
        let written = written
            .map(|time| format!(" of {time}"))
            .unwrap_or_default();
        say(format!(
            "continuing {}{written}, which has {} already; delete it to begin again",
            working.display(),
            summary::profiles(profiles.last())
        ));
    }
    let read = {
        let reading = Reading::start(global, "read", None);
        let options = reading.options(args.pace, filters);
        let items = selection.items(Edits::default(), &services)?;
        let make = make(items, &mut profiles, &services.targets, options);
        reading.guard(interrupt, make).await
    };
    let read = read.map_err(|interrupted| interrupted.hint(RESUME));
    let failed = |error| not_made(error, "the export is unfinished", &services);
    let read = read.and_then(|read| read.map_err(failed));
    let read = match read {
        Ok(read) => read,
        Err(failure) => return Err(discard_empty(profiles, failure)),
    };
    // Not interruptible: it takes a moment, and what is written until then has another name.
    let exported = export(&profiles, members, &args.out, &options)
        .map_err(|error| not_exported(error, &args.out))?;
    profiles.discard().map_err(not_written)?;
    report(args, global, &exported, &read.unplanned, &services)
}

/// Returns how the file is written.
///
/// # Errors
/// A usage failure for an extension of no format, or a member that cannot be written.
fn options(args: &BulkExport, members: &'static Members) -> Result<ExportOptions> {
    let Some(options) = ExportOptions::for_file(&args.out) else {
        return Err(Failure::usage(
            format!("-o {}: no format has this extension", args.out.display()),
            "end the name with .xlsx, .csv, .tsv, .jsonl or .json; --output json prints the summary \
             as JSON",
        ));
    };
    let options = match (options.format(), args.delimiter, args.bom) {
        (_, None, false) => options,
        (
            InputFormat::Csv {
                delimiter, newline, ..
            },
            given,
            bom,
        ) => ExportOptions::new(InputFormat::Csv {
            delimiter: given.map_or(*delimiter, delimiter_of),
            newline: *newline,
            encoding: if bom {
                Encoding::Utf8Bom
            } else {
                Encoding::Utf8
            },
        }),
        _ => {
            return Err(Failure::usage(
                "--delimiter and --bom are for CSV only",
                "leave them out, or end the name with .csv",
            ));
        }
    };
    let options = if args.overwrite {
        options.overwrite()
    } else {
        options
    };
    if args.columns.is_empty() {
        return Ok(options);
    }
    let paths = args.columns.iter().map(|path| path.trim());
    options.with_columns(members, paths).map_err(|error| {
        let hint = error.suggestion().unwrap_or_else(|| error.list_siblings());
        Failure::usage(format!("--columns {}: {error}", error.path), hint)
    })
}

fn delimiter_of(name: DelimiterName) -> Delimiter {
    match name {
        DelimiterName::Comma => Delimiter::Comma,
        DelimiterName::Semicolon => Delimiter::Semicolon,
        DelimiterName::Tab => Delimiter::Tab,
    }
}

/// Returns the file that has the profiles until all are read.
fn working_file(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Returns what an unfinished export must have in common with the command that continues it.
fn input(args: &BulkExport) -> PlanInput {
    let options = json!({
        "export": true,
        "all_customers": args.all_customers,
        "account": args.account,
        "where": args.filters,
    });
    PlanInput {
        name: None,
        sha256: String::new(),
        options: options.to_string(),
        form: None,
    }
}

/// Prints the summary and the command that plans the file.
///
/// # Errors
/// A failure if profiles or values are missing.
fn report(
    args: &BulkExport,
    global: &Global,
    exported: &Exported,
    causes: &[CountedCause],
    services: &Services,
) -> Result {
    #[derive(Serialize)]
    struct Summary<'a> {
        v: u8,
        file: &'a str,
        #[serde(flatten)]
        exported: &'a Exported,
        causes: &'a [CountedCause],
    }
    let file = &*args.out.to_string_lossy();
    match global.format() {
        Format::Json => {
            let summary = Summary {
                v: 1,
                file,
                exported,
                causes,
            };
            // Texts and numbers can always be written.
            print(&serde_json::to_string(&summary).unwrap_or_default())?;
        }
        Format::Table => {
            show(one_line(&format!(
                "{file} has {} in {}",
                summary::profiles(exported.profiles),
                summary::counted(exported.columns.len() as u64, "column", "columns")
            )))?;
            let causes = causes.iter().map(|counted| {
                let cause = &counted.cause;
                [
                    format!("{} ({})", cause.message, cause.code),
                    summary::number(counted.profiles),
                    counted.first.to_string(),
                ]
            });
            if exported.unreadable > 0 {
                let titles = ["CANNOT BE READ", "PROFILES", "SUCH AS"];
                show(columns(titles, causes, Page::stdout()))?;
            }
        }
    }
    let options = format!(" -o run.plan{}", services.version_option);
    let plan = command_line("bulk plan", &[file], &options);
    let incomplete = incomplete(exported);
    if incomplete.is_empty() {
        if exported.profiles == 0 {
            say("no profile was selected");
        } else {
            say(format!(
                "to plan the changes that you make in it:\n  {plan}"
            ));
        }
        return Ok(());
    }
    let mut failure = Failure::new(Exit::Failed, incomplete.join(", and "));
    for left_out in &exported.left_out {
        let (profile, column, problem) = (&left_out.profile, &left_out.column, &left_out.problem);
        failure = failure.note(format!("{profile}: the value of {column} {problem}"));
    }
    Err(failure.hint(match exported.unreadable {
        0 => "another format may hold these values; their cells are empty, which changes nothing",
        _ => "the column #cause of the file has the cause of each; export again with --overwrite",
    }))
}

/// Returns what is missing in the file.
fn incomplete(exported: &Exported) -> Vec<String> {
    let mut missing = Vec::new();
    if exported.unreadable > 0 {
        missing.push(format!(
            "{} of {} could not be read",
            summary::number(exported.unreadable),
            summary::profiles(exported.profiles)
        ));
    }
    if exported.values_left_out > 0 {
        let values = summary::counted(exported.values_left_out, "value was", "values were");
        missing.push(format!("{values} left out"));
    }
    missing
}

/// Returns the failure of a working file that cannot be used.
fn not_opened(error: PlanFileError, working: &Path) -> Failure {
    let problem = match &error {
        PlanFileError::OtherInput { what, .. } => {
            format!("is an unfinished export with another {what}")
        }
        PlanFileError::Finished { .. } | PlanFileError::OtherKind { .. } => {
            "is no unfinished export".to_owned()
        }
        _ => return not_written(error),
    };
    Failure::usage(
        format!("{} {problem}", working.display()),
        "nothing was sent; delete that file, or name another one with -o",
    )
}

/// Returns the failure of a file that was not written.
fn not_exported(error: ExportError, out: &Path) -> Failure {
    match error {
        ExportError::Output(OutputError::Exists { .. }) => out_file::exists(out),
        ExportError::Profiles(PlanError::File(error)) => not_written(error),
        ExportError::Output(OutputError::Full) => Failure::new(Exit::Failed, error)
            .hint("end the name with .csv or .jsonl, or select fewer profiles with --where"),
        error => Failure::new(Exit::StillRunning, error).hint(RESUME),
    }
}
