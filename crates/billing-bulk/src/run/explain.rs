//! The history of a profile in plain words.

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
    let service = row.profile.service();
    let members = row.changes.iter().map(|change| change.name());
    let members: Vec<_> = members
        .map(|name| service.short(&name).to_owned())
        .collect();
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
    for (index, entry) in history.iter().enumerate() {
        let earlier = history.get(..index).unwrap_or_default();
        lines.push(format!("{}  {}", utc(entry.time), sentence(entry, earlier)));
    }
    if let Some(erased) = row.erased {
        lines.push(format!("{}  Its values were erased.", utc(erased)));
    }
    lines
}

/// Returns what a step did after the `earlier` ones.
fn sentence(entry: &Entry, earlier: &[Entry]) -> String {
    let id = entry.request_id.map(|id| id.to_string());
    let id = id.unwrap_or_else(|| "unknown".to_owned());
    let last = earlier.last();
    let is_after = |state| last.is_some_and(|last| last.state == state);
    let is_repeated = || is_after(State::Sending) && is_sent(entry, earlier);
    let text = match (entry.state, entry.attempt) {
        (State::Planned, _) if last.is_none() => "It was taken over from the plan.".to_owned(),
        (State::Planned, _) => "The attempt changed nothing, and may be made again.".to_owned(),
        (State::Sending, None) => "No response came that tells the outcome.".to_owned(),
        (State::Sending, Some(_)) if is_repeated() => {
            let why = match last {
                // It has said so.
                Some(last) if last.cause.is_some() => "",
                _ => "No response was recorded. ",
            };
            format!("{why}The same write was sent again (request {id}).")
        }
        (State::Sending, Some(attempt)) => {
            format!("Attempt {attempt} was recorded and sent (request {id}).")
        }
        (State::Accepted, _) if is_after(State::Accepted) => {
            "The service still works on the write.".to_owned()
        }
        (State::Accepted, _) => "The service has accepted the write and takes its time.".to_owned(),
        (State::Done, _) => "The planned values are stored.".to_owned(),
        (State::Unchanged, _) => "Nothing had to be written.".to_owned(),
        (State::Failed, _) => "It failed.".to_owned(),
        (State::Conflict, _) => "Someone else changed the profile; it was left alone.".to_owned(),
        (State::Unknown, _) if is_after(State::Unknown) => {
            "It was looked at again, and not decided.".to_owned()
        }
        (State::Unknown, _) => "The search for the outcome was given up.".to_owned(),
    };
    match &entry.cause {
        Some(note) if entry.state == State::Done => {
            format!("{text} Note: {} ({}).", note.message, note.code)
        }
        Some(cause) => format!("{text} {}", cause_text(cause)),
        None => text,
    }
}

/// Returns whether a write was sent before under the same request id.
fn is_sent(entry: &Entry, earlier: &[Entry]) -> bool {
    let last = earlier.iter().rfind(|it| it.request_id.is_some());
    last.is_some_and(|last| last.request_id == entry.request_id)
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
