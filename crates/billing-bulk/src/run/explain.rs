//! The history of a profile in plain words.

use billing_edit::Members;

use crate::journal::State;
use crate::journal::row::{Entry, Row};
use crate::target::Cause;
use crate::time::utc;

/// Returns the history of a profile in plain words, a line for each step: of each of its rows with
/// its transitions, the oldest row first.
pub fn explain(rows: &[(Row, Vec<Entry>)]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rows = rows.iter().peekable();
    while let Some((row, history)) = rows.next() {
        lines.extend(explain_row(row, history));
        lines.push(match rows.peek() {
            None => next_step(row),
            Some((by, _)) => format!("Row {} of a further plan took over.", by.number),
        });
    }
    lines
}

fn explain_row(row: &Row, history: &[Entry]) -> Vec<String> {
    let names = Members::of(row.profile.service());
    let members = row.changes.iter().map(|change| change.name());
    let members: Vec<_> = members.map(|name| names.short(&name).to_owned()).collect();
    let plan = match members.as_slice() {
        [] => "The plan changes nothing.".to_owned(),
        members => format!("The plan changes {}.", members.join(", ")),
    };
    let number = row.number;
    let heading = match row.generation {
        1 => format!("{}, row {number} of the plan", row.profile),
        generation => format!("{}, row {number}, from plan {generation}", row.profile),
    };
    let mut lines = vec![heading, plan];
    let mut last: Option<&Entry> = None;
    for entry in history {
        lines.push(format!("{}  {}", utc(entry.time), sentence(entry, last)));
        last = Some(entry);
    }
    if let Some(erased) = row.erased {
        lines.push(format!("{}  Its values were erased.", utc(erased)));
    }
    lines
}

/// Returns what a step did.
fn sentence(entry: &Entry, last: Option<&Entry>) -> String {
    let id = entry.request_id.map(|id| id.to_string());
    let id = id.unwrap_or_else(|| "unknown".to_owned());
    let attempt = entry.attempt.unwrap_or(1);
    let is_repeated = last.is_some_and(|last| {
        last.state == State::Sending
            && entry.request_id.is_some()
            && last.request_id == entry.request_id
    });
    let text = match entry.state {
        State::Planned if last.is_none() => "It was taken over from the plan.".to_owned(),
        State::Planned => "The attempt changed nothing, and may be made again.".to_owned(),
        State::Sending if is_repeated => {
            format!("No response was recorded; the same write was sent again (request {id}).")
        }
        State::Sending => format!("Attempt {attempt} was recorded and sent (request {id})."),
        State::Accepted if last.is_some_and(|last| last.state == State::Accepted) => {
            "The service still works on the write.".to_owned()
        }
        State::Accepted => "The service has accepted the write and takes its time.".to_owned(),
        State::Done => "The planned values are stored.".to_owned(),
        State::Unchanged => "Nothing had to be written.".to_owned(),
        State::Failed => "It failed.".to_owned(),
        State::Conflict => "Someone else changed the profile; it was left alone.".to_owned(),
        State::Unknown => "The search for the outcome was given up.".to_owned(),
    };
    match &entry.cause {
        Some(cause) => format!("{text} {}", cause_text(cause)),
        None => text,
    }
}

fn cause_text(cause: &Cause) -> String {
    let mut text = format!("Cause: {} ({}", cause.message, cause.code);
    if let Some(status) = cause.status {
        text.push_str(&format!(", status {status}"));
    }
    if let Some(id) = &cause.request_id {
        text.push_str(&format!(", request {id}"));
    }
    text.push_str(").");
    text
}

/// Returns what happens next to the row.
fn next_step(row: &Row) -> String {
    match row.state {
        State::Planned => "Next: the run writes it when it is continued.",
        State::Sending => {
            "Next: the run finds out whether the write took effect when it is continued, before \
             anything else is sent for this profile."
        }
        State::Accepted => "Next: the run asks the service how the write ended when it is continued.",
        State::Unknown => {
            "Next: reconciling the run reads the profile once no operation can be running any more, \
             and decides."
        }
        State::Done | State::Unchanged => "Nothing is left to do.",
        State::Failed | State::Conflict => {
            "This run leaves it alone. Look at the profile, and plan it again."
        }
    }
    .to_owned()
}
