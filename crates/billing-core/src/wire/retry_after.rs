//! `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// Nobody means longer, and a time that can be added to any other spares callers an overflow.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait from `now`, a day at most; `None` without the header and for what it must not
/// hold, such as negative or fractional seconds. A date that has passed means no wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a u64 holds still mean a very long time.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)).min(LONGEST));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(
        date.duration_since(now)
            .unwrap_or(Duration::ZERO)
            .min(LONGEST),
    )
}
