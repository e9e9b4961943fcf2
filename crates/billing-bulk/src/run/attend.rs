//! What a run does a few times a second: reads its orders, looks at the clock, and tells what it
//! waits for.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use billing_core::BoxFuture;
use futures_util::future::{Either, select};

use crate::control::{Activity, ProcessId, Wait};
use crate::hold::Hold;
use crate::journal::{Holder, JournalError};
use crate::run::cause;
use crate::run::context::Context;
use crate::target::Cause;

/// How often a run looks at the clock if it reads no orders.
const CLOCK: Duration = Duration::from_secs(1);

/// The shortest time between two records of what a run waits for.
const TELL: Duration = Duration::from_millis(500);

/// What a run remembers between two looks.
pub(crate) struct Attention {
    process: ProcessId,
    due: Duration,
    /// How often the run had been resumed when it was looked at last.
    resumed: Option<u64>,
    rate: Option<String>,
    told: Option<(Duration, Activity)>,
}

/// Records at the end of a run why it stopped, if it did.
///
/// # Errors
/// The journal's.
pub(crate) async fn tell_end(cx: &Context, stopped: Option<Cause>) -> Result<(), JournalError> {
    if cx.options.control.is_none() {
        return Ok(());
    }
    let activity = Activity {
        process: this_process(),
        time: cx.clock().now(),
        waits: Vec::new(),
        polls: cx.accepted(),
        in_flight: 0,
        // The hint may have the claims of a challenge, which are for the operator alone.
        stopped: stopped.map(|cause| Cause {
            hint: None,
            ..cause
        }),
    };
    cx.journal.save_activity(activity).await
}

fn this_process() -> ProcessId {
    let Holder { process, host, .. } = Holder::this_process();
    ProcessId { process, host }
}

impl Attention {
    pub(crate) fn new() -> Self {
        Self {
            process: this_process(),
            due: Duration::ZERO,
            resumed: None,
            rate: None,
            told: None,
        }
    }

    /// Returns for how long the run need not look; `None` if there is nothing to look at.
    pub(crate) fn left(&self, cx: &Context) -> Option<Duration> {
        let is_needed = cx.options.control.is_some() || cx.options.window.is_some();
        is_needed.then(|| self.due.saturating_sub(cx.now()))
    }

    /// Waits for a decision, and looks meanwhile: the question may be on a screen for hours.
    /// `None` if the run is to stop before.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn during(
        &mut self,
        cx: &Context,
        mut decision: BoxFuture<'static, bool>,
    ) -> Result<Option<bool>, JournalError> {
        loop {
            self.attend(cx, 0).await?;
            if cx.stop.is_finishing() {
                return Ok(None);
            }
            let stopped = pin!(cx.stop.ended(true));
            let timer = self.left(cx).map(|left| cx.clock().sleep(left));
            let woken = async {
                match timer {
                    Some(timer) => _ = select(stopped, timer).await,
                    None => stopped.await,
                }
            };
            if let Either::Left((decided, _)) = select(decision.as_mut(), pin!(woken)).await {
                return Ok(Some(decided));
            }
        }
    }

    /// Looks if it is time.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn attend(
        &mut self,
        cx: &Context,
        in_flight: usize,
    ) -> Result<(), JournalError> {
        let now = cx.now();
        if self.left(cx).is_none_or(|left| !left.is_zero()) {
            return Ok(());
        }
        let interval = cx.options.control;
        self.due = now.saturating_add(interval.unwrap_or(CLOCK));
        cx.look_at_the_clock();
        if interval.is_none() {
            return Ok(());
        }
        self.obey(cx).await?;
        self.tell(cx, now, in_flight).await
    }

    /// Obeys the orders in the journal.
    ///
    /// # Errors
    /// The journal's.
    async fn obey(&mut self, cx: &Context) -> Result<(), JournalError> {
        let control = cx.journal.control().await?;
        match control.paused {
            Some(by) => cx.hold(Hold::Paused {
                by: by.who,
                since: by.time,
            }),
            None => cx.release(|hold| matches!(hold, Hold::Paused { .. })),
        }
        let earlier = self.resumed.replace(control.resumed);
        if earlier.is_some_and(|earlier| earlier != control.resumed) {
            cx.release(Hold::needs_decision);
        }
        if control.process.as_ref() != Some(&self.process) {
            return Ok(());
        }
        if let Some(by) = control.aborted {
            cx.halt(cause::aborted(&by.who));
        }
        if let Some(concurrency) = control.concurrency {
            cx.chosen_concurrency.store(concurrency, Ordering::Relaxed);
        }
        if control.rate != self.rate {
            self.rate.clone_from(&control.rate);
            if let Some(rate) = control.rate.and_then(|rate| rate.parse().ok()) {
                cx.gate.set_rate(rate);
            }
        }
        Ok(())
    }

    /// Records what the run waits for, if that has changed.
    ///
    /// # Errors
    /// The journal's.
    async fn tell(
        &mut self,
        cx: &Context,
        now: Duration,
        in_flight: usize,
    ) -> Result<(), JournalError> {
        let time = cx.clock().now();
        let holds = cx.holds.all();
        let limits = cx.gate.waiting(now).into_iter().map(|waiting| Wait {
            reason: "rate_limit".to_owned(),
            message: waiting.to_string(),
            until: (waiting.until).and_then(|until| time.checked_add(until.saturating_sub(now))),
        });
        let activity = Activity {
            process: self.process.clone(),
            time,
            waits: holds.iter().map(Wait::from).chain(limits).collect(),
            polls: cx.accepted(),
            in_flight: u64::try_from(in_flight).unwrap_or(u64::MAX),
            stopped: None,
        };
        let is_told = self.told.as_ref().is_some_and(|(told, last)| {
            now.saturating_sub(*told) < TELL || last.is_like(&activity)
        });
        if is_told {
            return Ok(());
        }
        self.told = Some((now, activity.clone()));
        cx.journal.save_activity(activity).await
    }
}
