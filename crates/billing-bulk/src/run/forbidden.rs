//! Rows that are refused with 403: alone, so that they fail, or all alike, so that the sign-in
//! lacks the permission and the run waits for it.

use crate::hold::Hold;
use crate::journal::JournalError;
use crate::journal::row::Row;
use crate::pacing::Class;
use crate::plan::without_permission;
use crate::run::context::{Context, Mode};
use crate::run::next::{Later, Next};
use crate::target::Cause;

/// Decides about a row that was refused with 403, and of which nothing was accepted.
///
/// # Errors
/// The journal's.
pub(crate) async fn forbidden(
    cx: &Context,
    row: &Row,
    class: Class,
    cause: Cause,
) -> Result<Next, JournalError> {
    if cx.options.fails_forbidden || cx.mode == Mode::Reconcile {
        return cx.fail(row, cause).await;
    }
    Ok(cx.set_aside(row, class, cause))
}

/// Holds the run, as the sign-in lacks the permission, and returns the rows that wait for it.
pub(crate) fn hold_all(cx: &Context) -> Vec<Later> {
    let aside = cx.access.take_aside();
    if let Some(last) = aside.last() {
        let cause = without_permission(&last.cause);
        cx.hold(Hold::SignIn { cause });
    }
    let rows = aside.iter();
    rows.map(|forbidden| cx.fresh().at(forbidden.row, cx.now()))
        .collect()
}
