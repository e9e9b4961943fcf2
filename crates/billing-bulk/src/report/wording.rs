//! Numbers and times of reports.

use std::time::{Duration, SystemTime};

use jiff::{Timestamp, Unit};

/// Returns a number as in `1,234,567`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns a count with its noun: `1 profile`, `2 profiles`.
pub(crate) fn count(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// Returns a time such as `2026-11-30T09:41:07.25Z`, to the millisecond; empty beyond the years
/// that the format has.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let time = Timestamp::try_from(time);
    let time = time.and_then(|time| time.round(Unit::Millisecond));
    time.map(|time| time.to_string()).unwrap_or_default()
}

/// Returns a duration such as `1 h 5 min`, `42 s` or `180 ms`, in at most two units.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |(first, one): (u64, &str), (second, other): (u64, &str)| match second {
        0 => format!("{first} {one}"),
        second => format!("{first} {one} {second} {other}"),
    };
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..60 if duration.subsec_millis() > 0 && seconds < 10 => {
            format!("{:.1} s", duration.as_secs_f64())
        }
        1..60 => format!("{seconds} s"),
        60..3_600 => two((seconds / 60, "min"), (seconds % 60, "s")),
        3_600..86_400 => two((seconds / 3_600, "h"), (seconds % 3_600 / 60, "min")),
        _ => two((seconds / 86_400, "d"), (seconds % 86_400 / 3_600, "h")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{count, duration, number, rfc3339};

    #[test]
    fn numbers_times_and_durations_are_for_people() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(count(1, "profile"), "1 profile");
        let time = UNIX_EPOCH + Duration::from_millis(1_500);
        assert_eq!(rfc3339(time), "1970-01-01T00:00:01.5Z");
        let shown = [
            0, 180, 1_000, 1_250, 42_000, 60_000, 61_000, 3_900_000, 90_000_000,
        ];
        assert_eq!(
            shown.map(|millis| duration(Duration::from_millis(millis))),
            [
                "0 ms",
                "180 ms",
                "1 s",
                "1.2 s",
                "42 s",
                "1 min",
                "1 min 1 s",
                "1 h 5 min",
                "1 d 1 h"
            ]
        );
    }
}
