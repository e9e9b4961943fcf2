//! The profiles to plan for the undo of a run: the members that it changed, with their values from
//! before.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use billing_core::pipeline::is_empty_value;
use billing_edit::{Edit, Edits, Members, Service};
use futures_util::stream;
use serde_json::Value;

use crate::document::Document;
use crate::journal::pages::RowPages;
use crate::journal::row::Row;
use crate::journal::{JournalError, JournalReader, State};
use crate::plan::error::PlanError;
use crate::plan::item::{Aim, PlanItem, PlanItems};
use crate::plan::row::Finding;
use crate::profile::ProfileId;
use crate::target::Cause;

/// The profiles whose members are undone also where someone has changed them since the run.
#[derive(Clone, Debug, Default)]
pub enum Force {
    /// None.
    #[default]
    Never,
    /// These.
    Profiles(Vec<ProfileId>),
    /// All.
    Always,
}

impl Force {
    fn applies_to(&self, profile: &ProfileId) -> bool {
        match self {
            Self::Never => false,
            Self::Profiles(profiles) => {
                let key = profile.key();
                profiles.iter().any(|one| one.key() == key)
            }
            Self::Always => true,
        }
    }
}

/// Returns every profile that a run has changed, with the values of the changed members from
/// before the run; members that it did not have are cleared.
///
/// A member is planned only if it still is as the service stored it for the run: others are left
/// as they are, with a finding, unless `force` has the profile. A profile of which the journal does
/// not know what the run left, such as one of unknown outcome or an erased one, is unplanned.
///
/// # Errors
/// An item is an error if the journal cannot be read; it is the last one.
pub fn undo(journal: Arc<dyn JournalReader>, force: Force) -> PlanItems {
    let rows = Rows {
        journal,
        force,
        pages: RowPages::of(State::ALL),
    };
    Box::pin(stream::try_unfold(rows, |mut rows| async move {
        let item = rows.next().await;
        let item = item.map_err(|error| PlanError::Input(error.into()))?;
        Ok(item.map(|item| (item, rows)))
    }))
}

/// The profiles that a run has changed, row by row.
struct Rows {
    journal: Arc<dyn JournalReader>,
    force: Force,
    pages: RowPages,
}

impl Rows {
    /// Returns the next profile that the run has changed.
    ///
    /// # Errors
    /// The journal's.
    async fn next(&mut self) -> Result<Option<PlanItem>, JournalError> {
        while let Some(row) = self.pages.next(&*self.journal).await? {
            if let Some(item) = self.item(row).await? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Returns what undoes a profile, given its present row; `None` if the run has changed nothing.
    ///
    /// # Errors
    /// The journal's.
    async fn item(&self, row: Row) -> Result<Option<PlanItem>, JournalError> {
        let profile = row.profile.clone();
        let source = row.source.clone();
        let aim = self.aim(row).await?;
        Ok(aim.map(|aim| PlanItem {
            profile,
            aim,
            source,
        }))
    }

    /// # Errors
    /// The journal's.
    async fn aim(&self, row: Row) -> Result<Option<Aim>, JournalError> {
        let profile = row.profile.clone();
        // The newest row comes first.
        let mut rows = vec![row];
        while let Some(previous) = rows.last().and_then(|row| row.previous) {
            let Some(row) = self.journal.row(previous).await? else {
                break;
            };
            rows.push(row);
        }
        if let Some(row) = rows.iter().find(|row| !is_known(row)) {
            return Ok(Some(Aim::Refuse(not_known(row))));
        }
        let done: Vec<_> = rows.iter().filter(|row| row.state == State::Done).collect();
        let Some(oldest) = done.last() else {
            return Ok(None);
        };
        if done.iter().any(|row| row.erased.is_some()) {
            return Ok(Some(Aim::Refuse(erased())));
        }
        let mut stored = None;
        for row in &rows {
            stored = self.journal.outcome(row.number).await?;
            if stored.is_some() {
                break;
            }
        }
        let (Some(stored), Ok(before)) = (stored, serde_json::from_slice(oldest.before.json()))
        else {
            return Ok(Some(Aim::Refuse(no_image())));
        };
        let Ok(after) = serde_json::from_slice(stored.json()) else {
            return Ok(Some(Aim::Refuse(no_image())));
        };
        let paths = done.iter().rev().flat_map(|row| &row.changes);
        let edits = restore(&before, &after, paths.map(|change| change.path.as_slice()));
        Ok((!edits.is_empty()).then(|| {
            if self.force.applies_to(&profile) {
                Aim::Edits(edits)
            } else {
                Aim::Undo { edits, stored }
            }
        }))
    }
}

/// Returns whether the journal knows what a row has left of its profile.
fn is_known(row: &Row) -> bool {
    match row.state {
        State::Sending | State::Accepted | State::Unknown => false,
        // A write that has failed may have changed some members.
        State::Failed => row.attempt.is_none() || !may_have_changed(row.cause.as_ref()),
        State::Planned | State::Done | State::Unchanged | State::Conflict => true,
    }
}

/// Returns whether a write that has failed for this cause may have changed something: the service
/// did not refuse the request.
fn may_have_changed(cause: Option<&Cause>) -> bool {
    cause.is_none_or(|cause| {
        let is_refused = cause
            .status
            .is_some_and(|status| (400..500).contains(&status));
        !is_refused
    })
}

fn not_known(row: &Row) -> Cause {
    let message = match row.state {
        State::Failed => "the write failed and may have changed some members",
        _ => "the run has not settled the profile",
    };
    let hint = match row.state {
        State::Failed => "look at the profile, and change it by itself",
        _ => "let the run end and find out what became of its write, then undo it",
    };
    cause("not_settled", message, hint)
}

fn erased() -> Cause {
    cause(
        "erased",
        "the values from before the run were erased",
        "they cannot be restored from this journal",
    )
}

fn no_image() -> Cause {
    cause(
        "no_image",
        "the journal has no document of the profile as the run left it",
        "look at the profile, and change it by itself",
    )
}

fn cause(code: &str, message: &str, hint: &str) -> Cause {
    Cause {
        code: code.to_owned(),
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
        ..Cause::default()
    }
}

/// Returns the edits that give the members at these paths their values from `before`, in a document
/// that is `after`.
fn restore<'a>(before: &Value, after: &Value, paths: impl Iterator<Item = &'a [String]>) -> Edits {
    let mut all: Vec<&[String]> = paths.collect();
    // The outer paths come first; what is below them is restored with them.
    all.sort_by_key(|path| path.len());
    let mut outer: Vec<&[String]> = Vec::new();
    for path in all {
        if !outer.iter().any(|above| path.starts_with(above)) {
            outer.push(path);
        }
    }
    let mut edits: Vec<Edit> = Vec::new();
    for path in &outer {
        let path = added_by(before, after, path, &outer).unwrap_or(path);
        if !edits.iter().any(|edit| path.starts_with(&edit.path)) {
            add(at(before, path), at(after, path), path, &mut edits);
        }
    }
    edits.into_iter().collect()
}

/// Returns the outermost object above a path that the run has added: `before` does not have it, and
/// in `after` it has nothing but members that the run has set.
fn added_by<'a>(
    before: &Value,
    after: &Value,
    path: &'a [String],
    changed: &[&[String]],
) -> Option<&'a [String]> {
    let mut above = (1..path.len()).filter_map(|length| path.get(..length));
    above.find(|above| {
        at(before, above).is_none()
            && at(after, above).is_some_and(|value| is_within(value, above, changed))
    })
}

