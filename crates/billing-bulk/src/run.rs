//! Runs a plan: writes each profile exactly once, and records every step before it is taken.
//!
//! A [`Run`] is a stream of [`Event`]s. Polling it drives the run; nothing runs beside it. Dropping
//! it at any moment is the same as a crash: the next [`Run::apply`] with the same journal resumes.

mod accepted;
mod access;
mod admission;
mod apply;
mod attend;
mod cause;
mod compared;
mod context;
mod drift;
mod engine;
mod error;
mod events;
mod explain;
mod forbidden;
mod hint;
mod holds;
mod next;
mod options;
mod outcome;
mod pages;
mod read;
mod read_back;
mod reconcile;
mod request;
mod sending;
mod settle;
mod status;
mod step;
mod streak;
mod take_over;
mod unreachable;
mod waves;
mod write;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as TaskContext, Poll};

use billing_core::BoxFuture;
use futures_core::Stream;

use crate::event::{Event, EventKind};
use crate::journal::{Journal, State};
use crate::plan::NewPlan;
use crate::run::context::{Context, Mode};
use crate::run::engine::Work;
use crate::run::events::Events;
use crate::run::take_over::take_over;
use crate::target::Cause;
use crate::targets::Targets;

pub use crate::run::error::RunError;
pub use crate::run::explain::explain;
pub use crate::run::hint::hint;
pub use crate::run::options::{
    AskContinue, AskResend, MAX_CONCURRENCY, RequestIds, Resend, RunOptions,
};
pub use crate::run::status::Status;
pub use crate::stop::StopHandle;

/// A run of a plan, as a stream of events that ends with [`EventKind::Summary`] or an error.
///
/// ```
/// use std::sync::Arc;
///
/// use billing_bulk::plan::NewPlan;
/// use billing_bulk::{Journal, Run, RunError, RunOptions, Targets};
/// use futures_util::TryStreamExt as _;
///
/// async fn apply(
///     plan: NewPlan,
///     journal: Arc<dyn Journal>,
///     targets: Targets,
/// ) -> Result<(), RunError> {
///     let mut run = Run::apply(plan, journal, targets, RunOptions::default());
///     while let Some(event) = run.try_next().await? {
///         println!("{event:?}");
///     }
///     Ok(())
/// }
/// ```
///
/// # Errors
/// A [`RunError`] is the last item of the stream. Whatever was sent is recorded as `sending` or
/// further, and the same run resumes.
pub struct Run {
    engine: Option<BoxFuture<'static, Result<(), RunError>>>,
    events: Events,
    stop: StopHandle,
}

impl Run {
    /// Applies a plan, or resumes it.
    ///
    /// The rows of the plan are stored in the journal, unless it has them, and then every row of
    /// the journal is worked on, whatever plan it comes from. Rows that were sent before are
    /// settled before others are begun.
    ///
    /// A plan that continues the run replaces the rows of its profiles. It is refused as a whole if
    /// one of them is `sending` or `accepted`, or `unknown` with an attempt that is younger than
    /// [`RunOptions::with_settle`].
    pub fn apply(
        plan: NewPlan,
        journal: Arc<dyn Journal>,
        targets: Targets,
        options: RunOptions,
    ) -> Self {
        let context = Context::new(journal, targets, options, Mode::Apply);
        Self::new(context, Some(plan))
    }

    /// Decides about the writes of unknown outcome: reads each profile, and compares it with its
    /// state before and with the planned one.
    ///
    /// Rows that are `sending` or `accepted` are settled as by [`apply`](Self::apply); `planned`
    /// rows are left alone.
    pub fn reconcile(journal: Arc<dyn Journal>, targets: Targets, options: RunOptions) -> Self {
        let context = Context::new(journal, targets, options, Mode::Reconcile);
        Self::new(context, None)
    }

    fn new(context: Context, plan: Option<NewPlan>) -> Self {
        Self {
            events: context.events.clone(),
            stop: context.stop.clone(),
            engine: Some(Box::pin(drive(context, plan))),
        }
    }

