//! What a journal says of one profile.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;

use crate::change::Change;
use crate::document::{Document, Version};
use crate::journal::row::{Entry, Row};
use crate::journal::{Holder, JournalError, JournalReader, Recorder, State};
use crate::profile::ProfileId;

/// What a journal says of one profile.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The profile.
    pub profile: ProfileId,
    /// The number of its row.
    pub row: u64,
    /// The number of the row's plan.
    pub generation: u32,
    /// The present state.
    pub state: State,
    /// The place of the row in the input.
    pub location: Option<String>,
    /// What tells the document before from a later version; `None` once it is erased.
    pub before: Option<Version>,
    /// What tells the document that the service stored; `None` without one.
    pub after: Option<Version>,
    /// The members of the plan.
    pub changes: Vec<ReceiptChange>,
    /// Every step, oldest first, also those of rows that this one replaces.
    pub entries: Vec<ReceiptEntry>,
    /// When the personal data were erased.
    pub erased: Option<SystemTime>,
}

/// A member of the plan, with its values as they were, were planned and are stored.
#[derive(Clone, PartialEq)]
pub struct ReceiptChange {
    /// The member, with the value before and the planned one.
    pub change: Change,
    /// The value that the service stored; `None` if the document does not have the member, or is
    /// not known.
    pub after: Option<Value>,
}

// The values are about a person.
impl fmt::Debug for ReceiptChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.change.fmt(f)
    }
}

/// A step, and the process that recorded it.
#[derive(Clone, Debug)]
pub struct ReceiptEntry {
    /// The number of the row.
    pub row: u64,
    /// The step.
    pub entry: Entry,
    /// The process that recorded it.
    pub holder: Option<Holder>,
}

impl Receipt {
    /// Reads what a journal says of the profile of a row.
    ///
    /// # Errors
    /// The journal's.
    pub async fn of(
        journal: &dyn JournalReader,
        row: &Row,
        recorders: &[Recorder],
    ) -> Result<Self, JournalError> {
        let mut entries = Vec::new();
        for number in rows(journal, row).await? {
            for entry in journal.history(number).await? {
                let mut recorders = recorders.iter();
                let recorder = recorders.find(|recorder| recorder.number == entry.holder);
                entries.push(ReceiptEntry {
                    row: number,
                    holder: recorder.map(|recorder| recorder.holder.clone()),
                    entry,
                });
            }
        }
        let after = journal.outcome(row.number).await?;
        let stored = after.as_ref().map(parse);
        let changes = row.changes.iter().map(|change| ReceiptChange {
            change: change.clone(),
            after: stored.as_ref().and_then(|stored| at(stored, change)),
        });
        Ok(Self {
            profile: row.profile.clone(),
            row: row.number,
            generation: row.generation,
            state: row.state,
            location: row.source.location.clone(),
            before: row.erased.is_none().then(|| row.before.version().clone()),
            after: after.map(|after| after.version().clone()),
            changes: changes.collect(),
            entries,
            erased: row.erased,
        })
    }
}

/// Returns the numbers of a row and of those that it replaces, oldest first.
async fn rows(journal: &dyn JournalReader, row: &Row) -> Result<Vec<u64>, JournalError> {
    let mut numbers = vec![row.number];
    let mut previous = row.previous;
    while let Some(number) = previous.filter(|number| !numbers.contains(number)) {
        numbers.insert(0, number);
        let earlier = journal.row(number).await?;
        previous = earlier.and_then(|row| row.previous);
    }
    Ok(numbers)
}

fn parse(document: &Document) -> Value {
    serde_json::from_slice(document.json()).unwrap_or_default()
}

/// Returns the value of a changed member.
fn at(document: &Value, change: &Change) -> Option<Value> {
    let mut names = change.path.iter();
    names
        .try_fold(document, |value, name| value.get(name))
        .cloned()
}