/// Returns whether all values of an object are at or below these paths.
fn is_within(value: &Value, path: &[String], paths: &[&[String]]) -> bool {
    if paths.iter().any(|above| path.starts_with(above)) || is_empty_value(value) {
        return true;
    }
    let Value::Object(members) = value else {
        return false;
    };
    members.iter().all(|(name, value)| {
        let path = [path, std::slice::from_ref(name)].concat();
        is_within(value, &path, paths)
    })
}

/// Adds the edits that make one value of another, member by member.
fn add(before: Option<&Value>, after: Option<&Value>, path: &[String], edits: &mut Vec<Edit>) {
    if is_same(before, after) {
        return;
    }
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after)
        && !old.is_empty()
    {
        let added = new.keys().filter(|name| !old.contains_key(*name));
        for name in old.keys().chain(added) {
            let path = [path, std::slice::from_ref(name)].concat();
            let value = |members: &'_ serde_json::Map<String, Value>| members.get(name).cloned();
            let (old, new) = (value(old), value(new));
            let there = |value: &'_ Option<Value>| value.clone().filter(|it| !it.is_null());
            add(there(&old).as_ref(), there(&new).as_ref(), &path, edits);
        }
        return;
    }
    edits.push(Edit {
        path: path.to_vec(),
        value: before.cloned(),
    });
}

/// Returns the value at a path; `None` for null.
fn at<'a>(document: &'a Value, path: &[String]) -> Option<&'a Value> {
    let value = (path.iter()).try_fold(document, |value, name| value.get(name))?;
    (!value.is_null()).then_some(value)
}

/// Returns whether two values are the same. Services leave out what is empty, so that an absent, a
/// null and an empty value are the same.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut names = one.keys().chain(other.keys());
            names.all(|name| is_same(one.get(name), other.get(name)))
        }
        _ => {
            let is_empty = |value: Option<&Value>| value.is_none_or(is_empty_value);
            one == other || (is_empty(one) && is_empty(other))
        }
    }
}

/// Returns the cause of a profile that cannot be undone: all of its members were changed.
pub(super) fn changed_since_run(service: Service, paths: &[String]) -> Cause {
    let names = Members::of(service);
    let names: Vec<_> = paths.iter().map(|path| names.short(path)).collect();
    cause(
        "changed_since_run",
        &format!("changed since the run: {}", names.join(", ")),
        "look at the profile; the undo can be forced for it",
    )
}

/// Returns a finding for each member that is not undone because someone has changed it.
pub(super) fn findings(service: Service, paths: &[String]) -> Vec<Finding> {
    let names = Members::of(service);
    let finding = |path: &String| {
        let member = names.short(path);
        Finding {
            member: member.to_owned(),
            message: format!("{member} was changed since the run, and stays as it is"),
            is_certain: false,
        }
    };
    paths.iter().map(finding).collect()
}

/// Divides edits into those whose member in `now` is as in `stored`, and the paths of the others.
pub(super) fn untouched(edits: &Edits, stored: &Document, now: &Value) -> (Edits, Vec<String>) {
    let stored: Value = serde_json::from_slice(stored.json()).unwrap_or_default();
    let mut changed = Vec::new();
    let kept = edits.iter().filter(|edit| {
        let is_kept = is_same(at(&stored, &edit.path), at(now, &edit.path));
        if !is_kept {
            changed.push(edit.path.join("."));
        }
        is_kept
    });
    let kept = kept.cloned().collect();
    (kept, changed)
}
