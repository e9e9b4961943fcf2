//! The emulator's clock, which is the machine's or one that a test moves, and the forms of a time.
//!
//! It is not a `billing_core::Clock`: only a planned delay waits for it, and all services share one
//! time that can be moved from outside.

use std::{
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use humantime::{format_rfc3339_millis, format_rfc3339_seconds, parse_rfc3339};
use hyper::header::HeaderValue;
use tokio::sync::watch;
use toml::value::{Datetime, Offset};

use crate::error::Error;

/// The last second that both a date header and RFC 3339 can write.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// The time after which the Gregorian calendar repeats: 400 years.
const CYCLE: Duration = Duration::from_secs(146_097 * 24 * 60 * 60);

pub(crate) struct Clock {
    /// When a running clock was started.
    started: Option<Instant>,
    /// The time that it showed when it was started; changed to move it.
    shown: Mutex<SystemTime>,
    /// The time that a reset of a standing clock goes back to.
    standing_at: Option<SystemTime>,
    /// Notified whenever it is moved.
    moved: watch::Sender<()>,
}

impl Clock {
    /// The machine's clock.
    pub(crate) fn running() -> Self {
        let (started, shown) = machine_time();
        Self {
            started: Some(started),
            shown: Mutex::new(shown),
            standing_at: None,
            moved: watch::Sender::default(),
        }
    }

    /// Returns a clock that stands until it is moved.
    pub(crate) fn standing(at: SystemTime) -> Result<Self, Error> {
        Ok(Self {
            started: None,
            shown: Mutex::new(in_range(Some(at))?),
            standing_at: Some(at),
            moved: watch::Sender::default(),
        })
    }

    pub(crate) fn now(&self) -> SystemTime {
        let shown = *self.shown();
        let now = shown.checked_add(self.elapsed());
        // A running clock that was set to the last possible time stays there.
        now.map_or(shown, |now| now.min(last()))
    }

    /// Sets the time; a running clock continues from there.
    pub(crate) fn set(&self, at: SystemTime) -> Result<(), Error> {
        let at = in_range(Some(at))?;
        // The clock was started before it is read, so the elapsed time is at most the process's.
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

    /// Resets the clock to the machine's time, or to the time at which it stood at the start.
    pub(crate) fn reset(&self) {
        *self.shown() = match self.standing_at {
            Some(at) => at,
            None => {
                let (_, now) = machine_time();
                now.checked_sub(self.elapsed()).unwrap_or(now)
            }
        };
        self.moved.send_replace(());
    }

    /// Waits until the clock shows `by` more than now, because time has passed or it was moved.
    pub(crate) async fn wait(&self, by: Duration) {
        let mut moved = self.moved.subscribe();
        let after = |now: SystemTime| now.checked_add(by).map_or(last(), |end| end.min(last()));
        let mut end = after(self.now());
        loop {
            let now = self.now();
            // Setting the clock back does not make a wait longer.
            end = end.min(after(now));
            if now >= end {
                return;
            }
            self.pass(end, &mut moved).await;
        }
    }

    /// Waits until the clock shows `at` or later, because time has passed or it was moved.
    pub(crate) async fn reach(&self, at: SystemTime) {
        let mut moved = self.moved.subscribe();
        while self.now() < at {
            self.pass(at, &mut moved).await;
        }
    }

    /// Waits until a running clock shows `end`, or until the clock is moved.
    async fn pass(&self, end: SystemTime, moved: &mut watch::Receiver<()>) {
        let rest = end.duration_since(self.now()).unwrap_or_default();
        let moved = moved.changed();
        // Neither result matters: the caller reads the clock again.
        if self.started.is_some() {
            let _ = tokio::time::timeout(rest, moved).await;
        } else {
            let _ = moved.await;
        }
    }

    fn elapsed(&self) -> Duration {
        self.started
            .map_or(Duration::ZERO, |started| started.elapsed())
    }

    fn shown(&self) -> MutexGuard<'_, SystemTime> {
        // A time cannot be half written, so a poisoned lock is as good.
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place of the emulator that reads the clock"
)]
fn machine_time() -> (Instant, SystemTime) {
    (Instant::now(), SystemTime::now())
}

/// Measures a duration by the machine's clock, whatever the emulator's clock does.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(machine_time().0)
    }

    /// Returns the elapsed milliseconds, to the microsecond.
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

