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
        return Err(Failure::usage(
            format!("the run has no profile {wanted}"),
            format!(
                "`{}` shows how many it has, and `billing bulk show PLAN` which ones",
                command_line("bulk status", &[&journal::shown(name)], "")
            ),
        ));
    };
    let history = reader.history(row.number).await.map_err(failed)?;
    let mut lines = explain(&row, &history);
    if row.state == State::Unknown {
        let reconcile = command_line("bulk reconcile", &[&journal::shown(name)], "");
        lines.push(format!("  {reconcile}"));
    }
    show(lines.join("\n"))
}
