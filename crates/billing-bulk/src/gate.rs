//! The gate that each request passes: it waits for the rate limits and for a service that
//! cannot be reached, and learns from the responses.

mod flow;
mod outages;
mod slots;

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use billing_core::Clock;
use billing_edit::Service;
use futures_util::future::{Either, select};
use tokio::sync::Notify;

use crate::binding::Binding;
use crate::gate::flow::Flow;
use crate::gate::outages::Outages;
use crate::gate::slots::Slots;
use crate::pacing::{Class, Keys, Pacers, Pause, Rate, Readiness, Ticket, Waiting};
use crate::profile::ProfileId;
use crate::stop::StopHandle;
use crate::target::{Attempt, Cause};

pub use crate::gate::flow::MAX_CONCURRENCY;
pub(crate) use crate::gate::outages::OutageChange;
pub(crate) use crate::gate::slots::Slot;

/// The gate of a run.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    stop: StopHandle,
    pacers: Mutex<Pacers>,
    /// Notified when a response may have changed when others may leave.
    changed: Notify,
    outages: Outages,
    flow: Mutex<Flow>,
    /// Of requests in flight.
    pub(crate) requests: Slots,
    /// Of writes that wait for a rate limit, are being recorded, or are in flight.
    pub(crate) writes: Slots,
}

/// The permission to send one request.
#[must_use = "a permission that is not given back blocks others"]
pub(crate) struct Pass {
    ticket: Ticket,
    profile: ProfileId,
    sent: Duration,
    /// Of a write.
    keys: Option<Keys>,
    /// Kept until the response.
    slot: Option<Slot>,
}

/// What the response to a request means for the requests after it.
#[derive(Default)]
pub(crate) struct Learned {
    /// A rate limit was exceeded.
    pub(crate) pause: Option<Pause>,
    /// The service cannot be reached any more, or can be again.
    pub(crate) outage: Option<OutageChange>,
    /// Writes per second, and the part of the rate limit that they are, every few seconds.
    pub(crate) pace: Option<(f64, Option<f64>)>,
}

impl Pass {
    /// Keeps a slot until the response is there or the permission is given back.
    pub(crate) fn with_slot(self, slot: Option<Slot>) -> Self {
        Self { slot, ..self }
    }

    /// Returns the service that the request is for.
    pub(crate) fn service(&self) -> Service {
        self.profile.service()
    }
}

impl Gate {
    pub(crate) fn new(clock: Arc<dyn Clock>, stop: StopHandle, rate: Rate) -> Self {
        Self {
            clock,
            stop,
            pacers: Mutex::new(Pacers::new(rate)),
            changed: Notify::new(),
            outages: Outages::default(),
            flow: Mutex::default(),
            requests: Slots::default(),
            writes: Slots::default(),
        }
    }

    /// Starts from the rates that an earlier run has learned.
    pub(crate) fn load(&self, rates: &str, time: SystemTime) {
        self.pacers().load(rates, time);
    }

    /// Returns the learned rates.
    pub(crate) fn save(&self, time: SystemTime) -> String {
        self.pacers().save(self.clock.elapsed(), time)
    }

    /// Waits until a request for a profile may be sent; `None` if the run stops before, or its
    /// service is given up. `left` is the number of such requests that the run still has to send,
    /// with this one. A request that is for a write is not sent while the run finishes.
    pub(crate) async fn enter(
        &self,
        binding: &Binding,
        profile: &ProfileId,
        class: Class,
        left: u64,
        is_for_a_write: bool,
    ) -> Option<Pass> {
        let keys = keys(binding, profile, class);
        let mut has_waited = false;
        loop {
            // Before anything is read, so that no change is missed.
            let changed = self.changed.notified();
            if self.stop.ends(is_for_a_write) || self.given_up(profile.service()).is_some() {
                return None;
            }
            let now = self.clock.elapsed();
            let mut wait = self.outages.left(profile.service(), now);
            if wait.is_zero() {
                let mut pacers = self.pacers();
                match pacers.ready_at(&keys, now, left) {
                    Readiness::Ready => {
                        if class == Class::Write {
                            self.flow().note_write(now, has_waited);
                        }
                        return Some(Pass {
                            ticket: pacers.sent(&keys, now),
                            profile: profile.clone(),
                            sent: now,
                            keys: (class == Class::Write).then_some(keys),
                            slot: None,
                        });
                    }
                    // A clock may measure in coarser steps.
                    Readiness::At(at) => wait = at.saturating_sub(now).max(SHORTEST_WAIT),
                    Readiness::Blocked => wait = Duration::MAX,
                }
            }
            has_waited = true;
            if wait == Duration::MAX {
                unless_ended(&self.stop, is_for_a_write, changed).await;
            } else {
                let wait = async {
                    select(self.clock.sleep(wait), pin!(changed)).await;
                };
                unless_ended(&self.stop, is_for_a_write, wait).await;
            }
        }
    }

