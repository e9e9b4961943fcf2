//! `billing bulk explain`: the history of one profile in a run, in plain words.

use billing_bulk::JournalError;
use billing_bulk::journal::State;
use billing_bulk::run::explain;

use crate::bulk::{journal, profile};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::stdout::show;
use crate::shell::command_line;

pub(super) async fn run(name: &str, wanted: &str) -> Result {
    let wanted = profile::parse(wanted)?;
    let reader = journal::read(name).await?;
    let failed = |error: JournalError| Failure::new(Exit::Failed, error);
    let Some(row) = reader.find(&wanted).await.map_err(failed)? else {
        return Err(profile::not_in_run(&wanted, name));
    };
    let mut rows = vec![row];
    while let Some(previous) = rows.last().and_then(|row| row.previous) {
        let previous = reader.row(previous).await.map_err(failed)?;
        rows.push(previous.ok_or_else(|| {
            Failure::new(
                Exit::Failed,
                format!("a row of {wanted} is missing in the journal"),
            )
        })?);
    }
    let is_unknown = rows.first().is_some_and(|row| row.state == State::Unknown);
    let mut told = Vec::new();
    for row in rows.into_iter().rev() {
        let history = reader.history(row.number).await.map_err(failed)?;
        told.push((row, history));
    }
    let mut lines = explain(&told);
    if is_unknown {
        let reconcile = command_line("bulk reconcile", &[&journal::shown(name)], "");
        lines.push(format!("  {reconcile}"));
    }
    show(lines.join("\n"))
}