    /// Returns a handle that stops this run.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }
}

impl Stream for Run {
    type Item = Result<Event, RunError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Self::Item>> {
        if let Some(event) = self.events.take() {
            return Poll::Ready(Some(Ok(event)));
        }
        let Some(engine) = &mut self.engine else {
            return Poll::Ready(None);
        };
        let polled = engine.as_mut().poll(context);
        if let Poll::Ready(ended) = polled {
            self.engine = None;
            if let Err(error) = ended {
                return Poll::Ready(Some(Err(error)));
            }
        }
        match self.events.take() {
            Some(event) => Poll::Ready(Some(Ok(event))),
            None if self.engine.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("has_ended", &self.engine.is_none())
            .finish_non_exhaustive()
    }
}

/// Drives a run from its begin to its summary.
///
/// # Errors
/// The journal's, and those of a run that cannot begin.
async fn drive(cx: Context, plan: Option<NewPlan>) -> Result<(), RunError> {
    match cx.mismatch() {
        Some((wanted, None)) => {
            return Err(RunError::NoTarget {
                service: wanted.service,
            });
        }
        Some((planned, Some(connected))) => {
            return Err(RunError::Binding {
                planned: Box::new(planned),
                connected: Box::new(connected),
            });
        }
        None => {}
    }
    cx.begin_control().await?;
    let info = cx.journal.info().clone();
    let number = (plan.as_ref()).map_or(1, |plan| info.number_of(&plan.info.digest));
    match plan {
        Some(plan) => take_over(&cx, plan).await?,
        None if info.has_begun => {}
        None => return Err(RunError::NotBegun),
    }
    let counts = cx.journal.counts().await?;
    let open = match cx.mode {
        Mode::Apply => Status::open_of(&counts),
        Mode::Reconcile => u64::MAX,
    };
    cx.open.store(open, Ordering::Relaxed);
    if let Some(last) = cx.journal.last_change().await? {
        // It is empty until here.
        let _ = cx.last_change.set(last);
    }
    if let Some(rates) = cx.journal.rates().await? {
        cx.gate.load(&rates, cx.clock().now());
    }
    cx.tell_all(EventKind::Run {
        id: info.id,
        is_resumed: info.has_begun,
        profiles: counts.total(),
    });
    cx.load_admission(number).await?;
    let work = engine::work(&cx).await?;
    cx.save_rates().await?;
    let counts = cx.journal.counts().await?;
    let open = match cx.mode {
        Mode::Apply => &[State::Planned, State::Sending, State::Accepted][..],
        Mode::Reconcile => &[State::Sending, State::Accepted, State::Unknown],
    };
    let is_open = open.iter().any(|state| counts.of(*state) > 0);
    // An `apply` with rows that are not settled has not ended, whatever it was that left them.
    let is_unfinished = work.unfinished > 0 || cx.mode == Mode::Apply;
    let unreachable = cx.unreachable(open).await?;
    let stopped = stop_cause(&cx, unreachable, &work, is_unfinished).filter(|_| is_open);
    attend::tell_end(&cx, stopped.clone()).await?;
    let head = cx.journal.head().await?;
    cx.tell_all(EventKind::Summary {
        counts,
        stopped,
        head,
    });
    cx.record_stop_at_wave().await?;
    Ok(())
}

/// Returns why a run ended before its end, if it did.
fn stop_cause(
    cx: &Context,
    unreachable: Option<Cause>,
    work: &Work,
    is_unfinished: bool,
) -> Option<Cause> {
    if let Some(cause) = cx.halt_cause().or(unreachable) {
        return Some(cause);
    }
    if cx.stop.is_requested() {
        return Some(cause::stopped());
    }
    if work.unfinished == 0 && work.left_to_their_plans() > 0 {
        return Some(cause::left_to_their_plans(work.left_to_their_plans()));
    }
    is_unfinished.then(cause::still_running)
}
