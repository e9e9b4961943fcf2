//! Works through the rows of a journal: one future that drives a bounded number of steps at once.

use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use billing_core::BoxFuture;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::event::EventKind;
use crate::hold::Hold;
use crate::journal::{JournalError, State};
use crate::run::access::Forbidden;
use crate::run::admission::Closed;
use crate::run::attend::Attention;
use crate::run::cause;
use crate::run::context::{Context, Mode};
use crate::run::forbidden::hold_all;
use crate::run::next::{Later, Next, Phase, Progress};
use crate::run::options::Resend;
use crate::run::pages::Pages;
use crate::run::reconcile::still_unknown;
use crate::run::step::{fail_alone, load, resume, step};

/// How often the learned rates are stored, so that a run that is killed has not lost them.
const RATES_EVERY: Duration = Duration::from_secs(60);

/// The steps in flight. A step that began a row has `true`.
type Steps<'a> = FuturesUnordered<BoxFuture<'a, (bool, Result<Next, JournalError>)>>;

/// Returns how many steps do not count as worked on: they wait until a write or a success is
/// recorded. At most twice as many as are worked on.
fn recording(cx: &Context) -> usize {
    cx.recording().min(cx.concurrency().saturating_mul(2))
}

/// Returns whether a further step may be taken at once.
fn has_room(cx: &Context, steps: &Steps<'_>) -> bool {
    steps.len().saturating_sub(recording(cx)) < cx.concurrency()
}

/// Works until no row can take another step, or the run is to stop.
///
/// # Errors
/// The journal's: nothing more is sent, and what is in flight stays `sending` for the next run.
pub(crate) async fn work(cx: &Context) -> Result<Work, JournalError> {
    let mut work = Work::new(cx.mode);
    loop {
        work.until_idle(cx).await?;
        if cx.stop.is_requested() || !work.resend(cx).await? {
            return Ok(work);
        }
    }
}

