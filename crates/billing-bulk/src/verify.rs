//! Compares the profiles of a run with what its plan says, long after the run.

use std::fmt;
use std::sync::Arc;

use billing_edit::{Edit, Edits, Service};
use futures_core::Stream;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use crate::change::Change;
use crate::document::Document;
use crate::journal::pages::RowPages;
use crate::journal::row::Row;
use crate::journal::{JournalError, JournalReader, State};
use crate::plan::progress::Teller;
use crate::plan::read::Reader;
use crate::plan::{PlanError, ReadOptions};
use crate::profile::ProfileId;
use crate::target::{Cause, Comparison, Target};
use crate::targets::Targets;

/// A profile of a run, compared with its plan.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The profile.
    pub profile: ProfileId,
    /// Its state in the run.
    pub state: State,
    /// What was found.
    pub found: Found,
}

/// What was found of a profile.
#[derive(Clone, Debug)]
pub enum Found {
    /// It was read. `members` are those that do not have exactly the planned value.
    Read {
        /// The members of the plan that differ from it.
        members: Vec<MemberDifference>,
        /// The paths of other members that were changed since the run.
        others: Vec<String>,
    },
    /// It cannot be read, for this cause.
    Unread(Cause),
    /// The journal has no values of it any more.
    Erased,
}

/// A member that does not have exactly the planned value.
#[derive(Clone)]
pub struct MemberDifference {
    /// The path, such as `defaultAddress.city`.
    pub path: String,
    /// Why it differs.
    pub kind: DifferenceKind,
    /// The planned value; `None` if the member was to be cleared.
    pub planned: Option<Value>,
    /// The value that it has; `None` if it has none.
    pub now: Option<Value>,
}

// The values are about a person.
impl fmt::Debug for MemberDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberDifference({}, {})", self.path, self.kind)
    }
}

/// Why a member does not have exactly the planned value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// The service stores the planned value in a form of its own.
    Normalised,
    /// The service reported success and did not store the value.
    Declined,
    /// The value was stored, and was changed since.
    Changed,
    /// The run did not finish the profile.
    NotWritten,
}

impl DifferenceKind {
    /// Returns the name as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normalised => "normalised",
            Self::Declined => "declined",
            Self::Changed => "changed",
            Self::NotWritten => "not_written",
        }
    }

    /// Returns whether the member has another value than the planned one.
    pub fn is_other_value(self) -> bool {
        self != Self::Normalised
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Verified {
    /// Returns whether the profile was read and has the planned values, in the service's form.
    pub fn is_as_planned(&self) -> bool {
        match &self.found {
            Found::Read { members, .. } => !members.iter().any(|it| it.kind.is_other_value()),
            Found::Unread(_) | Found::Erased => false,
        }
    }
}

/// A run cannot be verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The run has profiles of a service for which there is no target.
    #[error("the run has profiles of {service}, and there is no connection to it")]
    NoTarget {
        /// The service.
        service: Service,
    },
    /// The service cannot be used at all now: it cannot be reached, or refuses the sign-in.
    #[error("{}", .0.message)]
    Stopped(Box<Cause>),
}

/// Reads every profile of a run, and compares it with its plan. A profile whose read has to be
/// repeated comes after others.
///
/// With several plans the last value of each member counts. Only reads are sent, no faster than
/// the rate limits allow. A profile that cannot be read is no error.
///
/// ```
/// use std::sync::Arc;
///
/// use billing_bulk::plan::ReadOptions;
/// use billing_bulk::verify::{VerifyError, verify};
/// use billing_bulk::{JournalReader, Targets};
/// use futures_util::TryStreamExt as _;
///
/// async fn count(
///     journal: Arc<dyn JournalReader>,
///     targets: Targets,
///     options: ReadOptions,
/// ) -> Result<usize, VerifyError> {
///     let mut profiles = std::pin::pin!(verify(journal, targets, options));
///     let mut others = 0;
///     while let Some(profile) = profiles.try_next().await? {
///         others += usize::from(!profile.is_as_planned());
///     }
///     Ok(others)
/// }
/// ```
///
/// # Errors
/// An item is an error if the journal cannot be read, a target is missing, or a service cannot be
/// used at all. Nothing was changed.
pub fn verify(
    journal: Arc<dyn JournalReader>,
    targets: Targets,
    options: ReadOptions,
) -> impl Stream<Item = Result<Verified, VerifyError>> + Send {
    let concurrency = options.concurrency;
    let reader = Arc::new(Reader::new(&options));
    rows(Arc::clone(&journal))
        .map(move |row| {
            let (journal, targets) = (Arc::clone(&journal), targets.clone());
            let reader = Arc::clone(&reader);
            async move { one(&*journal, &targets, &reader, row?).await }
        })
        .buffer_unordered(concurrency)
}

