//! Verifies a journal.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::ValueRef;

use crate::journal::chain::Hash;
use crate::journal::entry::of;
use crate::journal::stored::Stored;
use crate::journal::{JournalReader, Table};
use crate::receipt::altered::{Altered, Place, VerifyError, check};
use crate::receipt::history::History;
use crate::receipt::pages::Pages;
use crate::receipt::rows::{GENERATION, PREVIOUS, Parts, REPLACED_BY};
use crate::sqlite::checksum::Checksum;

/// What was found in a journal that is as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The number of entries of the history.
    pub entries: u64,
    /// The number of rows of all plans.
    pub rows: u64,
    /// The number of rows whose personal data were erased.
    pub erased: u64,
    /// The head of the chain.
    pub head: Hash,
}

/// Verifies that a journal is as it was recorded, and that its chain had this `head` at some time.
///
/// Reads all of it. The journal must not be open for a run meanwhile: the tables would be read at
/// different times.
///
/// # Errors
/// The journal cannot be read, or the first thing that is wrong.
pub async fn verify(journal: &dyn JournalReader, head: Option<Hash>) -> Result<Proof, VerifyError> {
    let run = Pages::of(journal, Table::Run).all().await?;
    let plans = Pages::of(journal, Table::Plans).all().await?;
    let holders = Pages::of(journal, Table::Holders).all().await?;
    let [run] = run.as_slice() else {
        return Err(wrong(Place::Run, "it is not there once"));
    };
    check_small(std::slice::from_ref(run), |_| Place::Run)?;
    check_small(&plans, Place::Plan)?;
    check_small(&holders, Place::Recorder)?;
    let checksums = holders.iter().map(|it| (it.key(), it.computed(0)));
    let journal_id = run.text(1).unwrap_or_default();
    let mut history = History::new(journal_id, checksums.collect(), head);
    let mut entries = Pages::of(journal, Table::History);
    while let Some(entry) = entries.next().await? {
        history.take(&entry)?;
    }
    for holder in &holders {
        let opened = history.opened.get(&holder.key()).copied();
        let is_recorder = opened.is_some() && opened == holder.integer(5);
        let at = || Place::Recorder(holder.key());
        check(is_recorder, at, "it did not record its first entry")?;
    }
    let has_begun = run.integer(3) == Some(1);
    check(
        has_begun != history.plans.is_empty() && plans.len() >= history.plans.len(),
        || Place::Run,
        "its plans are not those of the history",
    )?;
    for plan in plans.iter().skip(history.plans.len()) {
        let at = || Place::Plan(plan.key());
        let is_pending = plan.integer(6).is_none();
        check(
            is_pending,
            at,
            "it was taken over without an entry in the history",
        )?;
    }
    let rows = check_rows(journal, &mut history).await?;
    for (plan, commitment) in plans.iter().zip(&history.plans) {
        let hash = rows.hashes.get(&plan.key()).cloned().unwrap_or_default();
        let expected = of([
            ValueRef::Text(journal_id.as_bytes()),
            ValueRef::Text(run.text(2).unwrap_or_default().as_bytes()),
            ValueRef::Blob(&plan.computed(0)),
            ValueRef::Blob(&hash.finish()),
        ]);
        let problem = "it, its rows or what the journal is about were changed, or a row was \
                       removed or inserted";
        check(expected == *commitment, || Place::Plan(plan.key()), problem)?;
    }
    check(
        history.has_wanted,
        || Place::Head,
        "the history never had this head: its end was cut off, or it was rewritten",
    )?;
    Ok(Proof {
        entries: history.entries.unsigned_abs(),
        rows: rows.number,
        erased: rows.erased,
        head: history.head,
    })
}

fn wrong(place: Place, problem: &'static str) -> VerifyError {
    Altered { place, problem }.into()
}

/// Checks the checksums of a small table, and that its rows are numbered from 1.
fn check_small(rows: &[Stored], place: impl Fn(i64) -> Place) -> Result<(), Altered> {
    for (number, row) in (1..).zip(rows) {
        let at = || place(number);
        check(row.key() == number, at, "it is missing")?;
        let stored = row.checksum.as_deref();
        let is_intact = stored.is_none_or(|stored| stored == row.computed(0));
        check(is_intact, at, "its checksum is wrong")?;
    }
    Ok(())
}

/// What the rows add up to.
#[derive(Default)]
struct Rows {
    number: u64,
    erased: u64,
    /// The hash over the commitments of each plan's rows.
    hashes: BTreeMap<i64, Checksum>,
}

/// Checks each row, and takes what the history says of it.
async fn check_rows(
    journal: &dyn JournalReader,
    history: &mut History,
) -> Result<Rows, VerifyError> {
    let mut profiles = Pages::of(journal, Table::Profiles);
    let mut progress = Pages::of(journal, Table::Progress);
    let mut outcomes = Pages::of(journal, Table::Outcomes);
    let mut outcome = outcomes.next().await?;
    let mut rows = Rows::default();
    let (mut replaced, mut previous) = (BTreeSet::new(), BTreeSet::new());
    let taken_over = i64::try_from(history.plans.len()).unwrap_or(i64::MAX);
    loop {
        let (profile, progress) = match (profiles.next().await?, progress.next().await?) {
            (Some(profile), Some(progress)) if profile.key() == progress.key() => {
                (profile, progress)
            }
            (None, None) => break,
            (profile, progress) => {
                let numbers = [profile, progress].into_iter().flatten();
                let number = numbers.map(|row| row.key()).min().unwrap_or_default();
                return Err(wrong(Place::Row(number, None), "a part of it is missing"));
            }
        };
        let number = profile.key();
        let own = outcome.take_if(|outcome| outcome.key() == number);
        if own.is_some() {
            outcome = outcomes.next().await?;
        }
        let of_row = history.rows.remove(&number).unwrap_or_default();
        let parts = Parts {
            profile: &profile,
            progress: &progress,
            outcome: own.as_ref(),
        };
        parts.check(&of_row)?;
        rows.number = rows.number.saturating_add(1);
        rows.erased = rows.erased.saturating_add(of_row.erased.is_some().into());
        let generation = profile.integer(GENERATION).unwrap_or_default();
        let hash = rows.hashes.entry(generation).or_default();
        hash.add(ValueRef::Integer(number));
        hash.add(ValueRef::Blob(
            profile.binding.as_deref().unwrap_or_default(),
        ));
        // A plan that is being taken over replaces nothing yet.
        if generation > taken_over {
            continue;
        }
        if let Some(by) = progress.integer(REPLACED_BY) {
            replaced.insert((number, by));
        }
        if let Some(earlier) = profile.integer(PREVIOUS) {
            previous.insert((earlier, number));
        }
    }
    if let Some(outcome) = outcome {
        let place = Place::Row(outcome.key(), None);
        return Err(wrong(place, "it has a document and no profile"));
    }
    if let Some(number) = history.rows.keys().next() {
        return Err(wrong(Place::Row(*number, None), "it is missing"));
    }
    if let Some((number, _)) = replaced.symmetric_difference(&previous).next() {
        let problem = "the rows that replace it do not say so";
        return Err(wrong(Place::Row(*number, None), problem));
    }
    Ok(rows)
}
