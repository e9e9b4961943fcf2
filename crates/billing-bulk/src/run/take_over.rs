//! Stores the rows of a plan in the journal before a run sends anything.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::journal::pages::RowPages;
use crate::journal::row::NewRow;
use crate::journal::{JournalError, State};
use crate::plan::NewPlan;
use crate::profile::ProfileId;
use crate::run::context::Context;
use crate::run::error::RunError;
use crate::run::reconcile::age;

/// Stores the rows of a plan, unless the journal has them. A plan that continues the run replaces
/// no row whose write may still take effect.
///
/// # Errors
/// Such a row, or the journal's. The rows of the plan do not count then.
pub(crate) async fn take_over(cx: &Context, plan: NewPlan) -> Result<(), RunError> {
    let info = cx.journal.info();
    let NewPlan { info: plan, rows } = plan;
    if info.has_plan(&plan.digest) {
        return Ok(());
    }
    let mut rows = Checked {
        rows,
        open: if info.has_begun {
            open_rows(cx).await?
        } else {
            HashMap::new()
        },
        refused: None,
    };
    let begun = cx.journal.begin(&plan, cx.clock().now(), &mut rows).await;
    match rows.refused {
        None => Ok(begun?),
        Some(Refused {
            profile,
            count,
            until: Some(until),
        }) => Err(RunError::Unknown {
            profile,
            count,
            until,
        }),
        Some(Refused { profile, count, .. }) => Err(RunError::Unsettled { profile, count }),
    }
}

/// Returns the rows that must not be replaced, by the keys of their profiles: those that are being
/// sent, and those of unknown outcome with the time at which their write can no longer take effect.
///
/// # Errors
/// The journal's.
async fn open_rows(cx: &Context) -> Result<HashMap<String, Option<SystemTime>>, JournalError> {
    const OPEN: [State; 3] = [State::Sending, State::Accepted, State::Unknown];
    let now = cx.clock().now();
    let mut open = HashMap::new();
    let mut rows = RowPages::of(OPEN);
    while let Some(row) = rows.next(&*cx.journal).await? {
        let until = match row.state {
            State::Unknown => {
                let history = cx.journal.history(row.number).await?;
                let left = cx.options.settle.saturating_sub(age(&history, now));
                if left.is_zero() {
                    continue;
                }
                Some(now.checked_add(left).unwrap_or(now))
            }
            _ => None,
        };
        open.insert(row.profile.key(), until);
    }
    Ok(open)
}

/// The rows of a plan up to the first that would replace a row that must not be replaced.
struct Checked {
    rows: Box<dyn Iterator<Item = Result<NewRow, JournalError>> + Send>,
    open: HashMap<String, Option<SystemTime>>,
    refused: Option<Refused>,
}

/// The rows of a plan that are refused.
struct Refused {
    /// The profile of the first one.
    profile: ProfileId,
    count: u64,
    /// When they can be replaced; `None` if one of them has to be settled first.
    until: Option<SystemTime>,
}

impl Checked {
    /// Counts a row that would replace one that must not be replaced; returns false for others.
    fn refuses(&mut self, row: &NewRow) -> bool {
        if self.open.is_empty() {
            return false;
        }
        let Some(until) = self.open.get(&row.profile.key()).copied() else {
            return false;
        };
        match &mut self.refused {
            Some(refused) => {
                refused.count = refused.count.saturating_add(1);
                refused.until = refused.until.zip(until).map(|(one, other)| one.max(other));
            }
            None => {
                let profile = row.profile.clone();
                self.refused = Some(Refused {
                    profile,
                    count: 1,
                    until,
                });
            }
        }
        true
    }
}

impl Iterator for Checked {
    type Item = Result<NewRow, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.rows.next() {
                Some(Ok(row)) => {
                    if !self.refuses(&row) && self.refused.is_none() {
                        return Some(Ok(row));
                    }
                }
                None if self.refused.is_some() => {
                    let problem = "the plan replaces rows that are not settled".to_owned();
                    return Some(Err(JournalError::Plan { problem }));
                }
                end => return end,
            }
        }
    }
}
