//! Works through the rows of a journal: one future that drives a bounded number of steps at once.

use std::collections::{BinaryHeap, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use billing_core::BoxFuture;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::event::EventKind;
use crate::hold::Hold;
use crate::journal::row::Row;
use crate::journal::{JournalError, State};
use crate::run::context::{Context, Mode};
use crate::run::next::{Later, Next, Phase, Progress};
use crate::run::options::Resend;
use crate::run::{accepted, apply, cause, reconcile, sending};

/// The states of rows that may take another step.
const OPEN: [State; 4] = [
    State::Planned,
    State::Sending,
    State::Accepted,
    State::Unknown,
];

/// How many rows are read from the journal at once.
const PAGE: usize = 128;

/// How often the learned rates are stored, so that a run that is killed has not lost them.
const RATES_EVERY: Duration = Duration::from_secs(60);

/// The steps in flight. A step that began a row has `true`.
type Steps<'a> = FuturesUnordered<BoxFuture<'a, (bool, Result<Next, JournalError>)>>;

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
    /// When the learned rates are stored next.
    rates_due: Duration,
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
            rates_due: RATES_EVERY,
        }
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
            self.attend_to_holds(cx).await?;
            if !cx.stop.is_requested() {
                let concurrency = cx.concurrency();
                while steps.len() < concurrency
                    && let Some(later) = self.due(cx)
                {
                    steps.push(Box::pin(async move { (false, resume(cx, later).await) }));
                }
                // Some room is kept for rows that wait for a time, such as that of a poll.
                let room = concurrency.saturating_sub(concurrency / 4);
                while steps.len() < concurrency
                    && begun < room
                    && self.may_begin(cx).await?
                    && let Some(row) = self.pages.take()
                {
                    begun = begun.saturating_add(1);
                    steps.push(Box::pin(
                        async move { (true, step(cx, &row, cx.fresh()).await) },
                    ));
                }
            }
            if steps.is_empty()
                && (cx.stop.is_requested()
                    || self.waiting.is_empty() && !self.is_anything_held(cx).await?)
            {
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

    /// Returns whether the next row of the pages may begin. What was sent before is settled in
    /// spite of a hold.
    ///
    /// # Errors
    /// The journal's.
    async fn may_begin(&mut self, cx: &Context) -> Result<bool, JournalError> {
        let next = self.pages.peek(cx).await?;
        Ok(next.is_some_and(|row| row.state != State::Planned || !cx.holds.is_held()))
    }

    /// Returns whether a row waits for the end of the holds.
    ///
    /// # Errors
    /// The journal's.
    async fn is_anything_held(&mut self, cx: &Context) -> Result<bool, JournalError> {
        Ok(!self.held.is_empty() || self.pages.peek(cx).await?.is_some())
    }

    /// Lets held rows continue when there is no hold any more. Asks whether to continue if a hold
    /// needs a decision, and stops the run if it has no one to ask.
    ///
    /// # Errors
    /// The journal's.
    async fn attend_to_holds(&mut self, cx: &Context) -> Result<(), JournalError> {
        if !cx.holds.is_held() {
            self.question = None;
            self.waiting.extend(self.held.drain(..));
            return Ok(());
        }
        let Some(hold) = cx.holds.question() else {
            self.question = None;
            return Ok(());
        };
        let is_asked = (self.question.as_ref()).is_some_and(|(asked, _)| *asked == hold);
        if is_asked || cx.stop.is_requested() || !self.is_anything_held(cx).await? {
            return Ok(());
        }
        match &cx.options.ask {
            Some(ask) => self.question = Some((hold.clone(), ask(hold))),
            None => cx.halt(hold.stop_cause()),
        }
        Ok(())
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
        let is_stopping = cx.stop.is_requested();
        let due = self.waiting.peek().filter(|_| !is_stopping);
        let left = due.map(|later| later.due().saturating_sub(cx.now()));
        let has_room = steps.len() < cx.concurrency();
        let mut timer = left
            .filter(|left| has_room || !left.is_zero())
            .map(|left| cx.clock().sleep(left));
        let mut stopped = pin!(cx.stop.requested());
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
            if is_over || is_stopped || is_changed {
                return Poll::Ready(None);
            }
            Poll::Pending
        })
        .await
    }

    fn take(&mut self, next: Next) {
        match next {
            Next::Settled | Next::Left => {}
            Next::Later(later) => self.waiting.push(later),
            Next::Held(later) => self.held.push(later),
            Next::Unfinished => self.unfinished = self.unfinished.saturating_add(1),
            Next::Resendable(row) => self.resendable.push(row),
        }
    }

    /// Tells for how long `reconcile` waits.
    fn tell_waiting(&self, cx: &Context) {
        if cx.mode == Mode::Reconcile
            && let Some(later) = self.waiting.peek()
        {
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
                let answer = ask(u64::try_from(rows.len()).unwrap_or(u64::MAX));
                let stopped = pin!(cx.stop.requested());
                match futures_util::future::select(stopped, answer).await {
                    futures_util::future::Either::Left(_) => return Ok(false),
                    futures_util::future::Either::Right((is_agreed, _)) => is_agreed,
                }
            }
        };
        for number in rows {
            if is_agreed {
                let progress = Progress::starting(cx.now(), Phase::Resend);
                self.waiting.push(progress.at(number, cx.now()));
            } else if let Some(row) = load(cx, number).await? {
                cx.tell(&row, EventKind::Unknown(cause::not_resent()));
            }
        }
        Ok(is_agreed)
    }
}

