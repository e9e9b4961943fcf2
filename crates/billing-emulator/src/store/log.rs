//! The latest requests, as the control API and
//! [`Emulator::requests`](crate::Emulator::requests) show them.

use std::collections::VecDeque;

use serde::Serialize;

use crate::{service::Service, store::events::Events};

/// The number of requests that are kept.
const LENGTH: usize = 10_000;

/// The bytes of a method, a path or a fault's name that are kept: with [`LENGTH`], a bound on the
/// size of the log.
const LONGEST: usize = 2 * 1024;

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Its number among the requests to the services, in the order of their responses, from 1.
    pub number: u64,
    /// When it came, by the emulator's clock, as in `2026-01-31T08:30:00.000Z`.
    pub time: String,
    /// The service that answered.
    pub service: Service,
    /// The method, as in `PATCH`.
    pub method: String,
    /// The path with its query, encoded as it was sent. A path of more than 2 KiB is cut there and
    /// ends in `…`.
    pub path: String,
    /// The status of the response; 0 if a planned fault left the request without one.
    pub status: u16,
    /// The milliseconds from the request's head until the response was ready to be sent, by the
    /// machine's clock. A planned delay comes after that.
    pub ms: f64,
    /// The planned fault that it met: its name, or `fault 2` by its number from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// The latest requests.
#[derive(Clone, Default)]
pub(crate) struct Log {
    latest: VecDeque<LoggedRequest>,
    count: u64,
}

impl Log {
    /// Keeps a request under the next number, and sends it to subscribers.
    pub(crate) fn push(&mut self, mut request: LoggedRequest, events: &Events) {
        self.count += 1;
        request.number = self.count;
        cut(&mut request.method);
        cut(&mut request.path);
        request.fault.iter_mut().for_each(cut);
        events.send("request", || &request);
        if self.latest.len() == LENGTH {
            self.latest.pop_front();
        }
        self.latest.push_back(request);
    }

    /// Returns the latest requests, at most `limit` of them, the oldest first.
    pub(crate) fn latest(&self, limit: usize) -> impl Iterator<Item = &LoggedRequest> {
        let skipped = self.latest.len().saturating_sub(limit);
        self.latest.iter().skip(skipped)
    }
}

fn cut(text: &mut String) {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rfind(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or_default());
        text.push('…');
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: String) -> LoggedRequest {
        LoggedRequest {
            number: 0,
            time: String::new(),
            service: Service::Arm,
            method: "GET".to_owned(),
            path,
            status: 200,
            ms: 0.5,
            fault: None,
        }
    }

    #[test]
    fn a_long_name_of_a_fault_is_cut_too() {
        let mut log = Log::default();
        let mut long = request("/".to_owned());
        long.fault = Some("x".repeat(LONGEST + 1));
        log.push(long, &Events::default());
        let kept = log.latest(1).next().and_then(|one| one.fault.clone());
        assert_eq!(kept, Some("x".repeat(LONGEST) + "…"));
    }

    /// Returns what is kept of requests for these paths.
    fn kept(paths: impl Iterator<Item = String>, limit: usize) -> Vec<(u64, String)> {
        let mut log = Log::default();
        for path in paths {
            log.push(request(path), &Events::default());
        }
        let latest = log.latest(limit);
        latest
            .map(|kept| (kept.number, kept.path.clone()))
            .collect()
    }

    #[test]
    fn the_log_keeps_the_latest_requests_and_counts_all() {
        let paths = || (0..=LENGTH).map(|number| number.to_string());
        let all = kept(paths(), usize::MAX);
        assert_eq!((all.len(), &all[0]), (LENGTH, &(2, "1".to_owned())));
        let latest = [(10_000, "9999".to_owned()), (10_001, "10000".to_owned())];
        assert_eq!(kept(paths(), 2), latest);
    }

    #[test]
    fn a_long_path_is_cut_between_two_characters() {
        let just = "x".repeat(LONGEST);
        let long = "x".repeat(LONGEST - 1) + "é and more";
        let cut = "x".repeat(LONGEST - 1) + "…";
        let expected = [(1, just.clone()), (2, cut)];
        assert_eq!(kept([just, long].into_iter(), 9), expected);
    }
}
