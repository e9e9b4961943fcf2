//! `billing bulk status`: how far a run is.

use billing_bulk::JournalError;
use billing_bulk::time::utc;
use billing_core::{Clock as _, SystemClock};

use crate::args::global::{Format, Global};
use crate::bulk::{event_line, journal, summary};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::stdout::{print, show};
use crate::shell::command_line;

pub(super) async fn run(name: &str, global: &Global) -> Result {
    let reader = journal::read(name).await?;
    let failed = |error: JournalError| Failure::new(Exit::Failed, error);
    let counts = reader.counts().await.map_err(failed)?;
    let last_change = reader.last_change().await.map_err(failed)?;
    let holder = reader.holder().await.map_err(failed)?;
    let head = reader.head().await.map_err(failed)?;
    if global.format() == Format::Json {
        let now = SystemClock::new().now();
        return print(&event_line::status(
            now,
            &reader.info().id,
            &counts,
            head,
            last_change,
            holder.as_ref(),
        ));
    }
    show(summary::table(&counts))?;
    let mut lines = vec![match &holder {
        Some(holder) => format!("{holder} works on the run"),
        None if !reader.info().has_begun => {
            "the run has not begun; `billing bulk apply` begins it".to_owned()
        }
        None if summary::open(&counts) == 0 => "the run has ended".to_owned(),
        None => "no process works on the run; `billing bulk apply` continues it".to_owned(),
    }];
    let reconcile = command_line("bulk reconcile", &[&journal::shown(name)], "");
    if let Some(time) = last_change {
        lines.push(format!("last change: {}", utc(time)));
    }
    lines.push(format!("head: {}", journal::head(&head)));
    lines.extend(summary::next_steps(&counts, name, &reconcile, None));
    // A step has its command on a line of its own.
    for line in lines.iter().flat_map(|step| step.lines()) {
        show(one_line(line))?;
    }
    Ok(())
}