/// The rows of a journal in the order in which a run begins them, read page by page.
struct Pages {
    /// The states of the rows that are left, in groups that follow each other.
    groups: VecDeque<Vec<State>>,
    after: u64,
    page: VecDeque<Row>,
}

impl Pages {
    fn new(mode: Mode) -> Self {
        let groups = match mode {
            // After a lost response our own write may have moved the etag: what was sent is settled
            // first. No row of the first group goes back to `planned`, so none is met twice.
            Mode::Apply => vec![vec![State::Sending, State::Accepted], vec![State::Planned]],
            Mode::Reconcile => vec![vec![State::Sending, State::Accepted, State::Unknown]],
        };
        Self {
            groups: groups.into(),
            after: 0,
            page: VecDeque::new(),
        }
    }

    /// Returns the next row that has not begun.
    ///
    /// # Errors
    /// The journal's.
    async fn peek(&mut self, cx: &Context) -> Result<Option<&Row>, JournalError> {
        while self.page.is_empty() {
            let Some(states) = self.groups.front() else {
                return Ok(None);
            };
            let rows = cx.journal.rows(states, self.after, PAGE).await?;
            if let Some(last) = rows.last() {
                self.after = last.number;
                self.page = rows.into();
            } else {
                self.groups.pop_front();
                self.after = 0;
            }
        }
        Ok(self.page.front())
    }

    /// Takes the row that [`peek`](Self::peek) has returned.
    fn take(&mut self) -> Option<Row> {
        self.page.pop_front()
    }
}

/// Reads a row that may take another step.
///
/// # Errors
/// The journal's.
async fn load(cx: &Context, number: u64) -> Result<Option<Row>, JournalError> {
    let rows = cx.journal.rows(&OPEN, number.saturating_sub(1), 1).await?;
    Ok(rows.into_iter().find(|row| row.number == number))
}

/// Takes the next step of a waiting row.
///
/// # Errors
/// The journal's.
async fn resume(cx: &Context, later: Later) -> Result<Next, JournalError> {
    match load(cx, later.row).await? {
        Some(row) => step(cx, &row, later.progress).await,
        None => Ok(Next::Settled),
    }
}

/// Takes the next step of a row, by its state.
///
/// # Errors
/// The journal's.
async fn step(cx: &Context, row: &Row, progress: Progress) -> Result<Next, JournalError> {
    match (row.state, cx.mode) {
        (State::Planned, _) => apply::apply(cx, row, progress).await,
        (State::Sending, _) => sending::settle(cx, row, progress).await,
        (State::Accepted, _) => accepted::settle(cx, row, progress).await,
        (State::Unknown, Mode::Reconcile) => reconcile::reconcile(cx, row, progress).await,
        _ => Ok(Next::Settled),
    }
}
