//! `billing bulk show`: prints the changes of a plan, also of one that `apply` refuses.

use std::path::Path as FilePath;

use billing_bulk::change::Change;
use billing_bulk::plan::{Outcome, PlanHeader, PlanRow};
use billing_bulk::time::utc;
use billing_edit::{Path, value_text};

use crate::args::bulk::BulkShow;
use crate::args::global::{Global, Output};
use crate::bulk::{plan_file, plan_line, profile, summary};
use crate::diff::Difference;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::output::stderr::say;
use crate::output::stdout::{print, show};
use crate::render::excerpt;
use crate::render::table::differences;
use crate::shell::command_line;

pub(super) fn run(args: &BulkShow, global: &Global) -> Result {
    let plan = plan_file::open(&args.plan)?;
    if let Err(error) = plan.verify_content() {
        let shown = format!("{error}; `billing bulk apply` refuses it");
        say(one_line(&shown));
    }
    let failed = |error| Failure::new(Exit::Failed, error);
    if let Some(wanted) = &args.profile {
        let wanted = profile::parse(wanted)?;
        let Some(row) = plan.row(&wanted).map_err(failed)? else {
            return Err(Failure::usage(
                format!("the plan has no profile {wanted}"),
                format!(
                    "`{}` prints all of them",
                    command_line("bulk show", &[&args.plan.to_string_lossy()], "")
                ),
            ));
        };
        return print_row(plan.header(), &row, global.output);
    }
    match global.output {
        Some(Output::Csv) => print(&plan_line::csv_header()?)?,
        Some(Output::Json) => {}
        Some(Output::Table) | None => show(one_line(&introduction(plan.header(), &args.plan)))?,
    }
    let is_table = matches!(global.output, Some(Output::Table) | None);
    let mut unchanged = 0_u64;
    for row in plan.rows() {
        let row = row.map_err(failed)?;
        // A file may have thousands of rows that were not edited, and few that were.
        if is_table && row.findings.is_empty() && matches!(row.outcome, Outcome::NoChange { .. }) {
            unchanged = unchanged.saturating_add(1);
            continue;
        }
        print_row(plan.header(), &row, global.output)?;
    }
    if unchanged > 0 {
        let all = command_line(
            "bulk show",
            &[&args.plan.to_string_lossy()],
            " --output csv",
        );
        // On stdout, so that no reader takes the rows for all.
        show(one_line(&format!(
            "{} unchanged and not shown; to list all:",
            summary::profiles(unchanged)
        )))?;
        show(one_line(&format!("  {all}")))?;
    }
    Ok(())
}

/// Returns what a plan is for, in one line.
fn introduction(header: &PlanHeader, path: &FilePath) -> String {
    let places = header.bindings.iter().map(|it| {
        let tenant = it
            .tenant
            .as_ref()
            .map(|tenant| format!(" in tenant {tenant}"));
        format!(
            "{} at {}{}",
            it.service,
            it.origin,
            tenant.unwrap_or_default()
        )
    });
    let places: Vec<_> = places.collect();
    format!(
        "{}: for {}; made {} by {}, expires {}",
        path.display(),
        places.join(" and "),
        utc(header.created),
        header.tool,
        utc(header.expires)
    )
}

/// Prints a profile of a plan.
fn print_row(header: &PlanHeader, row: &PlanRow, output: Option<Output>) -> Result {
    let comments = header.comments(row);
    match output {
        Some(Output::Json) => print(&plan_line::json(row, comments)),
        Some(Output::Csv) => print(&plan_line::csv(row, comments)?),
        Some(Output::Table) | None => show(text(row, &comments)),
    }
}

/// Returns a profile of a plan for people.
fn text(row: &PlanRow, comments: &[(String, String)]) -> Painted {
    let source = row.source.location.as_ref();
    let source = source
        .map(|source| format!(" ({source})"))
        .unwrap_or_default();
    let mut head = format!("{}{source}", row.profile);
    match &row.outcome {
        Outcome::Change { .. } => {}
        Outcome::NoChange { .. } => head.push_str(": unchanged"),
        Outcome::Unplanned(cause) => {
            head.push_str(&format!(": unplanned: {} ({})", cause.message, cause.code));
        }
    }
    let mut text = Painted::from(one_line(&head));
    for (column, comment) in comments {
        let comment = format!("{column}: {}", excerpt::value(comment).0);
        text = text.indented(&Painted::from(one_line(&comment)));
    }
    let changes: Vec<_> = row.outcome.changes().iter().map(difference).collect();
    if !changes.is_empty() {
        let service = row.profile.service();
        let short = |path: &Path| service.short(&path.to_string()).to_owned();
        text = text.indented(&differences(&changes, short, Page::stdout().indented(2)));
    }
    for finding in &row.findings {
        let certainty = if finding.is_certain {
            "refused"
        } else {
            "note"
        };
        let finding = format!("{certainty}: {}", finding.message);
        text = text.indented(&Painted::from(one_line(&finding)));
    }
    text
}

fn difference(change: &Change) -> Difference {
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    Difference {
        path: Path::of_members(&change.path),
        old: old.map(value_text),
        new: new.map(value_text),
    }
}
