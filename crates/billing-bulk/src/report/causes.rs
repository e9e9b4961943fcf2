//! Why profiles are not done, counted by cause.

use std::collections::HashMap;

use serde::Serialize;

use crate::journal::State;
use crate::profile::ProfileId;
use crate::report::row::ReportRow;
use crate::run::hint;

/// The number of profiles that a group names.
const EXAMPLES: usize = 3;

/// Profiles that are not done for the same cause.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CauseGroup {
    /// The state: failed, conflict or unknown.
    #[serde(serialize_with = "crate::report::json::state")]
    pub state: State,
    /// The code of the cause.
    pub code: String,
    /// The HTTP status, if there was a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How many profiles.
    pub profiles: u64,
    /// One sentence in plain words, of the first profile.
    pub message: String,
    /// Whether other profiles of the group have another sentence.
    pub has_other_messages: bool,
    /// What to do about it.
    pub hint: String,
    /// The first profiles.
    #[serde(serialize_with = "crate::report::json::names")]
    pub examples: Vec<ProfileId>,
}

/// Groups in the making.
#[derive(Debug, Default)]
pub(crate) struct Groups(HashMap<(State, String, Option<u16>), CauseGroup>);

impl Groups {
    /// Counts a row that is failed, in conflict or unknown.
    pub(crate) fn add(&mut self, row: &ReportRow) {
        let is_attention = matches!(row.state, State::Failed | State::Conflict | State::Unknown);
        let Some(cause) = row.cause.as_ref().filter(|_| is_attention) else {
            return;
        };
        let key = (row.state, cause.code.clone(), cause.status);
        let group = self.0.entry(key).or_insert_with(|| CauseGroup {
            state: row.state,
            code: cause.code.clone(),
            status: cause.status,
            profiles: 0,
            message: cause.message.clone(),
            has_other_messages: false,
            hint: hint(cause).to_owned(),
            examples: Vec::new(),
        });
        group.profiles += 1;
        group.has_other_messages |= group.message != cause.message;
        if group.examples.len() < EXAMPLES {
            group.examples.push(row.profile.clone());
        }
    }

    /// Returns the groups, the largest first.
    pub(crate) fn finish(self) -> Vec<CauseGroup> {
        let mut groups: Vec<_> = self.0.into_values().collect();
        let order = |one: &CauseGroup, other: &CauseGroup| {
            let by_size = other.profiles.cmp(&one.profiles);
            by_size.then_with(|| {
                let key = |it: &CauseGroup| (it.state, it.code.clone(), it.status);
                key(one).cmp(&key(other))
            })
        };
        groups.sort_by(order);
        groups
    }
}
