//! How long a number of requests takes at least, by the limits that are known before they are sent.

use std::time::Duration;

use crate::pacing::key::Key;
use crate::pacing::prior::Prior;
use crate::pacing::rate::Rate;

/// Returns how long this many requests take at least: by the documented limit of the service, and
/// by the rate that the user chose. It is zero where neither is known.
pub(crate) fn forecast(key: &Key, requests: u64, rate: Rate) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "a forecast")]
    let requests = requests as f64;
    let documented = match Prior::of(key) {
        Some(Prior::Bucket { capacity, rate }) => (requests - capacity).max(0.0) / rate,
        Some(Prior::Interval(limit)) => {
            requests / f64::from(limit.requests) * limit.interval.as_secs_f64()
        }
        None => 0.0,
    };
    let seconds = match rate {
        Rate::Learned => documented,
        Rate::Capped(rate) => documented.max(requests / rate.get()),
        Rate::Unlimited => 0.0,
    };
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::forecast;
    use crate::pacing::key::{Class, Key, Keys};
    use crate::pacing::rate::{PerSecond, Rate};

    fn arm(origin: &str) -> Key {
        Keys::arm(origin, "", Class::Write).outer().clone()
    }

    #[test]
    fn slower_of_documented_and_chosen_rate_counts() {
        let azure = arm("https://management.azure.com");
        let partner = Keys::partner("https://api.partnercenter.microsoft.com", "", "");
        let capped = |rate| PerSecond::new(rate).map_or(Rate::Learned, Rate::Capped);
        for (key, requests, rate, seconds) in [
            // A burst of 200, then 10 per second.
            (&azure, 20_200, Rate::Learned, 2_000),
            (&azure, 150, Rate::Learned, 0),
            (&azure, 20_200, capped(1.0), 20_200),
            (&azure, 20_200, capped(100.0), 2_000),
            (&azure, 20_200, Rate::Unlimited, 0),
            // 500 in a minute.
            (partner.outer(), 1_000, Rate::Learned, 120),
            (&arm("http://127.0.0.1:1"), 20_200, Rate::Learned, 0),
            (&arm("http://127.0.0.1:1"), 20_200, capped(10.0), 2_020),
        ] {
            let expected = Duration::from_secs(seconds);
            assert_eq!(
                forecast(key, requests, rate),
                expected,
                "{key} {requests} {rate}"
            );
        }
    }
}