    /// Learns from an attempt.
    pub(crate) fn leave<T>(&self, pass: Pass, attempt: &Attempt<T>) -> Learned {
        let now = self.clock.elapsed();
        let outage = self.outages.note(pass.profile.service(), attempt, now);
        self.flow().note_round_trip(now.saturating_sub(pass.sent));
        let failed = attempt.result.as_ref().err();
        let has_response = failed.is_none_or(|failure| failure.cause.status.is_some());
        let pause = {
            let mut pacers = self.pacers();
            if has_response {
                pacers.received(pass.ticket, now, &attempt.signal)
            } else {
                pacers.lost(pass.ticket, now);
                None
            }
        };
        let pace = pass.keys.and_then(|keys| {
            let rate = self.flow().measure(now)?;
            Some((rate, self.pacers().quota(&keys, rate)))
        });
        drop(pass.slot);
        self.changed.notify_waiters();
        Learned {
            pause,
            outage,
            pace,
        }
    }

    /// Returns why a service cannot be reached, if waiting for it has no point any more. Then
    /// nothing more is sent to it.
    pub(crate) fn given_up(&self, service: Service) -> Option<Cause> {
        self.outages.given_up(service)
    }

    /// Returns a permission that is not used.
    pub(crate) fn give_back(&self, pass: Pass) {
        self.pacers().lost(pass.ticket, self.clock.elapsed());
        self.changed.notify_waiters();
    }

    /// Changes how fast requests may be sent.
    pub(crate) fn set_rate(&self, rate: Rate) {
        self.pacers().set_rate(rate);
        self.changed.notify_waiters();
    }

    /// Returns why requests wait.
    pub(crate) fn waiting(&self, now: Duration) -> Vec<Waiting> {
        self.pacers().waiting(now)
    }

    /// Returns how many profiles are worked on at once.
    pub(crate) fn concurrency(&self) -> usize {
        self.flow().concurrency()
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        // Nothing panics while the lock is held.
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pacers(&self) -> MutexGuard<'_, Pacers> {
        // Nothing panics while the lock is held.
        self.pacers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shortest wait for a rate limit.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// Returns the rate limits that count a request.
///
/// Resource Manager counts by principal. A run has one credential for it, so that the tenant of the
/// credential stands for its principal: the keys of a journal never meet those of another one.
fn keys(binding: &Binding, profile: &ProfileId, class: Class) -> Keys {
    let tenant = binding.tenant.as_deref().unwrap_or_default();
    match profile {
        ProfileId::Partner { customer_id } => Keys::partner(&binding.origin, tenant, customer_id),
        ProfileId::Arm { .. } => Keys::arm(&binding.origin, tenant, class),
    }
}

/// The end of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The time is over.
    Over,
    /// The run is to stop.
    Stopped,
}

/// Waits for `work`, or until a request is not sent any more.
pub(crate) async fn unless_ended(
    stop: &StopHandle,
    is_for_a_write: bool,
    work: impl Future<Output = ()>,
) -> Waited {
    let (work, ended) = (pin!(work), pin!(stop.ended(is_for_a_write)));
    match select(ended, work).await {
        Either::Left(_) => Waited::Stopped,
        Either::Right(_) => Waited::Over,
    }
}
