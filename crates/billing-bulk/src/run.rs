//! Runs a plan: writes each profile exactly once, and records every step before it is taken.
//!
//! A [`Run`] is a stream of [`Event`]s. Polling it drives the run; nothing runs beside it. Dropping
//! it at any moment is the same as a crash: the next [`Run::apply`] with the same journal resumes.

mod accepted;
mod admission;
mod apply;
mod cause;
mod context;
mod drift;
mod engine;
mod events;
mod explain;
mod hint;
mod holds;
mod next;
mod options;
mod outcome;
mod pages;
mod read;
mod read_back;
mod reconcile;
mod sending;
mod status;
mod step;
mod streak;
mod write;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as TaskContext, Poll};

use billing_core::BoxFuture;
use billing_edit::Service;
use futures_core::Stream;

use crate::binding::Binding;
use crate::event::{Event, EventKind};
use crate::journal::row::NewRow;
use crate::journal::{Journal, JournalError, State};
use crate::run::context::{Context, Mode};
use crate::run::events::Events;
use crate::target::Cause;
use crate::targets::Targets;

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
/// use billing_bulk::journal::row::NewRow;
/// use billing_bulk::{Journal, JournalError, Run, RunError, RunOptions, Targets};
/// use futures_util::TryStreamExt as _;
///
/// async fn apply(
///     rows: Vec<NewRow>,
///     journal: Arc<dyn Journal>,
///     targets: Targets,
/// ) -> Result<(), RunError> {
///     let rows = rows.into_iter().map(Ok::<_, JournalError>);
///     let mut run = Run::apply(rows, journal, targets, RunOptions::default());
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
    /// `rows` are the rows of the plan. They are stored in a journal that has not begun, and not
    /// read otherwise. Rows that were sent before are settled before others are begun.
    pub fn apply<R>(
        rows: R,
        journal: Arc<dyn Journal>,
        targets: Targets,
        options: RunOptions,
    ) -> Self
    where
        R: Iterator<Item = Result<NewRow, JournalError>> + Send + 'static,
    {
        let context = Context::new(journal, targets, options, Mode::Apply);
        Self::new(context, rows)
    }

    /// Decides about the writes of unknown outcome: reads each profile, and compares it with its
    /// state before and with the planned one.
    ///
    /// Rows that are `sending` or `accepted` are settled as by [`apply`](Self::apply); `planned`
    /// rows are left alone.
    pub fn reconcile(journal: Arc<dyn Journal>, targets: Targets, options: RunOptions) -> Self {
        let context = Context::new(journal, targets, options, Mode::Reconcile);
        Self::new(context, std::iter::empty())
    }

    fn new<R>(context: Context, rows: R) -> Self
    where
        R: Iterator<Item = Result<NewRow, JournalError>> + Send + 'static,
    {
        Self {
            events: context.events.clone(),
            stop: context.stop.clone(),
            engine: Some(Box::pin(drive(context, rows))),
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

/// A run cannot begin, or had to stop at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal failed. Nothing was sent since, and the run resumes when the journal can be
    /// written again.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The plan has profiles of a service for which the run has no target. Nothing was sent.
    #[error("the plan has profiles of {service}, and the run has no connection to it")]
    NoTarget {
        /// The service.
        service: Service,
    },
    /// The plan is for another endpoint, api version or tenant. Nothing was sent.
    #[error("the plan is for {planned:?}, and the run is connected to {connected:?}")]
    Binding {
        /// What the plan is bound to.
        planned: Box<Binding>,
        /// What the run is connected to.
        connected: Box<Binding>,
    },
    /// `reconcile` was given a journal without a run. Nothing was sent.
    #[error("the journal has no run yet")]
    NotBegun,
}

/// Drives a run from its begin to its summary.
///
/// # Errors
/// The journal's, and those of a run that cannot begin.
async fn drive<R>(cx: Context, mut rows: R) -> Result<(), RunError>
where
    R: Iterator<Item = Result<NewRow, JournalError>> + Send,
{
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
    let info = cx.journal.info().clone();
    if !info.has_begun {
        if cx.mode == Mode::Reconcile {
            return Err(RunError::NotBegun);
        }
        let time = cx.clock().now();
        cx.journal.begin(time, &mut rows).await?;
    }
    drop(rows);
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
    cx.load_admission().await?;
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
    let stopped = stop_cause(&cx, is_unfinished).filter(|_| is_open);
    cx.tell_all(EventKind::Summary { counts, stopped });
    Ok(())
}

/// Returns why a run ended before its end, if it did.
fn stop_cause(cx: &Context, is_unfinished: bool) -> Option<Cause> {
    if let Some(cause) = cx.halt_cause() {
        return Some(cause);
    }
    if cx.stop.is_requested() {
        return Some(cause::stopped());
    }
    is_unfinished.then(cause::still_running)
}
