//! A plan, as a run takes it over.

use std::fmt;

use crate::journal::row::NewRow;
use crate::journal::{JournalError, PlanInfo};

/// A plan, as a run takes it over. [`VerifiedPlan::claim`](crate::plan::VerifiedPlan::claim)
/// returns that of a file.
pub struct NewPlan {
    pub(crate) info: PlanInfo,
    pub(crate) rows: Box<dyn Iterator<Item = Result<NewRow, JournalError>> + Send>,
}

impl NewPlan {
    /// Returns a plan with its rows, which are only read if the journal does not have them.
    pub fn new<R>(info: PlanInfo, rows: R) -> Self
    where
        R: Iterator<Item = Result<NewRow, JournalError>> + Send + 'static,
    {
        Self {
            info,
            rows: Box::new(rows),
        }
    }

    /// Returns the rows.
    pub fn into_rows(self) -> impl Iterator<Item = Result<NewRow, JournalError>> + Send {
        self.rows
    }

    /// Returns what a journal records about the plan.
    pub fn info(&self) -> &PlanInfo {
        &self.info
    }
}

impl fmt::Debug for NewPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPlan")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
