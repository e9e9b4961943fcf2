//! Takes the next step of a row, by its state.

use crate::journal::row::Row;
use crate::journal::{JournalError, State};
use crate::run::access::Forbidden;
use crate::run::context::{Context, Mode};
use crate::run::next::{Later, Next, Progress};
use crate::run::write::Sent;
use crate::run::{accepted, apply, reconcile, sending};

/// The states of rows that may take another step.
const OPEN: [State; 4] = [
    State::Planned,
    State::Sending,
    State::Accepted,
    State::Unknown,
];

/// Reads a row that may take another step.
///
/// # Errors
/// The journal's.
pub(crate) async fn load(cx: &Context, number: u64) -> Result<Option<Row>, JournalError> {
    let rows = cx.journal.rows(&OPEN, number.saturating_sub(1), 1).await?;
    Ok(rows.into_iter().find(|row| row.number == number))
}

/// Takes the next step of a waiting row.
///
/// # Errors
/// The journal's.
pub(crate) async fn resume(cx: &Context, later: Later) -> Result<Next, JournalError> {
    match load(cx, later.row).await? {
        Some(row) => step(cx, &row, later.progress).await,
        None => Ok(Next::Settled),
    }
}

/// Takes the next step of a row, by its state.
///
/// # Errors
/// The journal's.
pub(crate) async fn step(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Next, JournalError> {
    if row.state == State::Accepted {
        cx.note_accepted(row.number, true);
    }
    let mut sent = match (row.state, cx.mode) {
        (State::Planned, _) => apply::apply(cx, row, progress).await?,
        (State::Unknown, Mode::Reconcile) => reconcile::reconcile(cx, row, progress).await?,
        (State::Sending, _) => Sent::Next(sending::settle(cx, row, progress).await?),
        (State::Accepted, _) => Sent::Next(accepted::settle(cx, row, progress).await?),
        _ => Sent::Next(Next::Settled),
    };
    loop {
        match sent {
            Sent::Next(next) => return Ok(next),
            Sent::Throttled(compared, progress) => {
                let Some(row) = load(cx, row.number).await? else {
                    return Ok(Next::Settled);
                };
                sent = apply::write(cx, &row, progress, compared).await?;
            }
        }
    }
}

/// Fails a row that was set aside and is refused alone.
///
/// # Errors
/// The journal's.
pub(crate) async fn fail_alone(
    cx: &Context,
    Forbidden { row, cause }: Forbidden,
) -> Result<Next, JournalError> {
    match load(cx, row).await? {
        Some(row) if row.state == State::Planned => cx.fail(&row, cause).await,
        _ => Ok(Next::Settled),
    }
}
