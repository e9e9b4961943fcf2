//! Reads a rate limit that the text of an error response names.

use std::time::Duration;

use billing_core::ServiceError;

use crate::pacing::signal::Limit;

/// Returns the limit that an error response names, such as 150 requests in a minute for `exceeded
/// the limit of '150' for time interval '00:01:00'` (recorded responses with the code
/// `ResourceRequestsThrottled`).
pub(crate) fn limit_in_text(error: &ServiceError) -> Option<Limit> {
    let details = error.details().iter().map(|detail| detail.message());
    let mut texts = [error.message()].into_iter().chain(details).flatten();
    texts.find_map(limit)
}

fn limit(text: &str) -> Option<Limit> {
    // Partner Center has sent descriptions encoded as HTML.
    let text = text.to_ascii_lowercase().replace("&#39;", "'");
    let requests: u32 = word_after(&text, "limit of")?.parse().ok()?;
    let interval = span(word_after(&text, "interval")?)?;
    (requests > 0 && !interval.is_zero()).then_some(Limit { requests, interval })
}

/// Returns the word behind `name`, without quotes.
fn word_after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(name)?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_matches(|letter: char| !letter.is_ascii_digit()))
}

/// Reads hours, minutes and seconds, a day at most.
fn span(text: &str) -> Option<Duration> {
    let mut parts = text.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let is_span = parts.next().is_none() && hours <= 24 && minutes < 60 && seconds < 60;
    let seconds = hours
        .checked_mul(60)?
        .checked_add(minutes)?
        .checked_mul(60)?
        .checked_add(seconds)?;
    is_span.then_some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Limit, limit};

    #[test]
    fn limit_and_interval_are_read_from_text() {
        let minute = Duration::from_secs(60);
        for (text, requests, interval) in [
            (
                "Number of requests for action 'x/read' exceeded the limit of '150' for time \
                 interval '00:01:00'. Please try again after '6' seconds.",
                150,
                minute,
            ),
            (
                "exceeded the limit of 12000 for time interval 00:05:00.",
                12_000,
                5 * minute,
            ),
            (
                "the limit of &#39;7&#39; for time interval &#39;01:00:00&#39;",
                7,
                60 * minute,
            ),
        ] {
            assert_eq!(limit(text), Some(Limit { requests, interval }), "{text}");
        }
    }

    #[test]
    fn text_without_a_whole_limit_has_none() {
        for text in [
            "Rate limit is exceeded. Try again in 57 seconds.",
            "exceeded the limit of '150'",
            "exceeded the limit of '0' for time interval '00:01:00'",
            "exceeded the limit of '5' for time interval '00:00:00'",
            "exceeded the limit of '5' for time interval '00:61:00'",
            "exceeded the limit of '99999999999' for time interval '00:01:00'",
            "the limit of",
            "",
        ] {
            assert_eq!(limit(text), None, "{text}");
        }
    }
}
