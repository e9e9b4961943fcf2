//! The profiles to plan for the undo of a run: the members that it changed, with their values from
//! before.

pub(super) mod restore;

use std::sync::Arc;

use billing_edit::{Edit, Edits, Service};
use futures_util::stream;
use serde_json::Value;

use crate::document::{Document, Version};
use crate::journal::pages::RowPages;
use crate::journal::row::Row;
use crate::journal::{JournalError, JournalReader, State};
use crate::plan::error::PlanError;
use crate::plan::item::{Aim, PlanItem, PlanItems};
use crate::plan::row::Finding;
use crate::plan::undo::restore::Left;
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
/// A member is planned only if it still is as the service stored it for the last plan of the run
/// that was to change it: others are left as they are, with a finding, unless `force` has the
/// profile. A profile of which the journal does not know what the run left, such as one of unknown
/// outcome or an erased one, is unplanned; a failed profile is not if it is as before the run.
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
        if !self.is_known(&row).await? {
            let cause = not_known(&row);
            return Ok(Some(if self.may_have_failed_only(&row).await? {
                Aim::Keep {
                    edits: before(&row),
                    cause,
                }
            } else {
                Aim::Refuse(cause)
            }));
        }
        // The newest row comes first.
        let mut rows = vec![row];
        while let Some(previous) = rows.last().and_then(|row| row.previous) {
            let Some(row) = self.journal.row(previous).await? else {
                break;
            };
            rows.push(row);
        }
        let mut left = Vec::new();
        let mut version = None;
        for (at, row) in rows.iter().enumerate() {
            let after = match row.state {
                State::Done => self.journal.outcome(row.number).await?,
                // What a replaced row has left is what the plan of the next one has read.
                _ if self.is_known(row).await? => continue,
                _ => at
                    .checked_sub(1)
                    .and_then(|at| Some(rows.get(at)?.before.clone())),
            };
            if row.erased.is_some() {
                return Ok(Some(Aim::Refuse(erased())));
            }
            let Some((before, after, stored)) = images(&row.before, after) else {
                return Ok(Some(Aim::Refuse(no_image())));
            };
            let mut one = Left {
                before,
                changes: row.changes.clone(),
                after,
            };
            if row.state != State::Done && !one.keep_applied() {
                return Ok(Some(Aim::Refuse(not_known(row))));
            }
            version.get_or_insert(stored);
            left.push(one);
        }
        let (Some((edits, stored)), Some(version)) = (restore::undo(&left), version) else {
            return Ok(None);
        };
        Ok((!edits.is_empty()).then(|| {
            let stored = Document::new(stored.to_string(), version);
            let force = self.force.applies_to(&profile);
            Aim::Undo {
                edits,
                stored,
                force,
            }
        }))
    }

    /// Returns whether a row has failed, and no earlier row has changed its profile: then the
    /// values from before this row are those from before the run.
    ///
    /// # Errors
    /// The journal's.
    async fn may_have_failed_only(&self, row: &Row) -> Result<bool, JournalError> {
        if row.state != State::Failed || row.erased.is_some() {
            return Ok(false);
        }
        let mut previous = row.previous;
        while let Some(number) = previous {
            let Some(row) = self.journal.row(number).await? else {
                return Ok(false);
            };
            if row.state == State::Done || !self.is_known(&row).await? {
                return Ok(false);
            }
            previous = row.previous;
        }
        Ok(true)
    }

    /// Returns whether the journal knows by itself what a row has left of its profile.
    ///
    /// # Errors
    /// The journal's.
    async fn is_known(&self, row: &Row) -> Result<bool, JournalError> {
        match row.state {
            State::Sending | State::Accepted | State::Unknown => Ok(false),
            // A write that has failed may have changed some members, unless it was refused.
            State::Failed if row.attempt.is_some() => {
                let status = row.cause.as_ref().and_then(|cause| cause.status);
                if !status.is_some_and(|status| (400..500).contains(&status)) {
                    return Ok(false);
                }
                // Then the status is that of a poll.
                let history = self.journal.history(row.number).await?;
                let mut entries = history.iter().rev();
                let last = entries.find(|it| it.state != State::Failed);
                Ok(last.is_none_or(|last| last.state != State::Accepted))
            }
            State::Failed | State::Planned | State::Done | State::Unchanged | State::Conflict => {
                Ok(true)
            }
        }
    }
}

/// Returns the values of two documents and the version of the second one; `None` if it is missing,
/// or one of them is not JSON.
fn images(before: &Document, after: Option<Document>) -> Option<(Value, Value, Version)> {
    let after = after?;
    let value = |document: &Document| serde_json::from_slice(document.json()).ok();
    Some((value(before)?, value(&after)?, after.version().clone()))
}

/// Returns the members that a row was to change, with their values from before.
fn before(row: &Row) -> Edits {
    let edits = row.changes.iter().map(|change| Edit {
        path: change.path.clone(),
        value: change.old.clone(),
    });
    edits.collect()
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

/// Returns the cause of a profile that cannot be undone: all of its members were changed.
pub(super) fn changed_since_run(service: Service, paths: &[String]) -> Cause {
    let names: Vec<_> = paths.iter().map(|path| service.short(path)).collect();
    cause(
        "changed_since_run",
        &format!("changed since the run: {}", names.join(", ")),
        "look at the profile; the undo can be forced for it",
    )
}

/// Returns a finding for each member that someone has changed since the run: it is not undone
/// unless `edits` has it.
pub(super) fn findings(service: Service, paths: &[String], edits: &Edits) -> Vec<Finding> {
    let finding = |path: &String| {
        let member = service.short(path);
        let is_forced = edits.iter().any(|edit| edit.path.join(".") == *path);
        Finding {
            member: member.to_owned(),
            message: format!(
                "{member} was changed since the run, and {}",
                if is_forced {
                    "is undone, too"
                } else {
                    "stays as it is"
                }
            ),
            is_certain: false,
        }
    };
    paths.iter().map(finding).collect()
}
