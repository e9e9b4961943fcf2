//! Lets the requests of rows through: when no hold, no doubt about the sign-in and no rate limit is
//! in the way.

use std::pin::pin;
use std::sync::atomic::Ordering;

use futures_util::future::select;

use crate::gate::{Pass, unless_ended};
use crate::hold::Hold;
use crate::journal::row::Row;
use crate::pacing::Class;
use crate::run::access::{Decision, Forbidden, Told};
use crate::run::context::Context;
use crate::run::next::Next;
use crate::target::{Attempt, Cause, FailureKind, Target};

impl Context {
    /// Waits until a request may be sent; `None` if the run stops before, if it has a hold that is
    /// about the request, or if the service is given up. A request that is for a write, as the read
    /// before it is, is not sent while the run finishes.
    pub(crate) async fn enter(
        &self,
        row: &Row,
        class: Class,
        is_for_a_write: bool,
    ) -> Option<Pass> {
        let target = self.target(row)?;
        let service = row.profile.service();
        let left = match class {
            Class::Read => u64::MAX,
            Class::Write => self.open.load(Ordering::Relaxed),
        };
        let decide = || {
            let checks = self.options.checks_sign_in;
            self.access.admit(service, class, row.number, checks)
        };
        loop {
            if self.stop.ends(is_for_a_write)
                || self.is_held_for(row, class)
                || self.is_given_up(row)
            {
                self.access.give_back(service, class, row.number);
                return None;
            }
            // Before the decision, so that no change is missed.
            let changed = (self.access.changed(), self.holds.changed());
            match decide() {
                Decision::Yes => {}
                Decision::Check => {
                    self.check_sign_in(row, target).await;
                    continue;
                }
                Decision::Wait => {
                    let (access, holds) = changed;
                    let either = async {
                        select(pin!(access), pin!(holds)).await;
                    };
                    unless_ended(&self.stop, is_for_a_write, either).await;
                    continue;
                }
            }
            let binding = target.binding();
            // What is recorded is sent, whatever happens meanwhile: not more than are worked on.
            let slot = match class {
                Class::Read => None,
                Class::Write => Some(self.gate.writes.take(|| self.concurrency()).await),
            };
            let pass = self
                .gate
                .enter(binding, &row.profile, class, left, is_for_a_write)
                .await;
            let Some(pass) = pass.map(|pass| pass.with_slot(slot)) else {
                self.access.give_back(service, class, row.number);
                return None;
            };
            // The token may have been refused meanwhile.
            if !self.is_held_for(row, class) && decide() == Decision::Yes {
                return Some(pass);
            }
            self.gate.give_back(pass);
        }
    }

    /// Returns whether a hold is about a request: any of them about writes, and a refused token
    /// about reads as well.
    fn is_held_for(&self, row: &Row, class: Class) -> bool {
        let is_sign_in = |hold: &Hold| matches!(hold, Hold::SignIn { .. });
        match class {
            Class::Write => self.is_held(),
            Class::Read => {
                self.access.is_refused(row.profile.service(), class) && self.holds.any(is_sign_in)
            }
        }
    }

    /// Returns a permission that is not used.
    pub(crate) fn give_back(&self, row: &Row, class: Class, pass: Pass) {
        self.gate.give_back(pass);
        let service = row.profile.service();
        self.access.give_back(service, class, row.number);
    }

    /// Learns from the response to a request.
    pub(crate) fn leave<T>(&self, row: &Row, class: Class, pass: Pass, attempt: &Attempt<T>) {
        self.learn(pass, attempt);
        let service = row.profile.service();
        let told = self.access.leave(service, class, row.number, attempt);
        if told == Told::RefusedAgain
            && let Err(failure) = &attempt.result
        {
            let cause = failure.cause.clone();
            self.hold(Hold::SignIn { cause });
        }
    }

    /// Asks the service about the sign-in before the first write.
    async fn check_sign_in(&self, row: &Row, target: &dyn Target) {
        let service = row.profile.service();
        let Some(check) = target.check_sign_in(&row.profile) else {
            return self.access.note_checked(service, row.number);
        };
        let Some(pass) = Box::pin(self.enter(row, Class::Read, true)).await else {
            return self.access.give_back(service, Class::Write, row.number);
        };
        let attempt = check.await;
        self.learn(pass, &attempt);
        // Its result is about writes: another read finds out whether reads are accepted.
        self.access.give_back(service, Class::Read, row.number);
        match &attempt.result {
            Err(failure) if failure.kind == FailureKind::SignIn => {
                let told = self
                    .access
                    .leave(service, Class::Write, row.number, &attempt);
                // Without a new sign-in, another token would be the same.
                let is_certain = failure.cause.status != Some(401);
                if told == Told::RefusedAgain || is_certain {
                    let cause = failure.cause.clone();
                    self.hold(Hold::SignIn { cause });
                }
            }
            Err(failure)
                if matches!(failure.kind, FailureKind::Throttled | FailureKind::NotSent) =>
            {
                self.access.give_back(service, Class::Write, row.number);
            }
            // Then the first write shows it.
            Ok(_) | Err(_) => self.access.note_checked(service, row.number),
        }
    }

    /// Sets a row aside that was refused with 403, until it is known whether it is refused alone.
    pub(crate) fn set_aside(&self, row: &Row, class: Class, cause: Cause) -> Next {
        let forbidden = Forbidden {
            row: row.number,
            cause,
        };
        self.access
            .set_aside(row.profile.service(), class, forbidden);
        Next::Aside
    }
}
