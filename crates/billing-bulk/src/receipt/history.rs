//! The history, verified from its first entry to its last.

use std::collections::BTreeMap;

use crate::journal::State;
use crate::journal::chain::{Hash, link, start};
use crate::journal::entry::{ERASED, PLAN};
use crate::journal::stored::Stored;
use crate::receipt::altered::{Altered, Place, check};

/// The columns of an entry, as [`Table::History`](crate::journal::Table::History) has them.
const NUMBER: usize = 1;
const TIME: usize = 2;
const STATE: usize = 3;
const ATTEMPT: usize = 4;
const REQUEST_ID: usize = 5;
const CAUSE: usize = 6;
const HOLDER: usize = 7;
const COMMITMENT: usize = 10;

/// The history so far.
pub(super) struct History {
    /// The chain after the last entry.
    pub(super) head: Hash,
    pub(super) entries: i64,
    /// The commitments of the plans that were taken over.
    pub(super) plans: Vec<Hash>,
    /// What the entries say of each row.
    pub(super) rows: BTreeMap<i64, RowHistory>,
    /// When each process recorded something first.
    pub(super) opened: BTreeMap<i64, i64>,
    /// The checksums of the processes.
    holders: BTreeMap<i64, Hash>,
    wanted: Option<Hash>,
    /// Whether the chain had the wanted head at some time.
    pub(super) has_wanted: bool,
}

/// What the entries say of a row.
pub(super) struct RowHistory {
    pub(super) state: State,
    pub(super) steps: i64,
    pub(super) cause: Option<String>,
    /// The last write.
    pub(super) sent: Option<Sent>,
    /// The commitment to the document at the end.
    pub(super) outcome: Option<Hash>,
    /// When it was erased, and the checksum that it has since.
    pub(super) erased: Option<(i64, Hash)>,
}

/// A write, as its entry has it.
pub(super) struct Sent {
    pub(super) time: i64,
    pub(super) attempt: Option<i64>,
    pub(super) request_id: Option<String>,
    pub(super) body: Option<Hash>,
}

impl Default for RowHistory {
    fn default() -> Self {
        Self {
            state: State::Planned,
            steps: 0,
            cause: None,
            sent: None,
            outcome: None,
            erased: None,
        }
    }
}

impl History {
    pub(super) fn new(
        journal_id: &str,
        holders: BTreeMap<i64, Hash>,
        wanted: Option<Hash>,
    ) -> Self {
        let head = start(journal_id);
        Self {
            head,
            entries: 0,
            plans: Vec::new(),
            rows: BTreeMap::new(),
            opened: BTreeMap::new(),
            holders,
            wanted,
            has_wanted: wanted.is_none_or(|wanted| wanted == head),
        }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// It is not as it was recorded, or does not belong here.
    pub(super) fn take(&mut self, entry: &Stored) -> Result<(), Altered> {
        let number = entry.key();
        let at = || Place::Entry(number);
        // A storage without checksums of its own numbers the entries without gaps.
        if entry.checksum.is_some() && number != self.entries.saturating_add(1) {
            let missing = Place::Entry(self.entries.saturating_add(1));
            return check(false, || missing, "it is missing");
        }
        self.entries = match entry.checksum {
            Some(_) => number,
            None => self.entries.saturating_add(1),
        };
        let checksum = entry.computed(1);
        let stored = entry.checksum.as_deref();
        let is_intact = stored.is_none_or(|stored| stored == checksum);
        check(is_intact, at, "its checksum is wrong")?;
        let holder = entry.integer(HOLDER).unwrap_or_default();
        let time = entry.integer(TIME).unwrap_or_default();
        let recorder = self.holders.get(&holder);
        let Some(recorder) = recorder else {
            return check(false, at, "the process that recorded it is missing");
        };
        self.head = link(&self.head, &checksum, recorder);
        let is_linked = entry.binding.as_deref() == Some(&self.head[..]);
        check(
            is_linked,
            at,
            "the chain is broken: the entry was changed, moved or inserted, or the one before it \
             was removed",
        )?;
        self.has_wanted |= self.wanted == Some(self.head);
        self.opened.entry(holder).or_insert(time);
        let commitment = entry.hash(COMMITMENT);
        let row = entry.integer(NUMBER);
        match (entry.text(STATE), row, commitment) {
            (Some(PLAN), None, Some(commitment)) => {
                self.plans.push(commitment);
                Ok(())
            }
            (Some(ERASED), Some(row), Some(checksum)) => {
                let row = self.rows.entry(row).or_default();
                check(row.erased.is_none(), at, "the row was erased before")?;
                row.erased = Some((time, checksum));
                Ok(())
            }
            (Some(name), Some(row), commitment) => {
                let Some(state) = State::from_name(name) else {
                    return check(false, at, "its state is unknown");
                };
                check(!self.plans.is_empty(), at, "it is before the first plan")?;
                let row = self.rows.entry(row).or_default();
                row.step(entry, state, commitment)
            }
            _ => check(false, at, "a run records no such entry"),
        }
    }
}

impl RowHistory {
    /// Takes a step of the row.
    fn step(
        &mut self,
        entry: &Stored,
        state: State,
        commitment: Option<Hash>,
    ) -> Result<(), Altered> {
        let at = || Place::Entry(entry.key());
        let is_allowed = self.state.may_become(state) && self.erased.is_none();
        check(is_allowed, at, "its state cannot follow the one before it")?;
        self.state = state;
        self.steps = self.steps.saturating_add(1);
        // What is noted about a profile that is done is in its history only.
        let cause = entry.text(CAUSE).filter(|_| state != State::Done);
        self.cause = cause.map(str::to_owned);
        match state {
            // Without an attempt, it tells of a response that did not come.
            State::Sending if entry.integer(ATTEMPT).is_some() => {
                self.sent = Some(Sent {
                    time: entry.integer(TIME).unwrap_or_default(),
                    attempt: entry.integer(ATTEMPT),
                    request_id: entry.text(REQUEST_ID).map(str::to_owned),
                    body: commitment,
                });
            }
            State::Done | State::Unchanged => self.outcome = commitment,
            _ => {}
        }
        Ok(())
    }
}
