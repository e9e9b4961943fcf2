//! The machine on which a run is executed: it can stop at any step.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// A machine that stops at a chosen step. Every interaction of the engine with the world (a
/// request, a response, a commit before and after) is a step; once the machine has stopped, no step
/// completes any more, and the engine can only be dropped.
#[derive(Clone, Debug)]
pub(crate) struct Machine(Arc<Steps>);

#[derive(Debug)]
struct Steps {
    taken: AtomicU64,
    last: u64,
}

impl Machine {
    /// Returns a machine that stops at step `last`.
    pub(crate) fn stopping_at(last: u64) -> Self {
        let taken = AtomicU64::new(0);
        Self(Arc::new(Steps { taken, last }))
    }

    /// Returns whether it has stopped.
    pub(crate) fn has_stopped(&self) -> bool {
        self.0.taken.load(Ordering::Relaxed) >= self.0.last
    }

    /// Completes the next time that the engine is polled, if the machine still works. So other
    /// tasks of the engine run between any two steps of one.
    pub(crate) fn step(&self) -> Step {
        Step {
            machine: self.clone(),
            has_yielded: false,
        }
    }
}

pub(crate) struct Step {
    machine: Machine,
    has_yielded: bool,
}

impl Future for Step {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.machine.has_stopped() {
            return Poll::Pending;
        }
        if !self.has_yielded {
            self.has_yielded = true;
            self.machine.0.taken.fetch_add(1, Ordering::Relaxed);
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}