/// A hold, and the decision whether the run continues in spite of it.
type Question = (Hold, BoxFuture<'static, bool>);

/// The rows that a run has not finished.
pub(crate) struct Work {
    pages: Pages,
    waiting: BinaryHeap<Later>,
    /// Rows that wait for the end of the holds.
    held: Vec<Later>,
    /// The decision that the run waits for.
    question: Option<Question>,
    /// Rows whose write did not take effect.
    resendable: Vec<u64>,
    /// The number of accepted writes that have not finished in the time for polling.
    pub(crate) unfinished: u64,
    attention: Attention,
    /// When the learned rates are stored next.
    rates_due: Duration,
    /// How many rows the last event said to wait, and until when.
    told: Option<(usize, Duration)>,
}

impl Work {
    fn new(mode: Mode) -> Self {
        Self {
            pages: Pages::new(mode),
            waiting: BinaryHeap::new(),
            held: Vec::new(),
            question: None,
            resendable: Vec::new(),
            unfinished: 0,
            attention: Attention::new(),
            rates_due: RATES_EVERY,
            told: None,
        }
    }

    /// Returns how many rows of other plans wait for a start with theirs, as far as they were met.
    pub(crate) fn left_to_their_plans(&self) -> u64 {
        self.pages.left
    }

    /// Works until no row can take another step, or the run is to stop and what is in flight has
    /// ended.
    ///
    /// # Errors
    /// The journal's.
    async fn until_idle(&mut self, cx: &Context) -> Result<(), JournalError> {
        let mut steps = Steps::new();
        // The steps that began a row.
        let mut begun = 0_usize;
        loop {
            if cx.now() >= self.rates_due {
                self.rates_due = cx.now().saturating_add(RATES_EVERY);
                cx.save_rates().await?;
            }
            self.attention.attend(cx, steps.len()).await?;
            cx.begin_approved_wave().await?;
            for forbidden in self.refused_alone(cx, steps.is_empty()).await? {
                steps.push(Box::pin(
                    async move { (false, fail_alone(cx, forbidden).await) },
                ));
            }
            self.attend_to_holds(cx, steps.is_empty()).await?;
            if !cx.stop.is_requested() {
                while has_room(cx, &steps)
                    && let Some(later) = self.due(cx)
                {
                    steps.push(Box::pin(async move { (false, resume(cx, later).await) }));
                }
                while has_room(cx, &steps)
                    && begun < self.room_to_begin(cx, steps.len().saturating_sub(begun))
                    && self.may_begin(cx).await?
                    && let Some(row) = self.pages.take()
                {
                    begun = begun.saturating_add(1);
                    cx.admission.begin(&row);
                    steps.push(Box::pin(
                        async move { (true, step(cx, &row, cx.fresh()).await) },
                    ));
                }
            }
            if steps.is_empty() && (cx.stop.is_requested() || self.has_ended(cx).await?) {
                return Ok(());
            }
            if steps.is_empty() {
                self.tell_waiting(cx);
            }
            if let Some((is_begun, next)) = self.next(cx, &mut steps).await {
                begun = begun.saturating_sub(usize::from(is_begun));
                self.take(next?);
            }
        }
    }

    /// Returns how many steps that began a row there may be at once, beside `others`. Some room is
    /// kept for rows that wait for a time, such as that of a poll: while many steps wait for a slow
    /// rate limit, none would end in time.
    fn room_to_begin(&self, cx: &Context, others: usize) -> usize {
        let concurrency = cx.concurrency();
        let waiting = others.saturating_add(self.waiting.len());
        let kept = waiting.min(concurrency / 4);
        concurrency
            .saturating_add(recording(cx))
            .saturating_sub(kept)
    }

    /// Returns whether the next row of the pages may begin. What was sent before is settled in
    /// spite of a hold.
    ///
    /// # Errors
    /// The journal's.
    async fn may_begin(&mut self, cx: &Context) -> Result<bool, JournalError> {
        let next = self.pages.peek(cx).await?;
        Ok(next.is_some_and(|row| {
            let is_held = row.state == State::Planned && cx.holds.is_held();
            !is_held && cx.admission.admits(row) && !cx.access.is_suspicious()
        }))
    }

    /// Returns whether a row waits that may not begin or continue now.
    ///
    /// # Errors
    /// The journal's.
    async fn is_blocked(&mut self, cx: &Context) -> Result<bool, JournalError> {
        let is_left = !self.held.is_empty() || self.pages.peek(cx).await?.is_some();
        Ok(is_left && (!self.held.is_empty() || !self.may_begin(cx).await?))
    }

    /// Returns the rows that were refused with 403 and are known to be refused alone, or that no
    /// other response will tell about. Holds the run if the sign-in lacks the permission.
    ///
    /// # Errors
    /// The journal's.
    async fn refused_alone(
        &mut self,
        cx: &Context,
        is_idle: bool,
    ) -> Result<Vec<Forbidden>, JournalError> {
        let alone = cx.access.take_alone();
        if !alone.is_empty() || !is_idle || cx.stop.is_requested() || cx.holds.is_held() {
            return Ok(alone);
        }
        if cx.access.is_suspicious() {
            self.held.extend(hold_all(cx));
            return Ok(alone);
        }
        let is_last = self.waiting.is_empty() && self.held.is_empty();
        if is_last && !self.may_begin(cx).await? {
            return Ok(cx.access.take_aside());
        }
        Ok(alone)
    }

    /// Lets held rows continue when there is no hold any more. Asks whether to continue if a hold
    /// needs a decision, and stops the run if it has no one to ask.
    ///
    /// # Errors
    /// The journal's.
    async fn attend_to_holds(&mut self, cx: &Context, is_idle: bool) -> Result<(), JournalError> {
        if cx.stop.is_finishing() {
            cx.holds.close();
            self.question = None;
            if is_idle && self.waiting.is_empty() && !self.may_begin(cx).await? {
                cx.stop.stop();
            }
            return Ok(());
        }
        if !cx.holds.is_held() {
            self.waiting.extend(self.held.drain(..));
            if is_idle && self.waiting.is_empty() && self.is_blocked(cx).await? {
                match cx.admission.closed() {
                    Some(Closed::Stop(cause)) => cx.halt(cause),
                    Some(Closed::Hold(hold)) => cx.hold(hold),
                    Some(Closed::Busy) | None => {}
                }
            }
        }
        let hold = cx.holds.question();
        let asked = self.question.as_ref().map(|(hold, _)| hold);
        if asked == hold.as_ref() {
            return Ok(());
        }
        self.question = None;
        if let Some(hold) = hold
            && !cx.stop.is_requested()
            && self.is_blocked(cx).await?
        {
            match &cx.options.ask {
                Some(ask) => self.question = Some((hold.clone(), ask(hold))),
                None => {
                    if matches!(hold, Hold::Wave { .. }) {
                        cx.admission.stop_at_wave();
                    }
                    cx.halt(hold.stop_cause());
                }
            }
        }
        Ok(())
    }

    /// Returns whether nothing is left that the run could do or wait for, when no step is in
    /// flight.
    ///
    /// # Errors
    /// The journal's.
    async fn has_ended(&mut self, cx: &Context) -> Result<bool, JournalError> {
        if !self.waiting.is_empty() {
            return Ok(false);
        }
        // Accepted writes have not finished in the time for polling, and no other row may begin.
        let is_stuck = !cx.holds.is_held() && matches!(cx.admission.closed(), Some(Closed::Busy));
        Ok(self.held.is_empty() && (is_stuck || self.pages.peek(cx).await?.is_none()))
    }

    /// Takes the next waiting row whose time has come.
    fn due(&mut self, cx: &Context) -> Option<Later> {
        let is_due = self.waiting.peek()?.due() <= cx.now();
        is_due.then(|| self.waiting.pop())?
    }

    /// Waits for the end of a step; `None` if something else happens before: a row is due, a hold
    /// begins or ends, a decision is made, or the run is to stop. Without room, a due row waits
    /// for the end of a step.
    async fn next(
        &mut self,
        cx: &Context,
        steps: &mut Steps<'_>,
    ) -> Option<(bool, Result<Next, JournalError>)> {
        // Without a step in flight, the run ends now.
        let is_stopping = cx.stop.is_requested() && !steps.is_empty();
        let due = self.waiting.peek().filter(|_| !is_stopping);
        let left = due.map(|later| later.due().saturating_sub(cx.now()));
        let has_room = has_room(cx, steps);
        let recording = cx.recording();
        let left = left.filter(|left| has_room || !left.is_zero());
        // Also while the run stops: what is in flight may take a while, and `status` tells of it.
        let look = self.attention.left(cx);
        let mut timer = (left.into_iter().chain(look).min()).map(|left| cx.clock().sleep(left));
        // When the run finishes, the holds are closed first.
        let mut stopped = pin!(cx.stop.ended(!cx.holds.is_closed()));
        let mut changed = pin!(cx.holds.changed());
        let question = &mut self.question;
        poll_fn(|context| {
            if let Poll::Ready(Some(ended)) = steps.poll_next_unpin(context) {
                return Poll::Ready(Some(ended));
            }
            if let Some((hold, answer)) = question
                && let Poll::Ready(continues) = answer.as_mut().poll(context)
            {
                if continues {
                    cx.release(|it| it == hold);
                } else {
                    cx.halt(hold.stop_cause());
                }
                *question = None;
                return Poll::Ready(None);
            }
            let is_over = (timer.as_mut()).is_some_and(|it| it.as_mut().poll(context).is_ready());
            let is_stopped = !is_stopping && stopped.as_mut().poll(context).is_ready();
            let is_changed = changed.as_mut().poll(context).is_ready();
            if is_over || is_stopped || is_changed || cx.recording() > recording {
                return Poll::Ready(None);
            }
            Poll::Pending
        })
        .await
    }

    fn take(&mut self, next: Next) {
        match next {
            Next::Settled | Next::Left | Next::Aside => {}
            Next::Later(later) => self.waiting.push(later),
            Next::Held(later) => self.held.push(later),
            Next::Unfinished => self.unfinished = self.unfinished.saturating_add(1),
            Next::Resendable(row) => self.resendable.push(row),
        }
    }

    /// Tells for how long `reconcile` waits, once: the run also wakes up to read its orders.
    fn tell_waiting(&mut self, cx: &Context) {
        if cx.mode == Mode::Reconcile
            && let Some(later) = self.waiting.peek()
            && self.told != Some((self.waiting.len(), later.due()))
        {
            self.told = Some((self.waiting.len(), later.due()));
            cx.tell_all(EventKind::Waiting {
                profiles: u64::try_from(self.waiting.len()).unwrap_or(u64::MAX),
                left: later.due().saturating_sub(cx.now()),
            });
        }
    }

    /// Decides about the writes that did not take effect; returns whether they are sent once more.
    ///
    /// # Errors
    /// The journal's.
    async fn resend(&mut self, cx: &Context) -> Result<bool, JournalError> {
        if self.resendable.is_empty() {
            return Ok(false);
        }
        let rows = std::mem::take(&mut self.resendable);
        let is_agreed = match &cx.options.resend {
            Resend::Never => false,
            Resend::Always => true,
            Resend::Ask(ask) => {
                let decision = ask(u64::try_from(rows.len()).unwrap_or(u64::MAX));
                let Some(is_agreed) = self.attention.during(cx, decision).await? else {
                    return Ok(false);
                };
                is_agreed
            }
        };
        for number in rows {
            if is_agreed {
                let progress = Progress::starting(cx.now(), Phase::Resend);
                self.waiting.push(progress.at(number, cx.now()));
            } else if let Some(row) = load(cx, number).await? {
                still_unknown(cx, &row, cause::not_resent()).await?;
            }
        }
        Ok(is_agreed)
    }
}
