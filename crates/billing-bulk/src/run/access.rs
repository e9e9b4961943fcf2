//! What the responses tell about the sign-in: whether the token is accepted, and whether the caller
//! may do at all what the run does.
//!
//! After a refused token, one request at a time probes the next one, so that the requests of all
//! rows do not ask for tokens, and are not refused, one by one. Rows that are refused with 403 are
//! set aside until another response tells whether they are refused alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use billing_edit::Service;
use tokio::sync::Notify;

use crate::pacing::Class;
use crate::plan::ENOUGH_FORBIDDEN;
use crate::target::{Attempt, Cause, FailureKind};

/// If so many profiles in a row are refused with 403 although others were not before, the sign-in
/// has lost the permission.
const ENOUGH_AMONG_OTHERS: usize = 10;

/// What the responses tell about the sign-in, for each service and class of requests: a claims
/// challenge may be about writes only.
#[derive(Default)]
pub(crate) struct Access {
    doors: Mutex<HashMap<(Service, Class), Door>>,
    changed: Notify,
}

/// What is known of one class of requests to one service.
#[derive(Default)]
struct Door {
    /// Whether the last token was refused.
    is_refused: bool,
    /// Whether the service was asked about the sign-in.
    is_checked: bool,
    /// The row whose request finds out whether the next token is accepted.
    probe: Option<u64>,
    /// Whether a request was not refused.
    has_opened: bool,
    /// The rows that were refused with 403 since the last request that was not.
    forbidden: Vec<Forbidden>,
    /// Rows that are known to be refused alone.
    alone: Vec<Forbidden>,
}

/// A row that was refused with 403.
#[derive(Clone, Debug)]
pub(crate) struct Forbidden {
    pub(crate) row: u64,
    pub(crate) cause: Cause,
}

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It may.
    Yes,
    /// The service has to be asked about the sign-in first, by this row.
    Check,
    /// Another row's request finds out whether the token is accepted.
    Wait,
}

/// What a response tells about the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing that needs a decision.
    Nothing,
    /// The token was refused, and so was the one before.
    RefusedAgain,
}

impl Access {
    /// Decides about a request of a row. A row that is let through as a probe, or has to check,
    /// must [`leave`](Self::leave) or [`give_back`](Self::give_back).
    pub(crate) fn admit(&self, service: Service, class: Class, row: u64, checks: bool) -> Decision {
        let mut doors = self.doors();
        let door = doors.entry((service, class)).or_default();
        let must_check = checks && class == Class::Write && !door.is_checked;
        if !door.is_refused && !must_check {
            return Decision::Yes;
        }
        if *door.probe.get_or_insert(row) != row {
            return Decision::Wait;
        }
        if must_check {
            return Decision::Check;
        }
        Decision::Yes
    }

    /// Returns whether the last token was refused.
    pub(crate) fn is_refused(&self, service: Service, class: Class) -> bool {
        let doors = self.doors();
        doors
            .get(&(service, class))
            .is_some_and(|door| door.is_refused)
    }

    /// Waits until a decision may be another one. The wait begins with the call.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> {
        self.changed.notified()
    }

    /// Takes back that a row's request is let through.
    pub(crate) fn give_back(&self, service: Service, class: Class, row: u64) {
        if let Some(door) = self.doors().get_mut(&(service, class)) {
            door.probe.take_if(|probe| *probe == row);
        }
        self.changed.notify_waiters();
    }

    /// Notes that the service was asked about the sign-in, which suffices as far as it tells.
    pub(crate) fn note_checked(&self, service: Service, row: u64) {
        let mut doors = self.doors();
        let door = doors.entry((service, Class::Write)).or_default();
        door.is_checked = true;
        door.probe.take_if(|probe| *probe == row);
        drop(doors);
        self.changed.notify_waiters();
    }

    /// Learns from the response to a request of a row.
    pub(crate) fn leave<T>(
        &self,
        service: Service,
        class: Class,
        row: u64,
        attempt: &Attempt<T>,
    ) -> Told {
        let mut told = Told::Nothing;
        let mut doors = self.doors();
        let door = doors.entry((service, class)).or_default();
        let was_probe = door.probe.take_if(|probe| *probe == row).is_some();
        match &attempt.result {
            Err(failure) if failure.kind == FailureKind::SignIn => {
                if was_probe && door.is_refused {
                    told = Told::RefusedAgain;
                }
                door.is_refused = true;
            }
            Err(failure) => {
                if failure.cause.status.is_some() {
                    door.is_refused = false;
                }
                if tells_permission(failure.kind) {
                    door.open();
                }
            }
            Ok(_) => {
                door.is_refused = false;
                door.open();
            }
        }
        drop(doors);
        self.changed.notify_waiters();
        told
    }

    /// Sets a row aside that was refused with 403.
    pub(crate) fn set_aside(&self, service: Service, class: Class, forbidden: Forbidden) {
        let mut doors = self.doors();
        let door = doors.entry((service, class)).or_default();
        let is_other = |last: &Forbidden| last.cause.code != forbidden.cause.code;
        if door.forbidden.last().is_some_and(is_other) {
            door.alone.append(&mut door.forbidden);
        }
        door.forbidden.push(forbidden);
    }

    /// Returns whether so many rows in a row were refused that no other row begins before it is
    /// known why.
    pub(crate) fn is_suspicious(&self) -> bool {
        self.doors().values().any(Door::is_suspicious)
    }

    /// Takes the rows that are known to be refused alone.
    pub(crate) fn take_alone(&self) -> Vec<Forbidden> {
        let mut doors = self.doors();
        let alone = doors.values_mut().flat_map(|door| door.alone.drain(..));
        in_order(alone)
    }

    /// Takes the rows that are set aside.
    pub(crate) fn take_aside(&self) -> Vec<Forbidden> {
        let mut doors = self.doors();
        let aside = doors.values_mut().flat_map(|door| door.forbidden.drain(..));
        in_order(aside)
    }

    fn doors(&self) -> MutexGuard<'_, HashMap<(Service, Class), Door>> {
        // Nothing panics while the lock is held.
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Door {
    /// Notes a request that was not refused: the rows before it are refused alone.
    fn open(&mut self) {
        self.has_opened = true;
        self.alone.append(&mut self.forbidden);
    }

    fn is_suspicious(&self) -> bool {
        let enough = match self.has_opened {
            true => ENOUGH_AMONG_OTHERS,
            false => ENOUGH_FORBIDDEN,
        };
        self.forbidden.len() >= enough
    }
}

/// Returns the rows in their order, so that a seed replays a run.
fn in_order(rows: impl Iterator<Item = Forbidden>) -> Vec<Forbidden> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|forbidden| forbidden.row);
    rows
}

/// Returns whether the service has looked at the profile, which it does for callers that may.
fn tells_permission(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Refused
            | FailureKind::StaleEtag
            | FailureKind::Locked
            | FailureKind::OperationFailed
    )
}
