//! `billing bulk report`: what a run did, as a page, CSV or JSON.

mod csv_report;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use billing_bulk::journal::State;
use billing_bulk::output::{OutputError, TargetFile};
use billing_bulk::report::{JsonReport, Page, PageText, Report, ReportRow, Seal};
use billing_core::{Clock as _, SystemClock};
use clap::ValueEnum as _;

use crate::args::bulk::BulkReport;
use crate::args::global::Output;
use crate::bulk::report::csv_report::CsvReport;
use crate::bulk::summary::{self, number, profiles};
use crate::bulk::{journal, out_file};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::output::stdout::print;
use crate::shell::command_line;

pub(super) async fn run(args: &BulkReport) -> Result {
    let mut document = Document::chosen(args)?;
    let seal = seal(args)?;
    out(args).map(out_file::check).transpose()?;
    let reader = journal::read(&args.journal).await?;
    let file = out(args).map(|out| create(out, args.overwrite));
    let file = file.transpose()?;
    let now = SystemClock::new().now();
    let report = Report::read(&*reader, now, seal.as_ref(), &mut |row| document.add(row)).await;
    let report = report.map_err(|error| Failure::new(Exit::Failed, error))?;
    let text = text(args, &report);
    let Some(file) = file else {
        let mut out = Vec::new();
        document
            .write(&mut out, &report, &text)
            .map_err(Failure::output)?;
        return print(String::from_utf8_lossy(&out).trim_end_matches('\n'));
    };
    let name = out(args).unwrap_or_else(|| Path::new(""));
    let size = write(file, &mut document, &report, &text).map_err(|error| failed(error, name))?;
    say(one_line(&format!(
        "wrote {}: {}, {} kB",
        name.display(),
        profiles(report.counts.total()),
        number(size.div_ceil(1_000))
    )));
    Ok(())
}

/// Returns the file that is written, if it is not stdout.
fn out(args: &BulkReport) -> Option<&Path> {
    args.out.as_deref().filter(|out| *out != Path::new("-"))
}

/// A report in one of its formats.
enum Document {
    Page(Box<Page>),
    Csv(Box<CsvReport>),
    Json(JsonReport),
}

impl Document {
    /// Returns the format of the arguments: an option, else the name of the file.
    fn chosen(args: &BulkReport) -> Result<Self> {
        let out = out(args);
        let extension = out
            .and_then(Path::extension)
            .map(|it| it.to_ascii_lowercase());
        let is = |extension_of: &str| extension.as_ref().is_some_and(|it| *it == *extension_of);
        let is_given = args.csv || args.json;
        if args.json || (!is_given && is("json")) {
            return Ok(Self::Json(JsonReport::default()));
        }
        if args.csv || (!is_given && is("csv")) {
            return Ok(Self::Csv(Box::default()));
        }
        let Some(out) = out else {
            return Err(Failure::usage(
                "the page needs a file",
                "name it with -o, such as -o report.html; --csv and --json print to stdout",
            ));
        };
        let name = out.to_string_lossy();
        if Output::from_str(&name, false).is_ok() {
            return Err(Failure::usage(
                format!("-o is the file that is written, and {name} is a format"),
                format!("for {name} use -o report.{name}; for a page of that name: -o ./{name}"),
            ));
        }
        Ok(Self::Page(Box::default()))
    }

    fn add(&mut self, row: &ReportRow) {
        match self {
            Self::Page(page) => page.add(row),
            Self::Csv(csv) => csv.add(row),
            Self::Json(json) => json.add(row),
        }
    }

    fn write(&mut self, out: &mut dyn Write, report: &Report, text: &PageText) -> io::Result<()> {
        match self {
            Self::Page(page) => page.write(out, report, text),
            Self::Csv(csv) => csv.write(out),
            Self::Json(json) => json.write(out, report),
        }
    }
}

/// Creates the file that becomes the report, before the journal is read.
fn create(path: &Path, overwrite: bool) -> Result<TargetFile> {
    TargetFile::create(path, overwrite).map_err(|error| failed(error, path))
}

/// Writes the file, and returns its size.
fn write(
    file: TargetFile,
    document: &mut Document,
    report: &Report,
    text: &PageText,
) -> Result<u64, OutputError> {
    let mut out = BufWriter::new(Counted { file, size: 0 });
    let written = document.write(&mut out, report, text);
    let written = written.and_then(|()| out.flush());
    let (Counted { file, size }, _) = out.into_parts();
    match written {
        Ok(()) => file.finish().map(|()| size),
        Err(error) => Err(file.explain(error)),
    }
}

/// A file that counts its bytes.
struct Counted {
    file: TargetFile,
    size: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn failed(error: OutputError, out: &Path) -> Failure {
    match error {
        OutputError::Exists { .. } => out_file::exists(out),
        error => Failure::new(Exit::Failed, error),
    }
}

/// Returns the seal of personal values, if they are to be sealed.
fn seal(args: &BulkReport) -> Result<Option<Seal>> {
    let Some(path) = &args.redact_key else {
        return Ok(args.redact.then(Seal::random));
    };
    let name = one_line(&path.to_string_lossy());
    let key = fs::read(path).map_err(|error| {
        Failure::new(Exit::Usage, error).during(format!("could not read {name}"))
    })?;
    let key = key.trim_ascii();
    let seal = Seal::with_key(key).ok_or_else(|| {
        Failure::usage(
            format!("the key in {name} has fewer than 16 bytes"),
            "make one with `openssl rand -hex 32`",
        )
    })?;
    Ok(Some(seal))
}

fn text(args: &BulkReport, report: &Report) -> PageText {
    let journal = journal::shown(&args.journal);
    let mut next_steps = Vec::new();
    if report.open() > 0 && report.status.holder.is_none() {
        let line = command_line("bulk apply PLAN --journal", &[&journal], "");
        let open = profiles(report.open());
        next_steps.push(format!(
            "{open} left to work on; continue the run with its plan:\n  {line}"
        ));
    }
    let reconcile = command_line("bulk reconcile", &[&journal], "");
    let not_done = [State::Failed, State::Conflict];
    let group = report
        .causes
        .iter()
        .find(|group| not_done.contains(&group.state));
    let example = group.and_then(|group| group.examples.first().map(ToString::to_string));
    let steps = summary::next_steps(
        &report.counts,
        &args.journal,
        &reconcile,
        example.as_deref(),
    );
    next_steps.extend(steps);
    PageText {
        journal,
        tool: concat!("billing ", env!("CARGO_PKG_VERSION")).to_owned(),
        next_steps,
    }
}
