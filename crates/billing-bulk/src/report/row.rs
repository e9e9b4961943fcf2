//! A profile in a report.

use std::fmt;
use std::time::SystemTime;

use crate::change::Change;
use crate::journal::State;
use crate::profile::ProfileId;
use crate::target::Cause;

/// A profile in a report.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReportRow {
    /// The row's number in the plan, from 1.
    pub number: u64,
    /// The profile.
    pub profile: ProfileId,
    /// Its state.
    pub state: State,
    /// The members that the plan changes; none once they are erased. Personal values are sealed if
    /// the report is redacted.
    pub changes: Vec<Change>,
    /// When the personal data of the profile were erased from the journal.
    pub erased: Option<SystemTime>,
    /// How many writes were sent.
    pub writes: u64,
    /// When the last step was recorded.
    pub last_step: Option<SystemTime>,
    /// The cause of the state, if it has one.
    pub cause: Option<Cause>,
}

// The values are about a person.
impl fmt::Debug for ReportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportRow")
            .field("number", &self.number)
            .field("profile", &self.profile)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
