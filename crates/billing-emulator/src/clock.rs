//! The time that the services live in: the machine's, or one that a test moves.
//!
//! It is no `billing_core::Clock`: nothing in here waits but a planned delay, and both services
//! must be told one time that can be moved from outside.

use std::{
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use axum::http::HeaderValue;
use time::{
    OffsetDateTime, UtcDateTime, format_description::well_known::Rfc3339,
    macros::format_description,
};
use tokio::sync::watch;

use crate::Error;

/// The last second that both a date header and RFC 3339 can write.
const LAST: Duration = Duration::from_secs(253_402_300_799);

pub(crate) struct Clock {
    /// When it was started, for a clock that runs.
    started: Option<Instant>,
    /// What it showed when it was started; it is moved by changing this.
    shown: Mutex<SystemTime>,
    /// What a reset goes back to, for a clock that stands.
    standing_at: Option<SystemTime>,
    /// Told each time that it is moved.
    moved: watch::Sender<()>,
    /// The latest second that was written: many requests come in one.
    written: Mutex<Second>,
}

/// A second in the forms that each answer needs.
struct Second {
    /// Since 1970.
    number: u64,
    date: HeaderValue,
    extended: String,
    compact: String,
}

impl Clock {
    /// The machine's clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place of the emulator that reads the clock"
    )]
    pub(crate) fn running() -> Self {
        Self {
            started: Some(Instant::now()),
            shown: Mutex::new(SystemTime::now()),
            standing_at: None,
            moved: watch::Sender::default(),
            written: Mutex::new(Second::of(SystemTime::UNIX_EPOCH)),
        }
    }

    /// A clock that only moves by being moved.
    pub(crate) fn standing(at: SystemTime) -> Result<Self, Error> {
        Ok(Self {
            started: None,
            shown: Mutex::new(in_range(Some(at))?),
            standing_at: Some(at),
            moved: watch::Sender::default(),
            written: Mutex::new(Second::of(SystemTime::UNIX_EPOCH)),
        })
    }

    pub(crate) fn now(&self) -> SystemTime {
        let shown = *self.shown();
        let now = shown.checked_add(self.elapsed());
        // A running clock that was set to the end of time stays there.
        now.map_or(shown, |now| now.min(last()))
    }

    /// Sets it; a running clock goes on from there.
    pub(crate) fn set(&self, at: SystemTime) -> Result<(), Error> {
        let at = in_range(Some(at))?;
        // It was started before it is read, so what has elapsed is at most a process's life.
        let shown = at.checked_sub(self.elapsed()).unwrap_or(at);
        *self.shown() = shown;
        self.moved.send_replace(());
        Ok(())
    }

    pub(crate) fn advance(&self, by: Duration) -> Result<(), Error> {
        let mut shown = self.shown();
        *shown = in_range(shown.checked_add(by))?;
        self.moved.send_replace(());
        Ok(())
    }

    /// Goes back to where it began: to the machine's time, or to where it stood.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place of the emulator that reads the clock"
    )]
    pub(crate) fn reset(&self) {
        *self.shown() = match self.standing_at {
            Some(at) => at,
            None => {
                let now = SystemTime::now();
                now.checked_sub(self.elapsed()).unwrap_or(now)
            }
        };
        self.moved.send_replace(());
    }

    /// Returns when it shows `by` more than now, be it that time has passed or that it was moved.
    pub(crate) async fn wait(&self, by: Duration) {
        let mut moved = self.moved.subscribe();
        let after = |now: SystemTime| now.checked_add(by).map_or(last(), |end| end.min(last()));
        let mut end = after(self.now());
        loop {
            let now = self.now();
            // Who set it back does not want anybody to wait for longer than from there.
            end = end.min(after(now));
            if now >= end {
                return;
            }
            self.pass(end, &mut moved).await;
        }
    }

    /// Returns when it shows `at` or later, be it that time has passed or that it was moved.
    pub(crate) async fn reach(&self, at: SystemTime) {
        let mut moved = self.moved.subscribe();
        while self.now() < at {
            self.pass(at, &mut moved).await;
        }
    }

    /// Waits until a clock that runs shows `end`, or until it is moved.
    async fn pass(&self, end: SystemTime, moved: &mut watch::Receiver<()>) {
        let rest = end.duration_since(self.now()).unwrap_or_default();
        let moved = moved.changed();
        // Neither result matters: what counts is what the clock shows then.
        if self.started.is_some() {
            let _ = tokio::time::timeout(rest, moved).await;
        } else {
            let _ = moved.await;
        }
    }

    /// As a date header has it.
    pub(crate) fn date(&self, time: SystemTime) -> HeaderValue {
        self.second(time).date.clone()
    }

    /// As the request log has it, in milliseconds: `2026-01-31T08:30:00.000Z`.
    pub(crate) fn milliseconds(&self, time: SystemTime) -> String {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        let milliseconds = since.unwrap_or_default().subsec_millis();
        let mut text = String::with_capacity("2026-01-31T08:30:00.000Z".len());
        text.push_str(&self.second(time).extended);
        // A string takes all that is written to it.
        let _ = write!(text, ".{milliseconds:03}Z");
        text
    }

    /// As ids of Azure have it: `20260131T083000Z`.
    pub(crate) fn compact(&self, time: SystemTime) -> String {
        self.second(time).compact.clone()
    }

    fn second(&self, time: SystemTime) -> MutexGuard<'_, Second> {
        // What is in it was written whole.
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.number != seconds(time) {
            *written = Second::of(time);
        }
        written
    }

    fn elapsed(&self) -> Duration {
        self.started
            .map_or(Duration::ZERO, |started| started.elapsed())
    }

    fn shown(&self) -> MutexGuard<'_, SystemTime> {
        // A time is whole whenever it can be seen.
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Second {
    fn of(time: SystemTime) -> Self {
        let extended = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
        let compact = format_description!("[year][month][day]T[hour][minute][second]Z");
        let date = httpdate::fmt_http_date(time);
        Self {
            number: seconds(time),
            // A date is visible ASCII.
            date: HeaderValue::try_from(date).unwrap_or(HeaderValue::from_static("")),
            extended: write(time, extended),
            compact: write(time, compact),
        }
    }
}

