//! What the steps of all rows share: journal, targets, gate, clock and events.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use billing_core::Clock;

use crate::binding::Binding;
use crate::event::{Event, EventKind};
use crate::gate::{Gate, OutageChange, Pass, Slot, Waited, unless_ended};
use crate::hold::Hold;
use crate::journal::row::Row;
use crate::journal::{Journal, JournalError, State, Transition};
use crate::run::access::Access;
use crate::run::admission::{Admission, Limits};
use crate::run::events::Events;
use crate::run::holds::Holds;
use crate::run::next::{Next, Phase, Progress};
use crate::run::options::{MAX_CONCURRENCY, RunOptions};
use crate::run::streak::Streak;
use crate::stop::StopHandle;
use crate::target::{Attempt, Cause, Target};
use crate::targets::Targets;

/// What the steps of all rows share.
pub(crate) struct Context {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) targets: Targets,
    pub(crate) options: RunOptions,
    pub(crate) mode: Mode,
    pub(crate) events: Events,
    pub(crate) stop: StopHandle,
    pub(crate) gate: Gate,
    pub(crate) holds: Holds,
    pub(crate) admission: Admission,
    pub(crate) access: Access,
    /// The number of steps that wait until a write or a success is recorded.
    recording: AtomicUsize,
    /// Whether a write has succeeded.
    has_written: AtomicBool,
    pub(crate) streak: Streak,
    /// How many profiles are worked on at once by an order; 0 without one.
    pub(crate) chosen_concurrency: AtomicUsize,
    /// Rows whose write the service has accepted and not finished.
    accepted: Mutex<HashSet<u64>>,
    /// The number of profiles that may still be written.
    pub(crate) open: AtomicU64,
    /// The time of the last step that an earlier run has recorded.
    pub(crate) last_change: OnceLock<SystemTime>,
    /// Why the run stops by itself.
    halted: Mutex<Option<Cause>>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Writing what the plan says.
    Apply,
    /// Deciding about writes of unknown outcome.
    Reconcile,
}

impl Context {
    pub(crate) fn new(
        journal: Arc<dyn Journal>,
        targets: Targets,
        options: RunOptions,
        mode: Mode,
    ) -> Self {
        let stop = StopHandle::default();
        let clock = Arc::clone(&options.clock);
        // `reconcile` looks at every row that there is.
        let (limits, repeated) = match mode {
            Mode::Apply => (options.limits.clone(), options.max_repeated_failures),
            Mode::Reconcile => (Limits::default(), None),
        };
        Self {
            journal,
            targets,
            gate: Gate::new(clock, stop.clone(), options.rate),
            holds: Holds::default(),
            admission: Admission::new(limits),
            access: Access::default(),
            streak: Streak::new(repeated),
            recording: AtomicUsize::default(),
            has_written: AtomicBool::default(),
            chosen_concurrency: AtomicUsize::default(),
            accepted: Mutex::default(),
            open: AtomicU64::default(),
            options,
            mode,
            events: Events::default(),
            stop,
            last_change: OnceLock::new(),
            halted: Mutex::default(),
        }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.options.clock
    }

    /// Returns the time that pauses are measured by.
    pub(crate) fn now(&self) -> Duration {
        self.clock().elapsed()
    }

    /// Returns the target of a row. That each service of the journal has one was checked before.
    pub(crate) fn target(&self, row: &Row) -> Option<&dyn Target> {
        let target = self.targets.of(row.profile.service())?;
        Some(&**target)
    }

    /// Returns what happens to a row whose request could not be sent: it waits for the end of the
    /// holds, unless the run stops or its service is given up.
    pub(crate) fn left(&self, row: &Row, progress: Progress) -> Next {
        if self.is_given_up(row) {
            self.admission.leave(row);
            return Next::Left;
        }
        if self.stop.is_requested() {
            return Next::Left;
        }
        Next::Held(progress.at(row.number, self.now()))
    }

    /// Learns from the response to a request about rate limits and outages.
    pub(crate) fn learn<T>(&self, pass: Pass, attempt: &Attempt<T>) {
        let service = pass.service();
        let learned = self.gate.leave(pass, attempt);
        if let Some(pause) = learned.pause {
            self.tell_all(EventKind::Throttled {
                key: pause.key.to_string(),
                pause: pause.until.saturating_sub(self.now()),
            });
        }
        if let Some((rate, quota)) = learned.pace {
            self.tell_all(EventKind::Pace { rate, quota });
        }
        match learned.outage {
            Some(OutageChange::Began(cause)) => self.hold(Hold::Unreachable {
                service,
                cause,
                since: self.clock().now(),
            }),
            Some(OutageChange::Ended) => self.release(
                |hold| matches!(hold, Hold::Unreachable { service: of, .. } if *of == service),
            ),
            None => {}
        }
        self.end_without_services();
    }

    /// Waits, unless the run is to stop.
    pub(crate) async fn sleep(&self, pause: Duration) -> Waited {
        unless_ended(&self.stop, false, self.clock().sleep(pause)).await
    }

    /// Lets no row begin and no write leave until [`release`](Self::release). A hold that is there
    /// already stays as it is.
    pub(crate) fn hold(&self, hold: Hold) {
        if self.holds.begin(hold.clone()) {
            self.tell_all(EventKind::Paused(hold));
        }
    }

    /// Ends the holds that are over.
    pub(crate) fn release(&self, is_over: impl FnMut(&Hold) -> bool) {
        for hold in self.holds.end(is_over) {
            match &hold {
                Hold::Wave { .. } => self.admission.approve(),
                Hold::RepeatedFailure { cause, .. } => self.streak.allow(cause),
                _ => {}
            }
            self.tell_all(EventKind::Resumed(hold));
        }
    }

