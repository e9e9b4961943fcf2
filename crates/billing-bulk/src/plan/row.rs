//! A profile in a plan.

use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::document::Document;
use crate::journal::row::NewRow;
use crate::profile::ProfileId;
use crate::source::Source;
use crate::target::Cause;

/// A profile in a plan.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// The row's number in the plan, from 1.
    pub number: u64,
    /// The profile.
    pub profile: ProfileId,
    /// What the plan does with it.
    pub outcome: Outcome,
    /// What a preflight says about the profile as it will be.
    pub findings: Vec<Finding>,
    /// Where the row comes from.
    pub source: Source,
}

/// What a plan does with a profile.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Some members change.
    Change {
        /// The document as it was read.
        before: Document,
        /// The members that change; at least one.
        changes: Vec<Change>,
    },
    /// The profile already has all values.
    NoChange {
        /// The document as it was read.
        before: Document,
    },
    /// The profile could not be read, or its change is not possible.
    Unplanned(Cause),
}

impl Outcome {
    /// Returns the name of the state as plans and JSON have it: `change`, `no_change` or
    /// `unplanned`.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Change { .. } => "change",
            Self::NoChange { .. } => "no_change",
            Self::Unplanned(_) => "unplanned",
        }
    }

    /// Returns the document as it was read.
    pub fn before(&self) -> Option<&Document> {
        match self {
            Self::Change { before, .. } | Self::NoChange { before } => Some(before),
            Self::Unplanned(_) => None,
        }
    }

    /// Returns the members that change.
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Change { changes, .. } => changes,
            Self::NoChange { .. } | Self::Unplanned(_) => &[],
        }
    }

    /// Returns why the profile cannot be planned.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Unplanned(cause) => Some(cause),
            Self::Change { .. } | Self::NoChange { .. } => None,
        }
    }
}

impl PlanRow {
    /// Returns what a run takes over; `None` for a profile that cannot be planned.
    pub(crate) fn into_new_row(self) -> Option<NewRow> {
        let (before, changes) = match self.outcome {
            Outcome::Change { before, changes } => (before, changes),
            Outcome::NoChange { before } => (before, Vec::new()),
            Outcome::Unplanned(_) => return None,
        };
        Some(NewRow {
            number: self.number,
            profile: self.profile,
            before,
            changes,
            source: self.source,
        })
    }
}

/// How many rows of a plan are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlanCounts {
    /// Profiles that change.
    pub change: u64,
    /// Profiles that already have all values.
    pub no_change: u64,
    /// Profiles that cannot be planned.
    pub unplanned: u64,
}

impl PlanCounts {
    /// Returns the number of profiles.
    pub fn total(&self) -> u64 {
        self.change + self.no_change + self.unplanned
    }

    /// Counts a row.
    pub(crate) fn add(&mut self, row: &PlanRow) {
        match row.outcome {
            Outcome::Change { .. } => self.change += 1,
            Outcome::NoChange { .. } => self.no_change += 1,
            Outcome::Unplanned(_) => self.unplanned += 1,
        }
    }
}

/// A member of a profile that the service will refuse, by what it requires or the rules of the
/// profile's country, that could not be checked, or whose new value looks damaged. It has no
/// values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The path of the member, such as `defaultAddress.postalCode`.
    #[serde(rename = "path")]
    pub member: String,
    /// One sentence: the member, and the rule that it breaks or what looks damaged.
    pub message: String,
    /// Whether the service will refuse the profile, as far as the rules tell.
    #[serde(rename = "certain")]
    pub is_certain: bool,
}
