//! `billing bulk status`: how far a run is.

use billing_bulk::JournalError;
use billing_bulk::control::Wait;
use billing_bulk::run::Status;
use billing_bulk::time::utc;
use billing_core::{Clock as _, SystemClock};

use crate::args::global::{Format, Global};
use crate::bulk::{event_line, journal, summary, watch};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::stdout::{announce, print, show};
use crate::shell::command_line;

pub(super) async fn run(name: &str, is_watched: bool, global: &Global) -> Result {
    let clock = SystemClock::new();
    let reader = match is_watched {
        true => watch::begun(name, &clock).await?,
        false => journal::read(name).await?,
    };
    let is_json = global.format() == Format::Json;
    let line = |status: &Status| event_line::status(clock.now(), status);
    let status = if is_watched {
        let has_bar = !global.no_progress && !is_json;
        let write = |status: &Status, text: &str| {
            if is_json {
                announce(&line(status))
            } else {
                announce(text)
            }
        };
        watch::until_end(&*reader, &clock, has_bar, write).await?
    } else {
        let failed = |error: JournalError| Failure::new(Exit::Failed, error);
        Status::of(&*reader).await.map_err(failed)?
    };
    if is_json {
        return print(&line(&status));
    }
    show(summary::table(&status.counts))?;
    let mut lines = vec![match &status.holder {
        Some(holder) => format!("{holder} works on the run"),
        None if !reader.info().has_begun => {
            "the run has not begun; `billing bulk apply` begins it".to_owned()
        }
        None if status.open() == 0 => "the run has ended".to_owned(),
        None => "no process works on the run; `billing bulk apply` continues it".to_owned(),
    }];
    if let Some(cause) = &status.stopped {
        lines.push(format!(
            "the last process stopped before the end: {} ({})",
            cause.message, cause.code
        ));
    }
    let reconcile = command_line("bulk reconcile", &[&journal::shown(name)], "");
    for Wait { message, until, .. } in &status.waits {
        lines.push(match until {
            Some(until) => format!("waiting until {}: {message}", utc(*until)),
            None => format!("waiting: {message}"),
        });
    }
    if status.waits.iter().any(|wait| wait.reason == "paused") {
        let resume = command_line("bulk resume", &[&journal::shown(name)], "");
        lines.push(format!("to resume the run:\n  {resume}"));
    }
    if let Some(polls) = status.polls.filter(|polls| *polls > 0) {
        lines.push(format!(
            "waiting: {} accepted by the services and not finished",
            summary::profiles(polls)
        ));
    }
    if let Some(time) = status.last_change {
        lines.push(format!("last change: {}", utc(time)));
    }
    lines.push(format!("head: {}", journal::head(&status.head)));
    lines.extend(summary::next_steps(&status.counts, name, &reconcile, None));
    // A step has its command on a line of its own.
    for line in lines.iter().flat_map(|step| step.lines()) {
        show(one_line(line))?;
    }
    Ok(())
}
