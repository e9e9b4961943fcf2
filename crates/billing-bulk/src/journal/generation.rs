//! The rows of a plan in a journal: the same in every storage.

use crate::journal::row::NewRow;
use crate::journal::{PlanInfo, RunInfo};

/// A plan whose rows are being stored.
///
/// The rows of a plan that continues a run count only when all of them are stored. Until then each
/// is replaced by itself, so that no query finds it.
#[derive(Clone, Debug)]
pub(crate) struct Generation {
    pub(crate) plan: PlanInfo,
    /// The number of the plan, from 1.
    pub(crate) number: u32,
    /// The number of the last row before those of the plan.
    pub(crate) after: u64,
}

impl Generation {
    /// Returns the generation that a plan becomes.
    ///
    /// # Errors
    /// Why the journal does not take the plan.
    pub(crate) fn next(info: &RunInfo, plan: &PlanInfo) -> Result<Self, &'static str> {
        if info.has_plan(&plan.digest) {
            return Err("the run has begun before and cannot begin again; resume it");
        }
        if !info.has_begun && info.plan_digest() != plan.digest {
            return Err("the journal belongs to another plan; name the journal of this plan");
        }
        let plans = if info.has_begun { info.plans.len() } else { 0 };
        let last = info.plans.iter().filter_map(|plan| plan.rows.as_ref());
        Ok(Self {
            plan: PlanInfo {
                rows: None,
                ..plan.clone()
            },
            number: u32::try_from(plans).unwrap_or(u32::MAX).saturating_add(1),
            after: last.map(|rows| *rows.end()).max().unwrap_or_default(),
        })
    }

    /// Returns whether it is the plan that the run begins with.
    pub(crate) fn is_first(&self) -> bool {
        self.number == 1
    }

    /// Returns the number of a row in the journal.
    pub(crate) fn row(&self, row: &NewRow) -> u64 {
        self.after.saturating_add(row.number)
    }

    /// Returns what is known of the run once all rows are stored.
    pub(crate) fn complete(self, info: &RunInfo, plan: PlanInfo) -> RunInfo {
        let mut plans = info.plans.clone();
        plans.truncate(usize::try_from(self.number).unwrap_or(usize::MAX) - 1);
        plans.push(plan);
        RunInfo {
            plans,
            has_begun: true,
            ..info.clone()
        }
    }
}