    /// Returns whether no write may leave now.
    pub(crate) fn is_held(&self) -> bool {
        self.look_at_the_clock();
        self.holds.is_held()
    }

    /// Begins or ends the hold of the hours in which the run may not write.
    pub(crate) fn look_at_the_clock(&self) {
        let Some(window) = &self.options.window else {
            return;
        };
        match window.closed_until(self.clock().now()) {
            Some(until) => self.hold(Hold::Window { until }),
            None => self.release(|hold| matches!(hold, Hold::Window { .. })),
        }
    }

    /// Returns how many accepted writes have not finished.
    pub(crate) fn accepted(&self) -> u64 {
        u64::try_from(self.accepted_rows().len()).unwrap_or(u64::MAX)
    }

    /// Notes whether the write of a row is accepted and not finished.
    pub(crate) fn note_accepted(&self, row: u64, is_accepted: bool) {
        let mut rows = self.accepted_rows();
        if is_accepted {
            rows.insert(row);
        } else {
            rows.remove(&row);
        }
    }

    fn accepted_rows(&self) -> std::sync::MutexGuard<'_, HashSet<u64>> {
        // Nothing panics while the lock is held.
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the run, which can be resumed.
    pub(crate) fn halt(&self, cause: Cause) {
        self.halted().get_or_insert(cause);
        self.stop.stop();
    }

    /// Returns why the run has stopped by itself.
    pub(crate) fn halt_cause(&self) -> Option<Cause> {
        self.halted().clone()
    }

    fn halted(&self) -> std::sync::MutexGuard<'_, Option<Cause>> {
        // Nothing panics while the lock is held.
        self.halted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the progress of a row whose next step is the first in its state.
    pub(crate) fn fresh(&self) -> Progress {
        Progress::starting(self.now(), Phase::Normal)
    }

    /// Returns the wait of a row from now on.
    pub(crate) fn later(&self, row: &Row, progress: Progress, pause: Duration) -> Next {
        Next::Later(progress.at(row.number, self.now().saturating_add(pause)))
    }

    /// Records a transition, durably.
    ///
    /// # Errors
    /// The journal's. Then nothing may be sent any more.
    pub(crate) async fn record(
        &self,
        row: &Row,
        transition: Transition,
    ) -> Result<(), JournalError> {
        let time = self.clock().now();
        let next = transition.next();
        let leaves_room = match transition {
            // Before the first write that succeeds, it is not known whether the caller may write.
            Transition::Send { .. } => self.has_written.load(Ordering::Relaxed),
            Transition::Accept { .. } | Transition::Finish { .. } | Transition::Skip { .. } => true,
            Transition::NoResponse(_)
            | Transition::Return(_)
            | Transition::Fail(_)
            | Transition::Conflict(_)
            | Transition::Lose(_) => false,
        };
        (self.recording).fetch_add(usize::from(leaves_room), Ordering::Relaxed);
        let recorded = self.journal.record(row.number, time, transition).await;
        (self.recording).fetch_sub(usize::from(leaves_room), Ordering::Relaxed);
        recorded?;
        if matches!(next, State::Accepted | State::Done) {
            self.has_written.store(true, Ordering::Relaxed);
        }
        match next {
            State::Sending => self.admission.note_sent(row, true),
            State::Planned => self.admission.note_sent(row, false),
            State::Accepted => self.note_accepted(row.number, true),
            _ => self.note_accepted(row.number, false),
        }
        Ok(())
    }

    /// Waits until a request may be in flight.
    pub(crate) async fn request_slot(&self) -> Slot {
        self.gate.requests.take(|| self.concurrency()).await
    }

    /// Returns the number of steps that wait until a write or a success is recorded. Nothing of
    /// them is outstanding at a service, and they are no reason to hold the run.
    pub(crate) fn recording(&self) -> usize {
        self.recording.load(Ordering::Relaxed)
    }

    /// Stores the rates that pacing has learned.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn save_rates(&self) -> Result<(), JournalError> {
        let rates = self.gate.save(self.clock().now());
        self.journal.save_rates(rates).await
    }

    /// Tells the reader of the stream what happened to a profile.
    pub(crate) fn tell(&self, row: &Row, kind: EventKind) {
        self.events.put(Event {
            time: self.clock().now(),
            profile: Some(row.profile.clone()),
            kind,
        });
    }

    /// Tells the reader of the stream what happened to the run.
    pub(crate) fn tell_all(&self, kind: EventKind) {
        self.events.put(Event {
            time: self.clock().now(),
            profile: None,
            kind,
        });
    }

    /// Returns the first binding of the journal for which the targets have another one or none.
    pub(crate) fn mismatch(&self) -> Option<(Binding, Option<Binding>)> {
        let bindings = self.journal.info().bindings.iter();
        let mut pairs = bindings.map(|wanted| {
            let target = self.targets.of(wanted.service);
            (wanted, target.map(|target| target.binding()))
        });
        let (wanted, actual) =
            pairs.find(|(wanted, actual)| !actual.is_some_and(|actual| wanted.matches(actual)))?;
        Some((wanted.clone(), actual.cloned()))
    }

    /// Returns how many rows are worked on at once.
    pub(crate) fn concurrency(&self) -> usize {
        match self.chosen_concurrency.load(Ordering::Relaxed) {
            0 => {
                let measured = || self.gate.concurrency();
                self.options.concurrency.unwrap_or_else(measured)
            }
            chosen => chosen.clamp(1, MAX_CONCURRENCY),
        }
    }
}
