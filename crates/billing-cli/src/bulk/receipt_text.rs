//! A receipt for people.

use billing_bulk::journal::Holder;
use billing_bulk::journal::row::Entry;
use billing_bulk::receipt::{Receipt, ReceiptChange, ReceiptEntry};
use billing_bulk::time::utc;
use billing_edit::{Path, value_text};

use crate::diff::Difference;
use crate::output::escape::one_line;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::render::table::differences;

/// Returns a receipt for people: the profile, its values before and as stored, and every step.
pub(super) fn text(receipt: &Receipt) -> Painted {
    let place = receipt.location.as_ref().map(|place| format!(" ({place})"));
    let head = format!(
        "{}{}: {}",
        receipt.profile,
        place.unwrap_or_default(),
        receipt.state
    );
    let mut text = Painted::from(one_line(&head));
    let service = receipt.profile.service();
    if let Some(erased) = receipt.erased {
        let erased = format!("personal data erased {}", utc(erased));
        let paths = receipt.changes.iter().map(|it| it.change.name());
        let paths: Vec<_> = paths.map(|path| service.short(&path).to_owned()).collect();
        text = text
            .indented(&Painted::from(erased))
            .indented(&Painted::from(one_line(&paths.join(", "))));
    } else if !receipt.changes.is_empty() {
        let changes: Vec<_> = receipt.changes.iter().map(difference).collect();
        let short = |path: &Path| service.short(&path.to_string()).to_owned();
        text = text.indented(&differences(&changes, short, Page::stdout().indented(2)));
    }
    for entry in &receipt.entries {
        text = text.indented(&Painted::from(one_line(&step(entry))));
    }
    text
}

/// Returns the value before and the stored value; the planned value if that is not known.
fn difference(change: &ReceiptChange) -> Difference {
    let ReceiptChange { change, after } = change;
    let new = after.as_ref().or(change.new.as_ref());
    Difference {
        path: Path::of_members(&change.path),
        old: change.old.as_ref().map(value_text),
        new: new.map(value_text),
    }
}

fn step(entry: &ReceiptEntry) -> String {
    let ReceiptEntry { entry, holder, .. } = entry;
    let Entry {
        number,
        time,
        state,
        ..
    } = entry;
    let mut text = format!("{}  {number}  {state}", utc(*time));
    if let Some(attempt) = entry.attempt {
        text.push_str(&format!(", attempt {attempt}"));
    }
    let request_id = entry.request_id.map(|id| id.to_string());
    let ids = [
        ("request", &request_id),
        ("service request", &entry.ids.request_id),
        ("correlation", &entry.ids.correlation_id),
    ];
    for (name, id) in ids {
        if let Some(id) = id {
            text.push_str(&format!(", {name} {id}"));
        }
    }
    if let Some(cause) = &entry.cause {
        text.push_str(&format!(": {} ({})", cause.message, cause.code));
    }
    if let Some(holder) = holder {
        text.push_str(&format!("; {}", who(holder)));
    }
    text
}

/// Returns the user, the process and the tool.
fn who(holder: &Holder) -> String {
    let user = holder.user.as_ref().map(|user| format!("{user}, "));
    let tool = holder.tool.as_ref().map(|tool| format!(", {tool}"));
    format!(
        "{}{holder}{}",
        user.unwrap_or_default(),
        tool.unwrap_or_default()
    )
}
