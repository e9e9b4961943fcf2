//! The time that the services live in: the machine's, or one that a test moves.
//!
//! It is no `billing_core::Clock`: nothing in here waits but a planned delay, and both services
//! must be told one time that can be moved from outside.

use std::{
    fmt::Write as _,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use humantime::format_rfc3339_seconds;
use hyper::header::HeaderValue;
use tokio::sync::watch;
use toml::value::{Date, Datetime, Offset};

use crate::error::Error;

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
        let text = rfc3339(time);
        let date = httpdate::fmt_http_date(time);
        Self {
            number: seconds(time),
            // A date is visible ASCII.
            date: HeaderValue::try_from(date).unwrap_or(HeaderValue::from_static("")),
            extended: text.trim_end_matches('Z').to_owned(),
            compact: text.replace(['-', ':'], ""),
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
    format_rfc3339_seconds(time).to_string()
}

/// As Microsoft Entra ID's errors have it: `2026-01-31 08:30:00Z`.
pub(crate) fn entra(time: SystemTime) -> String {
    rfc3339(time).replace('T', " ")
}

/// As Resource Manager's errors have it, with months and hours before the twelfth in one digit:
/// `1/31/2026 8:30:00 AM`.
pub(crate) fn american(time: SystemTime) -> String {
    let text = rfc3339(time);
    let part = |at: Range<usize>| text.get(at).unwrap_or_default();
    let number = |at| part(at).parse::<u32>().unwrap_or_default();
    let (year, month, day, hour) = (part(0..4), number(5..7), number(8..10), number(11..13));
    let (minutes, half) = (part(14..19), if hour < 12 { "AM" } else { "PM" });
    let hour = (hour + 11) % 12 + 1;
    format!("{month}/{day}/{year} {hour}:{minutes} {half}")
}

/// The whole seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Reads RFC 3339, with any offset from UTC; `None` for any other text.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let Datetime {
        date: Some(date),
        time: Some(time),
        offset: Some(offset),
    } = text.parse().ok()?
    else {
        return None;
    };
    let ahead = match offset {
        Offset::Z => 0,
        Offset::Custom { minutes } => minutes,
    };
    let minutes = i64::from(time.hour) * 60 + i64::from(time.minute) - i64::from(ahead);
    let seconds = days(date) * 86_400 + minutes * 60 + i64::from(time.second.unwrap_or_default());
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let whole = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(whole)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(whole)
    };
    whole?.checked_add(Duration::from_nanos(
        time.nanosecond.unwrap_or_default().into(),
    ))
}

/// The days from 1970-01-01 to a date of the Gregorian calendar, by years that begin in March.
fn days(date: Date) -> i64 {
    let (year, month) = match date.month {
        1 | 2 => (i64::from(date.year) - 1, i64::from(date.month) + 9),
        _ => (i64::from(date.year), i64::from(date.month) - 3),
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (month * 153 + 2) / 5 + i64::from(date.day) - 1;
    year * 365 + leap_days + day_of_year - 719_468
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
