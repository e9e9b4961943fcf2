//! Reads how long the service asks to wait: from `Retry-After`, in seconds or as a date (RFC 9110,
//! section 10.2.3), from one of two headers of Azure in milliseconds, or from the text of a 429's
//! body.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

const MILLISECONDS: [HeaderName; 2] = [
    HeaderName::from_static("retry-after-ms"),
    HeaderName::from_static("x-ms-retry-after-ms"),
];

/// The longest wait, a century: the service's value is returned unchanged, and can be added to any
/// time.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Returns how long to wait from `now`, a century at most; `None` without the header and for an
/// invalid value, such as negative or fractional seconds. A date is compared with the response's
/// `Date` if it has one, since our own clock may be wrong; a date in the past means no wait.
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

/// Returns how long the text of a 429 asks to wait, or else the window of the limit that it names.
///
/// Recorded texts are `Rate limit is exceeded. Try again in 57 seconds.` (Partner Center, "API
/// throttling guidance"), `Please retry after 60 seconds.` and `Please try again after '6' seconds`
/// (Resource Manager), and a limit whose interval is `00:01:00`. A time to wait wins over an
/// interval, which it can exceed.
pub(crate) fn retry_after_in_text(message: &str) -> Option<Duration> {
    const BEFORE: [&str; 5] = ["again in", "again after", "retry after", "retry in", "wait"];
    let message = message.to_ascii_lowercase();
    // Partner Center has sent descriptions encoded as HTML ("Assign licenses to a user", sample).
    let message = message.replace("&#39;", "'").replace("&quot;", "\"");
    let told = BEFORE.iter().find_map(|words| {
        message
            .match_indices(words)
            .find_map(|(at, _)| time(message.get(at + words.len()..)?))
    });
    told.or_else(|| window(&message))
}

/// Reads a number and its unit, in quotes or not, such as ` '6' seconds` or ` 00:01:00`.
fn time(text: &str) -> Option<Duration> {
    let is_between = |letter: char| letter == ' ' || letter == '\'' || letter == '"';
    let text = text.trim_start_matches(is_between);
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != ':');
    let (number, rest) = text.split_at(end.unwrap_or(text.len()));
    if number.contains(':') {
        return span(number);
    }
    let number: u64 = number.parse().ok()?;
    let unit = rest.trim_start_matches(is_between);
    let seconds = if unit.starts_with("ms") || unit.starts_with("milli") {
        number.div_ceil(1000)
    } else if unit.starts_with('s') {
        number
    } else if unit.starts_with('m') {
        number.saturating_mul(60)
    } else if unit.starts_with('h') {
        number.saturating_mul(60 * 60)
    } else {
        return None;
    };
    Some(Duration::from_secs(seconds).min(LONGEST))
}

/// Returns the first span of time in a text, such as `00:01:00`, that can be the interval of a
/// limit: an hour at most, and not a time of day.
fn window(text: &str) -> Option<Duration> {
    const LONGEST_WINDOW: Duration = Duration::from_secs(60 * 60);
    let is_between = |letter: char| letter.is_whitespace() || "'\"`()[]{},;=".contains(letter);
    let words = text
        .split(is_between)
        .map(|word| word.trim_end_matches('.'));
    let mut before = "";
    for word in words.filter(|word| !word.is_empty()) {
        let is_date =
            before.contains(|letter: char| letter.is_ascii_digit()) && before.contains(['-', '/']);
        if let Some(span) = span(word)
            && span <= LONGEST_WINDOW
            && !is_date
            && before != "at"
        {
            return Some(span);
        }
        before = word;
    }
    None
}

/// Reads hours, minutes and seconds of two digits each.
fn span(text: &str) -> Option<Duration> {
    let mut parts = text.trim_end_matches(':').split(':').map(|part| {
        let number = (part.len() == 2).then(|| part.parse::<u64>().ok());
        number.flatten()
    });
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let is_whole = parts.next().is_none() && minutes < 60 && seconds < 60;
    let span = Duration::from_secs((hours * 60 + minutes) * 60 + seconds);
    (is_whole && !span.is_zero()).then_some(span)
}
