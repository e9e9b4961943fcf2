//! `billing bulk rows`: writes rows of a run back in the form of their input, each with what became
//! of it.

use std::fs::File;
use std::io;
use std::path::Path;

use billing_bulk::input::{InputForm, InputFormat};
use billing_bulk::journal::State;
use billing_bulk::journal::pages::RowPages;
use billing_bulk::output::OutputError;
use billing_bulk::plan::{Outcome, Plan, PlanFileError};
use billing_bulk::{JournalError, JournalReader};

use crate::args::bulk::{BulkRows, StateName};
use crate::bulk::cells::Cells;
use crate::bulk::row_file::{GivenRow, Origin, RowFile, Survey};
use crate::bulk::{journal, out_file, plan_file, summary};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::stderr::say;
use crate::shell::command_line;

pub(super) async fn run(args: &BulkRows) -> Result {
    let is_stdout = args.out == Path::new("-");
    if !is_stdout {
        out_file::check(&args.out)?;
    }
    let reader = journal::read(&args.journal).await?;
    let plan = args.plan.as_deref().map(plan_file::open).transpose()?;
    let source = Source::new(&*reader, plan.as_ref(), &args.state);
    let mut survey = Survey::default();
    let erased = source
        .each(|row| {
            survey.add(&row);
            Ok(())
        })
        .await?;
    if erased > 0 {
        let erased = summary::rows(erased);
        say(format!("left out: {erased} whose values were erased"));
    }
    if survey.rows == 0 {
        say("no row is in these states; nothing was written");
        return Ok(());
    }
    let by_default = Cells::of_run(reader.info());
    let form = survey.form(&source.origins, &by_default, &args.out);
    let has_service = form.form.columns.iter().any(|column| column == "service");
    let needs_service = form.is_exact && !has_service;
    if !is_stdout {
        check_extension(&args.out, &form.form)?;
    }
    let folder = if is_stdout {
        Some(tempfile::tempdir().map_err(|error| Failure::new(Exit::Failed, error))?)
    } else {
        None
    };
    let path = match &folder {
        Some(folder) => folder.path().join("rows"),
        None => args.out.clone(),
    };
    let failed = |error| not_written(error, &args.out);
    let mut file =
        RowFile::create(&path, &form, &source.origins, args.overwrite).map_err(failed)?;
    source.each(|row| file.write(&row).map_err(failed)).await?;
    file.finish().map_err(failed)?;
    if is_stdout {
        let copied = File::open(&path).and_then(|mut file| io::copy(&mut file, &mut io::stdout()));
        return copied.map(drop).map_err(Failure::output);
    }
    let service = survey.service.filter(|_| needs_service);
    let service = service.map(|service| format!(" --service {}", service.as_str()));
    let next = command_line(
        "bulk plan --continue",
        &[&journal::shown(&args.journal), &args.out.to_string_lossy()],
        &format!(
            " -o next.plan{}{}",
            service.unwrap_or_default(),
            form.cells.given(&by_default)
        ),
    );
    say(format!(
        "{} written to {}; correct the file, and plan it again:\n  {next}",
        summary::rows(survey.rows),
        args.out.display()
    ));
    Ok(())
}

/// The rows that are given back.
struct Source<'a> {
    journal: &'a dyn JournalReader,
    plan: Option<&'a Plan>,
    states: Vec<State>,
    /// The plans of the journal, and the plan.
    origins: Vec<Origin>,
}

impl<'a> Source<'a> {
    fn new(journal: &'a dyn JournalReader, plan: Option<&'a Plan>, states: &[StateName]) -> Self {
        let plans = journal.info().plans.iter();
        let plans = plans.map(|it| Origin::of(it.input.as_deref(), it.form.as_deref()));
        let inputs = plan.map(|plan| &plan.header().input);
        let inputs = inputs.map(|it| Origin::of(it.name.as_deref(), it.form.as_deref()));
        Self {
            journal,
            plan,
            states: states.iter().map(|name| state(*name)).collect(),
            origins: plans.chain(inputs).collect(),
        }
    }

    /// Calls a function for each row: those of the journal, and those of the plan that could not be
    /// planned and whose profiles have no row in the journal. Leaves out rows that were erased,
    /// whose members would look as if they were to be cleared, and returns their number.
    ///
    /// # Errors
    /// The function's, and those of reading.
    async fn each(&self, mut call: impl FnMut(GivenRow) -> Result) -> Result<u64> {
        let failed = |error: JournalError| Failure::new(Exit::Failed, error);
        let mut erased = 0_u64;
        let mut rows = RowPages::of(self.states.as_slice());
        while let Some(row) = rows.next(self.journal).await.map_err(failed)? {
            if row.erased.is_some() {
                erased = erased.saturating_add(1);
            } else {
                call(GivenRow::of_journal(row))?;
            }
        }
        let Some(plan) = self.plan else {
            return Ok(erased);
        };
        let origin = self.origins.len().saturating_sub(1);
        for row in plan.rows() {
            let row = row.map_err(|error: PlanFileError| plan_file::refused(error))?;
            let is_unplanned = matches!(row.outcome, Outcome::Unplanned(_));
            if is_unplanned {
                let found = self.journal.find(&row.profile).await.map_err(failed)?;
                if found.is_none() {
                    call(GivenRow::of_plan(row, origin))?;
                }
            }
        }
        Ok(erased)
    }
}

fn state(name: StateName) -> State {
    match name {
        StateName::Planned => State::Planned,
        StateName::Sending => State::Sending,
        StateName::Accepted => State::Accepted,
        StateName::Done => State::Done,
        StateName::Unchanged => State::Unchanged,
        StateName::Failed => State::Failed,
        StateName::Conflict => State::Conflict,
        StateName::Unknown => State::Unknown,
    }
}

/// Refuses a file whose name promises another format than the rows have: `plan` would not read it.
fn check_extension(out: &Path, form: &InputForm) -> Result {
    let (own, others): (&[&str], &[&str]) = match form.format {
        InputFormat::Csv { .. } => (&["csv"], &["xlsx", "xlsm", "json", "jsonl", "ndjson"]),
        InputFormat::Xlsx { .. } => (&["xlsx"], &["csv", "tsv", "tab", "json", "jsonl", "ndjson"]),
        InputFormat::JsonLines { .. } | InputFormat::JsonArray { .. } => {
            (&["jsonl", "json"], &["csv", "tsv", "tab", "xlsx", "xlsm"])
        }
    };
    let extension = out
        .extension()
        .map(|it| it.to_string_lossy().to_lowercase());
    match extension {
        Some(extension) if others.contains(&extension.as_str()) => Err(Failure::usage(
            format!(
                "-o {}: the rows came as {}, and are written so",
                out.display(),
                form.format
            ),
            format!("end the name with .{}", own.join(" or .")),
        )),
        _ => Ok(()),
    }
}

fn not_written(error: OutputError, out: &Path) -> Failure {
    match error {
        OutputError::Exists { .. } => out_file::exists(out),
        error => Failure::new(Exit::Failed, error),
    }
}
