//! Drives a run without a runtime: polls it, and moves the clock when nothing else can happen.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake};

use billing_bulk::{Event, EventKind, Run, RunError};
use futures_util::Stream as _;

use crate::support::clock::SimulatedClock;

/// The end of a run.
pub(crate) struct Driven {
    pub(crate) events: Vec<Event>,
    /// `None` if the run ended by itself, with its error if it had one.
    pub(crate) crashed: bool,
    pub(crate) error: Option<RunError>,
    /// How often the run was polled.
    pub(crate) polls: usize,
}

impl Driven {
    /// Returns the names of the events, with those of profiles only.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.events.iter().map(|event| name(&event.kind)).collect()
    }

    /// Returns the code of why the run stopped.
    pub(crate) fn stopped(&self) -> Option<String> {
        self.events.iter().find_map(|event| match &event.kind {
            EventKind::Summary { stopped, .. } => Some(stopped.as_ref()?.code.clone()),
            _ => None,
        })
    }
}

pub(crate) fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Run { .. } => "run",
        EventKind::Sent { .. } => "sent",
        EventKind::Accepted => "accepted",
        EventKind::Done {
            is_unchanged: true, ..
        } => "unchanged",
        EventKind::Done { .. } => "done",
        EventKind::Failed(_) => "failed",
        EventKind::Conflict(_) => "conflict",
        EventKind::Unknown(_) => "unknown",
        EventKind::Throttled { .. } => "throttled",
        EventKind::Waiting { .. } => "waiting",
        EventKind::Paused(_) => "paused",
        EventKind::Resumed(_) => "resumed",
        EventKind::Summary { .. } => "summary",
        _ => "other",
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Drives a run to its end, or drops it after this many polls.
pub(crate) fn drive(run: Run, clock: &SimulatedClock, crash_at: Option<usize>) -> Driven {
    drive_with(run, clock, |polls| crash_at == Some(polls), |_| {})
}

/// Drives a run to its end, and calls `watch` with each event.
pub(crate) fn drive_watched(run: Run, clock: &SimulatedClock, watch: impl FnMut(&Event)) -> Driven {
    drive_with(run, clock, |_| false, watch)
}

/// Drives a run until `crashes` returns true, and drops it then.
pub(crate) fn drive_until(run: Run, clock: &SimulatedClock, crashes: impl Fn() -> bool) -> Driven {
    drive_with(run, clock, |_| crashes(), |_| {})
}

fn drive_with(
    run: Run,
    clock: &SimulatedClock,
    crashes: impl Fn(usize) -> bool,
    mut watch: impl FnMut(&Event),
) -> Driven {
    let woken = Arc::new(Woken::default());
    let waker = Arc::clone(&woken).into();
    let mut context = Context::from_waker(&waker);
    let mut run = pin!(run);
    let mut driven = Driven {
        events: Vec::new(),
        crashed: false,
        error: None,
        polls: 0,
    };
    loop {
        if crashes(driven.polls) {
            driven.crashed = true;
            return driven;
        }
        driven.polls += 1;
        assert!(driven.polls < 1_000_000, "the run does not end");
        match run.as_mut().poll_next(&mut context) {
            Poll::Ready(Some(Ok(event))) => {
                watch(&event);
                driven.events.push(event);
            }
            Poll::Ready(Some(Err(error))) => driven.error = Some(error),
            Poll::Ready(None) => return driven,
            Poll::Pending => {
                if !woken.0.swap(false, Ordering::SeqCst) {
                    assert!(clock.advance(), "the run waits for nothing");
                }
            }
        }
    }
}
