//! Reads a report from a journal, row by row.

use std::time::SystemTime;

use billing_edit::Members;
use futures_util::{StreamExt as _, stream};

use crate::binding::Binding;
use crate::change::Change;
use crate::journal::row::{Entry, Row};
use crate::journal::{Counts, JournalError, JournalReader, State};
use crate::report::Report;
use crate::report::causes::Groups;
use crate::report::row::ReportRow;
use crate::report::samples::Samples;
use crate::report::seal::Seal;
use crate::report::timeline::Timeline;
use crate::run::Status;

/// How many rows are read at once.
const PAGE: usize = 256;

/// How many histories are requested at once: a database answers them together.
const AT_ONCE: usize = 32;

impl Report {
    /// Reads a report, and calls `each` with every profile in the order of the plan. With a seal,
    /// personal values are sealed. It can be read during the run, which may move on meanwhile.
    ///
    /// Memory for the report itself is about 60 bytes for each step of a profile.
    ///
    /// # Errors
    /// The journal's.
    pub async fn read(
        journal: &dyn JournalReader,
        time: SystemTime,
        seal: Option<&Seal>,
        each: &mut (dyn FnMut(&ReportRow) + Send),
    ) -> Result<Self, JournalError> {
        let status = Status::of(journal).await?;
        let recorders = journal.recorders().await?;
        let mut counts = Counts::default();
        let mut samples = Samples::default();
        let mut groups = Groups::default();
        let mut writes = 0;
        let mut after = 0;
        loop {
            let rows = journal.rows(&State::ALL, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.number;
            let histories = rows.into_iter().map(|row| whole(journal, row));
            let mut histories = stream::iter(histories).buffered(AT_ONCE);
            while let Some(read) = histories.next().await {
                let (row, history) = read?;
                let sent = samples.add(&history);
                writes += sent;
                counts.add(row.state, 1);
                let last_step = history.last().map(|entry| entry.time);
                let row = reported(&status.bindings, row, seal, sent, last_step);
                groups.add(&row);
                each(&row);
            }
        }
        Ok(Self {
            time,
            status,
            plans: journal.info().plans.clone(),
            recorders,
            counts,
            began: samples.span.map(|(first, _)| first),
            last_step: samples.span.map(|(_, last)| last),
            writes,
            throttled: samples.throttled.len() as u64,
            timeline: Timeline::of(&samples),
            causes: groups.finish(),
            is_redacted: seal.is_some(),
        })
    }
}

/// Returns a row with what the run did to its profile before, under the rows that it replaced: its
/// changes since the first of them, and the history of all.
async fn whole(
    journal: &dyn JournalReader,
    mut row: Row,
) -> Result<(Row, Vec<Entry>), JournalError> {
    let mut history = journal.history(row.number).await?;
    let mut previous = row.previous;
    while let Some(number) = previous {
        let Some(earlier) = journal.row(number).await? else {
            break;
        };
        previous = earlier.previous;
        let mut entries = journal.history(number).await?;
        entries.append(&mut history);
        history = entries;
        // What was not written is no change.
        if earlier.state == State::Done {
            row.changes = merged(earlier.changes, row.changes);
        }
    }
    Ok((row, history))
}

/// Returns the changes from before the earlier ones to after the later ones.
fn merged(earlier: Vec<Change>, later: Vec<Change>) -> Vec<Change> {
    let mut changes = earlier;
    for change in later {
        match changes.iter_mut().find(|it| it.path == change.path) {
            Some(first) => first.new = change.new,
            None => changes.push(change),
        }
    }
    changes
}

fn reported(
    bindings: &[Binding],
    row: Row,
    seal: Option<&Seal>,
    writes: u64,
    last_step: Option<SystemTime>,
) -> ReportRow {
    let changes = match seal {
        // Changes without values would be taken for members that are cleared.
        _ if row.erased.is_some() => Vec::new(),
        Some(seal) => {
            let service = row.profile.service();
            let binding = bindings.iter().find(|binding| binding.service == service);
            let members = binding.map_or(Members::of(service), Binding::members);
            seal.changes(members, &row.changes)
        }
        None => row.changes,
    };
    ReportRow {
        number: row.number,
        profile: row.profile,
        state: row.state,
        changes,
        erased: row.erased,
        writes,
        last_step,
        cause: row.cause,
    }
}
