//! A report for tests.

use std::time::{Duration, UNIX_EPOCH};

use crate::journal::{Counts, State};
use crate::report::Report;
use crate::report::causes::CauseGroup;
use crate::report::timeline::Timeline;
use crate::run::Status;

/// Returns a report with these numbers of profiles.
pub(crate) fn report(states: &[(State, u64)]) -> Report {
    let mut counts = Counts::default();
    for (state, profiles) in states {
        counts.add(*state, *profiles);
    }
    let attention = [State::Failed, State::Conflict, State::Unknown];
    let causes = attention.map(|state| CauseGroup {
        state,
        code: "x".to_owned(),
        status: None,
        profiles: counts.of(state),
        message: "it failed".to_owned(),
        has_other_messages: false,
        hint: "try again".to_owned(),
        examples: Vec::new(),
    });
    Report {
        time: UNIX_EPOCH + Duration::from_secs(60),
        status: Status {
            id: "r".to_owned(),
            plan_digest: "d".to_owned(),
            bindings: Vec::new(),
            counts,
            last_change: None,
            holder: None,
            head: [0; 32],
            waits: Vec::new(),
            polls: None,
            stopped: None,
        },
        plans: Vec::new(),
        recorders: Vec::new(),
        counts,
        began: None,
        last_step: None,
        writes: 0,
        throttled: 0,
        timeline: Timeline::default(),
        causes: causes.to_vec(),
        is_redacted: false,
    }
}