/// Returns the present rows of a journal.
fn rows(journal: Arc<dyn JournalReader>) -> impl Stream<Item = Result<Row, JournalError>> + Send {
    let start = (journal, RowPages::of(State::ALL));
    stream::try_unfold(start, |(journal, mut pages)| async move {
        let row = pages.next(&*journal).await?;
        Ok(row.map(|row| (row, (journal, pages))))
    })
}

/// Reads a profile and compares it.
///
/// # Errors
/// As for [`verify`].
async fn one(
    journal: &dyn JournalReader,
    targets: &Targets,
    reader: &Reader,
    row: Row,
) -> Result<Verified, VerifyError> {
    let service = row.profile.service();
    let target = (targets.of(service)).ok_or(VerifyError::NoTarget { service })?;
    let verified = |found| Verified {
        profile: row.profile.clone(),
        state: row.state,
        found,
    };
    let planned = planned(journal, &row).await?;
    if planned.is_erased {
        return Ok(verified(Found::Erased));
    }
    let now = match reader
        .read(&**target, &row.profile, &Teller::new(None))
        .await
    {
        Ok(Ok(now)) => now,
        Ok(Err(cause)) => return Ok(verified(Found::Unread(cause))),
        Err(PlanError::Stopped(cause)) => return Err(VerifyError::Stopped(cause)),
        Err(_) => return Err(VerifyError::NoTarget { service }),
    };
    let stored = journal.outcome(row.number).await?;
    let members = differences(&**target, &row, &planned.members, &now);
    let others = match &stored {
        Some(stored) => others(&**target, &planned.members, stored, &now),
        None => Vec::new(),
    };
    Ok(verified(Found::Read { members, others }))
}

/// What the plans of a run say of a profile together.
struct Planned {
    members: Vec<Member>,
    is_erased: bool,
}

/// A member of a plan.
struct Member {
    change: Change,
    /// Why it differs if it does not have the planned value.
    kind: DifferenceKind,
}

/// Returns the planned values of a profile: those of its present row, and what earlier rows have
/// stored in other members.
///
/// # Errors
/// The journal's.
async fn planned(journal: &dyn JournalReader, row: &Row) -> Result<Planned, JournalError> {
    let code = row.cause.as_ref().map(|cause| cause.code.as_str());
    let kind = match (row.state, code) {
        (State::Done | State::Unchanged, _) => DifferenceKind::Changed,
        (State::Failed, Some("not_stored")) => DifferenceKind::Declined,
        _ => DifferenceKind::NotWritten,
    };
    let member = |change: &Change| Member {
        change: change.clone(),
        kind,
    };
    let mut planned = Planned {
        members: row.changes.iter().map(member).collect(),
        is_erased: row.erased.is_some(),
    };
    let mut previous = row.previous;
    while let Some(number) = previous {
        let Some(row) = journal.row(number).await? else {
            break;
        };
        previous = row.previous;
        if row.state != State::Done {
            continue;
        }
        planned.is_erased |= row.erased.is_some();
        for change in row.changes {
            let is_newer = |newer: &Member| {
                let newer = &newer.change.path;
                newer.starts_with(&change.path) || change.path.starts_with(newer)
            };
            if !planned.members.iter().any(is_newer) {
                let kind = DifferenceKind::Changed;
                planned.members.push(Member { change, kind });
            }
        }
    }
    Ok(planned)
}

/// Returns the planned members that do not have exactly the planned value.
fn differences(
    target: &dyn Target,
    row: &Row,
    planned: &[Member],
    now: &Document,
) -> Vec<MemberDifference> {
    let service = row.profile.service();
    let value: Value = serde_json::from_slice(now.json()).unwrap_or_default();
    let difference = |member: &Member| {
        let change = &member.change;
        let has = (change.path.iter()).try_fold(&value, |value, name| value.get(name));
        let has = has.filter(|value| !value.is_null());
        if has == change.new.as_ref() {
            return None;
        }
        let edit = Edit {
            path: change.path.clone(),
            value: change.new.clone(),
        };
        let comparison = target.compare(&row.before, &Edits::from_iter([edit]), now);
        let is_applied = comparison == Comparison::Applied;
        // An empty value and none are the same.
        if is_applied && (has.is_none() || change.new.is_none()) {
            return None;
        }
        let kind = if is_applied {
            DifferenceKind::Normalised
        } else {
            member.kind
        };
        Some(MemberDifference {
            path: service.short(&change.name()).to_owned(),
            kind,
            planned: change.new.clone(),
            now: has.cloned(),
        })
    };
    planned.iter().filter_map(difference).collect()
}

/// Returns the members outside the plan in which a profile differs from how the run left it.
fn others(
    target: &dyn Target,
    planned: &[Member],
    stored: &Document,
    now: &Document,
) -> Vec<String> {
    let planned: Vec<_> = planned.iter().map(|it| it.change.name()).collect();
    let is_planned = |path: &String| {
        planned.iter().any(|planned| {
            let below = path.strip_prefix(planned.as_str());
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    let mut paths = target.changed_paths(stored, now);
    paths.retain(|path| !is_planned(path));
    paths
}