/// Formats a time as a date header.
pub(crate) fn date(time: SystemTime) -> HeaderValue {
    // A date is visible ASCII.
    HeaderValue::try_from(httpdate::fmt_http_date(time)).unwrap_or(HeaderValue::from_static(""))
}

/// Formats a time as RFC 3339 in milliseconds: `2026-01-31T08:30:00.000Z`.
pub(crate) fn milliseconds(time: SystemTime) -> String {
    format_rfc3339_millis(time).to_string()
}

/// Formats a time as Azure's ids contain it: `20260131T083000Z`.
pub(crate) fn compact(time: SystemTime) -> String {
    rfc3339(time).replace(['-', ':'], "")
}

/// Formats a time as RFC 3339 in whole seconds: `2026-01-31T08:30:00Z`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    format_rfc3339_seconds(time).to_string()
}

/// Formats a time as Microsoft Entra ID's errors contain it: `2026-01-31 08:30:00Z`.
pub(crate) fn entra(time: SystemTime) -> String {
    rfc3339(time).replace('T', " ")
}

/// Formats a time as Resource Manager's errors contain it, with months and hours before the twelfth
/// in one digit: `1/31/2026 8:30:00 AM`.
pub(crate) fn american(time: SystemTime) -> String {
    let text = rfc3339(time);
    let part = |at: Range<usize>| text.get(at).unwrap_or_default();
    let number = |at| part(at).parse::<u32>().unwrap_or_default();
    let (year, month, day, hour) = (part(0..4), number(5..7), number(8..10), number(11..13));
    let (minutes, half) = (part(14..19), if hour < 12 { "AM" } else { "PM" });
    let hour = (hour + 11) % 12 + 1;
    format!("{month}/{day}/{year} {hour}:{minutes} {half}")
}

/// Returns the whole seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Reads RFC 3339, with any offset from UTC; `None` for any other text and for times before 1570.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let mut time: Datetime = text.parse().ok()?;
    let ahead = match time.offset.replace(Offset::Z)? {
        Offset::Z => 0,
        Offset::Custom { minutes } => minutes,
    };
    time.time.as_mut()?.second.get_or_insert(0);
    // humantime reads no year before 1970, so an earlier one is read in the next cycle.
    let year = &mut time.date.as_mut()?.year;
    let later = if *year < 1970 { CYCLE } else { Duration::ZERO };
    *year += if later.is_zero() { 0 } else { 400 };
    let time = parse_rfc3339(&time.to_string()).ok()?.checked_sub(later)?;
    let offset = Duration::from_secs(u64::from(ahead.unsigned_abs()) * 60);
    if ahead < 0 {
        time.checked_add(offset)
    } else {
        time.checked_sub(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::{american, parse, rfc3339, seconds};

    fn since_1970(text: &str) -> Option<u64> {
        parse(text).map(seconds)
    }

    #[test]
    fn times_are_read_with_any_offset() {
        let all = [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:30:00-01:00", 1800),
            ("2000-02-29T12:00:00.5+12:00", 951_782_400),
            ("2100-03-01t00:00:00z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ];
        for (text, expected) in all {
            assert_eq!(since_1970(text), Some(expected), "{text}");
        }
        let round = parse("2024-12-31T23:59:59Z").map(rfc3339);
        assert_eq!(round.as_deref(), Some("2024-12-31T23:59:59Z"));
    }

    #[test]
    fn text_that_is_no_time_is_refused() {
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T08:30:00",
            "2026-01-31",
            "08:30:00Z",
            "soon",
            "",
        ] {
            assert_eq!(since_1970(text), None, "{text}");
        }
    }

    #[test]
    fn american_times_have_twelve_hours() {
        let all = [
            ("2026-01-31T00:05:00Z", "1/31/2026 12:05:00 AM"),
            ("2026-01-31T08:30:00Z", "1/31/2026 8:30:00 AM"),
            ("2026-11-01T12:00:00Z", "11/1/2026 12:00:00 PM"),
            ("2026-11-01T23:59:59Z", "11/1/2026 11:59:59 PM"),
        ];
        for (text, expected) in all {
            assert_eq!(parse(text).map(american).as_deref(), Some(expected));
        }
    }
}
