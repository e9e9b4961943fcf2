//! The hours of the day in which a run may write.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The hours of each day in which a run may write, by the clocks of a time zone.
///
/// A window may go across midnight. What counts is the time that local clocks show: where they are
/// set forward, a window that begins in the missing hour begins after it, and where they are set
/// back, an hour that comes twice is in the window both times.
///
/// ```
/// use billing_bulk::Window;
/// use jiff::tz::TimeZone;
///
/// let window = Window::parse("20:00-06:00", TimeZone::get("Europe/Berlin")?)?;
/// let noon: jiff::Timestamp = "2026-11-30T12:00:00+01:00".parse()?;
/// let evening: jiff::Timestamp = "2026-11-30T20:00:00+01:00".parse()?;
/// assert_eq!(window.closed_until(noon.into()), Some(evening.into()));
/// assert_eq!(window.closed_until(evening.into()), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Window {
    from: Time,
    to: Time,
    zone: TimeZone,
}

/// A text that is not a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give two different times of the day, such as 20:00-06:00")]
pub struct ParseWindowError;

impl Window {
    /// Reads a window such as `20:00-06:00`: from the first time on, and until before the second.
    ///
    /// # Errors
    /// The text does not have two different times of the day.
    pub fn parse(text: &str, zone: TimeZone) -> Result<Self, ParseWindowError> {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| ParseWindowError);
        let (from, to) = text.split_once('-').ok_or(ParseWindowError)?;
        let (from, to) = (time(from)?, time(to)?);
        if from == to {
            return Err(ParseWindowError);
        }
        Ok(Self { from, to, zone })
    }

    /// Returns when the run may write next; `None` if it may write at this time.
    pub fn closed_until(&self, now: SystemTime) -> Option<SystemTime> {
        let Ok(timestamp) = Timestamp::try_from(now) else {
            // Not a time that a clock shows.
            return None;
        };
        let now_here = timestamp.to_zoned(self.zone.clone());
        if self.has(&now_here) {
            return None;
        }
        let begins = (0..3).filter_map(|days| {
            let date = now_here
                .date()
                .checked_add(jiff::Span::new().days(days))
                .ok()?;
            date.to_datetime(self.from).to_zoned(self.zone.clone()).ok()
        });
        // Clocks that are set forward may skip the begin of the window.
        let change = self.zone.following(timestamp).next();
        let change = change.map(|change| change.timestamp().to_zoned(self.zone.clone()));
        let next = begins
            .chain(change)
            .filter(|time| *time > now_here && self.has(time))
            .min();
        let next = next.map(|time| SystemTime::from(time.timestamp()));
        // A window that the next days do not have is looked for again later.
        next.or_else(|| now.checked_add(Duration::from_secs(24 * 3600)))
    }

    fn has(&self, time: &Zoned) -> bool {
        let time = time.time();
        if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        write!(f, "{from}-{to}")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::Window;

    /// Returns for each time whether the window is open then, or when it opens.
    fn opens(hours: &str, now: &str) -> String {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let window = Window::parse(hours, zone.clone()).unwrap();
        let now: Timestamp = now.parse().unwrap();
        match window.closed_until(now.into()) {
            None => "open".to_owned(),
            Some(until) => {
                let until = Timestamp::try_from(until).unwrap().to_zoned(zone);
                until.strftime("%d. %H:%M%:z").to_string()
            }
        }
    }

    #[test]
    fn window_is_open_from_its_begin_until_before_its_end() {
        for (now, expected) in [
            ("2026-11-30T07:59:59+01:00", "30. 08:00+01:00"),
            ("2026-11-30T08:00:00+01:00", "open"),
            ("2026-11-30T16:59:59+01:00", "open"),
            ("2026-11-30T17:00:00+01:00", "01. 08:00+01:00"),
        ] {
            assert_eq!(opens("08:00-17:00", now), expected, "{now}");
        }
    }

    #[test]
    fn window_across_midnight_is_open_at_both_sides_of_it() {
        for (now, expected) in [
            ("2026-11-30T05:59:59+01:00", "open"),
            ("2026-11-30T06:00:00+01:00", "30. 20:00+01:00"),
            ("2026-11-30T20:00:00+01:00", "open"),
            ("2026-12-01T00:00:00+01:00", "open"),
        ] {
            assert_eq!(opens("20:00-06:00", now), expected, "{now}");
        }
    }

    // In Berlin, clocks are set from 02:00 to 03:00 on 28 March 2027, and from 03:00 to 02:00 on
    // 25 October 2026.

    #[test]
    fn window_follows_clocks_that_are_set_forward() {
        for (hours, now, expected) in [
            (
                "20:00-06:00",
                "2027-03-27T12:00:00+01:00",
                "27. 20:00+01:00",
            ),
            ("20:00-06:00", "2027-03-28T05:59:00+02:00", "open"),
            (
                "20:00-06:00",
                "2027-03-28T06:00:00+02:00",
                "28. 20:00+02:00",
            ),
            // It begins in the missing hour.
            (
                "02:30-04:00",
                "2027-03-28T01:59:00+01:00",
                "28. 03:00+02:00",
            ),
            ("02:30-04:00", "2027-03-28T03:00:00+02:00", "open"),
            (
                "23:00-02:30",
                "2027-03-28T03:00:00+02:00",
                "28. 23:00+02:00",
            ),
            // The day does not have it.
            (
                "02:10-02:50",
                "2027-03-28T01:59:00+01:00",
                "29. 02:10+02:00",
            ),
        ] {
            assert_eq!(opens(hours, now), expected, "{hours} at {now}");
        }
    }

    #[test]
    fn window_follows_clocks_that_are_set_back() {
        for (hours, now, expected) in [
            ("20:00-06:00", "2026-10-25T05:59:00+01:00", "open"),
            (
                "20:00-06:00",
                "2026-10-25T06:00:00+01:00",
                "25. 20:00+01:00",
            ),
            // The hour that comes twice.
            ("02:00-02:30", "2026-10-25T02:10:00+02:00", "open"),
            (
                "02:00-02:30",
                "2026-10-25T02:40:00+02:00",
                "25. 02:00+01:00",
            ),
            ("02:00-02:30", "2026-10-25T02:10:00+01:00", "open"),
            (
                "02:00-02:30",
                "2026-10-25T02:40:00+01:00",
                "26. 02:00+01:00",
            ),
        ] {
            assert_eq!(opens(hours, now), expected, "{hours} at {now}");
        }
    }

    #[test]
    fn other_texts_are_no_windows() {
        for text in [
            "",
            "20:00",
            "20:00-20:00",
            "24:30-06:00",
            "8-9",
            "a-b",
            "20:00-06:00-07:00",
        ] {
            assert!(Window::parse(text, TimeZone::UTC).is_err(), "{text}");
        }
    }
}