/// How long something takes, whatever the emulator's clock does meanwhile.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place of the emulator that reads the clock"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// In milliseconds, to the microsecond.
    pub(crate) fn ms(&self) -> f64 {
        (self.0.elapsed().as_secs_f64() * 1e6).round() / 1e3
    }
}

fn last() -> SystemTime {
    SystemTime::UNIX_EPOCH + LAST
}

pub(crate) fn is_in_range(time: &SystemTime) -> bool {
    (SystemTime::UNIX_EPOCH..=last()).contains(time)
}

fn in_range(time: Option<SystemTime>) -> Result<SystemTime, Error> {
    time.filter(is_in_range)
        .ok_or_else(|| Error::invalid("the clock", "must stay within the years 1970 to 9999"))
}

/// As RFC 3339 has it, in whole seconds: `2026-01-31T08:30:00Z`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    write(time, format)
}

/// As Microsoft Entra ID's errors have it: `2026-01-31 08:30:00Z`.
pub(crate) fn entra(time: SystemTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
    write(time, format)
}

/// As Resource Manager's errors have it, with months and hours before the twelfth in one digit:
/// `1/31/2026 8:30:00 AM`.
pub(crate) fn american(time: SystemTime) -> String {
    let format = format_description!(
        "[month padding:none]/[day padding:none]/[year] \
         [hour repr:12 padding:none]:[minute]:[second] [period]"
    );
    write(time, format)
}

/// The whole seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

fn write(time: SystemTime, format: &[time::format_description::BorrowedFormatItem<'_>]) -> String {
    // A time of this clock has every component that a format can ask for.
    UtcDateTime::from(time).format(format).unwrap_or_default()
}

/// `None` for text that is no RFC 3339.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(SystemTime::from(time))
}
