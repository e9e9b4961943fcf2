//! The latest requests, as the control API and [`Emulator::requests`](crate::Emulator::requests) show them.

use std::{borrow::Cow, collections::VecDeque, time::SystemTime};

use hyper::Method;
use serde::Serialize;

use crate::{clock::Clock, service::Service, store::events::Events};

/// How many of the latest requests are kept.
const LENGTH: usize = 10_000;

/// How many bytes of a method, a path or the name of a fault are kept: with the length above, the log's size has a bound.
const LONGEST: usize = 2 * 1024;

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Its place among the requests to both services, in the order in which they were answered, from 1.
    pub number: u64,
    /// When it came, by the emulator's clock, as in `2026-01-31T08:30:00.000Z`.
    pub time: String,
    /// The service that answered.
    pub service: Service,
    /// The method, as in `PATCH`.
    pub method: String,
    /// The path with its query, encoded as it was sent; one of more than 2 KiB is cut there and ends in `…`.
    pub path: String,
    /// The status of the answer; 0 where a planned fault left it unanswered.
    pub status: u16,
    /// How long the answer took, in milliseconds by the machine's clock: from the request's head until it was ready to be
    /// sent. A planned delay comes after that.
    pub ms: f64,
    /// The planned fault that it met: its name, or else `fault 2`, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A request as it is kept; most are never looked at.
#[derive(Clone)]
pub(crate) struct Answered {
    pub(crate) time: SystemTime,
    pub(crate) service: Service,
    pub(crate) method: Cow<'static, str>,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) ms: f64,
    pub(crate) fault: Option<String>,
}

impl Answered {
    /// The request as it is shown.
    fn shown(&self, number: u64, clock: &Clock) -> LoggedRequest {
        LoggedRequest {
            number,
            time: clock.milliseconds(self.time),
            service: self.service,
            method: self.method.to_string(),
            path: self.path.clone(),
            status: self.status,
            ms: self.ms,
            fault: self.fault.clone(),
        }
    }
}

/// The name of a method, which is known of most.
pub(crate) fn name(method: &Method) -> Cow<'static, str> {
    match *method {
        Method::GET => "GET".into(),
        Method::PATCH => "PATCH".into(),
        Method::POST => "POST".into(),
        Method::PUT => "PUT".into(),
        _ => method.to_string().into(),
    }
}

#[derive(Clone, Default)]
pub(crate) struct Log {
    latest: VecDeque<Answered>,
    count: u64,
}

impl Log {
    /// Keeps a request under the next number, and tells of it.
    pub(crate) fn push(&mut self, mut request: Answered, clock: &Clock, events: &Events) {
        self.count += 1;
        if request.method.len() > LONGEST {
            cut(request.method.to_mut());
        }
        cut(&mut request.path);
        if let Some(fault) = &mut request.fault {
            cut(fault);
        }
        events.send("request", || request.shown(self.count, clock));
        if self.latest.len() == LENGTH {
            self.latest.pop_front();
        }
        self.latest.push_back(request);
    }

    /// The latest requests, `limit` of them at most, the oldest of these first.
    pub(crate) fn latest(
        &self,
        limit: usize,
        clock: &Clock,
    ) -> impl Iterator<Item = LoggedRequest> {
        let skipped = self.latest.len().saturating_sub(limit);
        let numbers = self.count - self.latest.len() as u64 + 1..;
        let numbered = numbers.zip(&self.latest).skip(skipped);
        numbered.map(|(number, request)| request.shown(number, clock))
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

    fn request(path: String) -> Answered {
        Answered {
            time: SystemTime::UNIX_EPOCH,
            service: Service::Arm,
            method: "GET".into(),
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
        let clock = Clock::running();
        log.push(long, &clock, &Events::default());
        let kept = log.latest(1, &clock).next().and_then(|one| one.fault);
        assert_eq!(kept, Some("x".repeat(LONGEST) + "…"));
    }

    /// What is kept of requests for these paths.
    fn kept(paths: impl Iterator<Item = String>, limit: usize) -> Vec<(u64, String)> {
        let (mut log, clock) = (Log::default(), Clock::running());
        for path in paths {
            log.push(request(path), &clock, &Events::default());
        }
        let latest = log.latest(limit, &clock);
        latest.map(|kept| (kept.number, kept.path)).collect()
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
