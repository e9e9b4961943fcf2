//! The causes that a run itself gives, with fixed codes.

use crate::profile::profiles;
use crate::target::{BodyError, Cause};

fn cause(code: &str, message: impl Into<String>) -> Cause {
    Cause {
        code: code.to_owned(),
        message: message.into(),
        ..Cause::default()
    }
}

fn with_hint(mut cause: Cause, hint: &str) -> Cause {
    cause.hint = Some(hint.to_owned());
    cause
}

/// Returns a list of paths for a message, at most a few of them.
fn listed(paths: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<&str> = paths.iter().take(SHOWN).map(String::as_str).collect();
    let mut text = shown.join(", ");
    let more = paths.len().saturating_sub(SHOWN);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

pub(crate) fn no_change() -> Cause {
    cause("no_change", "the plan changes nothing")
}

pub(crate) fn already_there() -> Cause {
    cause(
        "already_there",
        "the profile was changed since it was planned and has the planned values already",
    )
}

pub(crate) fn changed_since_plan(paths: &[String]) -> Cause {
    let message = if paths.is_empty() {
        "the profile was written since it was planned, without a visible change".to_owned()
    } else {
        format!(
            "the profile was changed since it was planned: {}",
            listed(paths)
        )
    };
    with_hint(
        cause("changed_since_plan", message),
        "look at the profile, and plan it again",
    )
}

pub(crate) fn changed_since_attempt(paths: &[String]) -> Cause {
    let message = format!(
        "the profile has neither its values from before nor the planned ones: {}",
        listed(paths)
    );
    with_hint(
        cause("changed_since_attempt", message),
        "look at the profile, and plan it again",
    )
}

pub(crate) fn not_stored(paths: &[String]) -> Cause {
    let message = format!(
        "the service reported success, but the profile does not show the planned values of: {}",
        listed(paths)
    );
    cause("not_stored", message)
}

pub(crate) fn recreated() -> Cause {
    with_hint(
        cause(
            "recreated",
            "the profile that was planned was deleted, and another one has its name now: by this \
             write, which has created one with the planned values, or by someone else",
        ),
        "look at the profile; delete it, or plan it again",
    )
}

/// Returns what is noted about a write of the full profile after which these other members are not
/// as they were sent.
pub(crate) fn others_changed(paths: &[String]) -> Cause {
    let message = format!(
        "the service does not show other members as they were sent back: {}; someone else changed \
         them meanwhile, or the service stores them in a form of its own",
        listed(paths)
    );
    cause("others_changed", message)
}

pub(crate) fn outcome_unknown(seen: &str) -> Cause {
    let message = format!("whether the write took effect is not known: {seen}");
    with_hint(
        cause("outcome_unknown", message),
        "reconcile the run when no operation can be running any more",
    )
}

/// The code of [`attempt_changed_nothing`].
pub(crate) const ATTEMPT_CHANGED_NOTHING: &str = "attempt_changed_nothing";

pub(crate) fn attempt_changed_nothing() -> Cause {
    Cause {
        code: ATTEMPT_CHANGED_NOTHING.to_owned(),
        ..outcome_unknown("the further attempt changed nothing")
    }
}

pub(crate) fn not_resent() -> Cause {
    with_hint(
        outcome_unknown("the profile has its values from before, and the write was not sent again"),
        "reconcile the run again, and have the write sent once more",
    )
}

pub(crate) fn body(error: &BodyError) -> Cause {
    cause("no_body", error.to_string())
}

pub(crate) fn stopped() -> Cause {
    cause("stopped", "the process was asked to stop, as by Ctrl-C")
}

pub(crate) fn too_many_failures(failures: u64, most: u64) -> Cause {
    with_hint(
        cause(
            "too_many_failures",
            format!(
                "{} failed or unknown, more than the {most} allowed",
                profiles(failures)
            ),
        ),
        "find out why before more profiles fail, or allow more failures",
    )
}

pub(crate) fn first_written(sent: u64, first: u64) -> Cause {
    with_hint(
        cause(
            "first_written",
            format!(
                "{} sent to the service, and the run was to begin with {first}",
                profiles(sent)
            ),
        ),
        "look at the result before the others are written",
    )
}

pub(crate) fn left_to_their_plans(rows: u64) -> Cause {
    with_hint(
        cause(
            "other_plans",
            format!(
                "the limits are about the rows of this plan; not begun: {} of other plans",
                profiles(rows)
            ),
        ),
        "apply those plans, or this one without limits",
    )
}

pub(crate) fn aborted(who: &str) -> Cause {
    cause("aborted", format!("the run was aborted by {who}"))
}

pub(crate) fn still_running() -> Cause {
    cause(
        "still_running",
        "the service has accepted writes and has not finished them",
    )
}

/// Adds to the cause of a failed operation what it has changed all the same.
pub(crate) fn failed_in_part(mut failed: Cause, paths: &[String]) -> Cause {
    failed.message = format!(
        "{}; the profile has neither its values from before nor the planned ones: {}",
        failed.message,
        listed(paths)
    );
    failed
}
