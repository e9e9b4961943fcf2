//! How long the service asks to wait: `Retry-After`, in seconds or as a date (RFC 9110, section
//! 10.2.3), or in milliseconds by one of two headers of Azure's own.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

const MILLISECONDS: [HeaderName; 2] = [
    HeaderName::from_static("retry-after-ms"),
    HeaderName::from_static("x-ms-retry-after-ms"),
];

/// Nobody means longer, and a time that can be added to any other spares callers an overflow.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait from `now`, a day at most; `None` without the header and for what it must not
/// hold, such as negative or fractional seconds. A date is read by the service's own clock where the
/// answer says what it shows, since ours may be wrong; one that has passed means no wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    if let Some(milliseconds) = MILLISECONDS.iter().find_map(|name| digits(headers, name)) {
        return Some(Duration::from_millis(milliseconds).min(LONGEST));
    }
    if let Some(seconds) = digits(headers, &RETRY_AFTER) {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = date(headers, &RETRY_AFTER)?;
    let now = date(headers, &DATE).unwrap_or(now);
    let wait = until.duration_since(now);
    Some(wait.unwrap_or(Duration::ZERO).min(LONGEST))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    httpdate::parse_http_date(text).ok()
}

fn digits(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a u64 holds still mean a very long time.
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}
