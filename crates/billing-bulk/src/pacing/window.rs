//! A limit of requests in a window of time, with a log of the own requests.

use std::collections::VecDeque;

use crate::pacing::signal::Limit;
use crate::pacing::time::seconds;

/// How much longer than the window the log waits: the requests of the new window may take less time
/// to the service than those of the old one took.
const MARGIN: f64 = 0.5;
/// The longest log.
const LONGEST: usize = 100_000;

/// At most so many requests in any interval.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) requests: usize,
    pub(crate) interval: f64,
    log: VecDeque<f64>,
}

impl Window {
    /// Returns the window of a limit, unless no log can hold it.
    pub(crate) fn new(limit: Limit) -> Option<Self> {
        let requests = usize::try_from(limit.requests).ok()?;
        (1..=LONGEST).contains(&requests).then(|| Self {
            requests,
            interval: seconds(limit.interval).max(1.0),
            log: VecDeque::new(),
        })
    }

    /// Returns when the next request may be sent.
    pub(crate) fn ready_at(&self) -> f64 {
        let oldest = self.log.len().checked_sub(self.requests);
        let oldest = oldest.and_then(|oldest| self.log.get(oldest));
        oldest.map_or(0.0, |oldest| oldest + self.interval + MARGIN)
    }

    /// Notes a request. Returns whether it is the last one that the window lets through.
    pub(crate) fn sent(&mut self, now: f64) -> bool {
        let end = now - self.interval - MARGIN;
        while self.log.len() > self.requests || self.log.front().is_some_and(|time| *time <= end) {
            self.log.pop_front();
        }
        self.log.push_back(now);
        self.log.len() == self.requests
    }

    /// Returns how many requests the window would still let through.
    pub(crate) fn remaining(&self, now: f64) -> usize {
        let end = now - self.interval - MARGIN;
        let used = self.log.iter().filter(|time| **time > end).count();
        self.requests.saturating_sub(used)
    }

    /// Fills the log with requests of an earlier run, so that this many remain.
    pub(crate) fn resume(&mut self, remaining: usize, then: f64) {
        let used = self.requests.saturating_sub(remaining);
        self.log = std::iter::repeat_n(then, used).collect();
    }

    /// Notes a rejection: the request did not count. If the service accepts requests before the log
    /// would, at `pause_end`, the window is a fixed one, and a new one begins then.
    pub(crate) fn rejected(&mut self, sent: f64, pause_end: f64) {
        if let Some(index) = self.log.iter().rposition(|time| *time == sent) {
            self.log.remove(index);
        }
        if pause_end < self.ready_at() {
            self.log.clear();
        }
    }
}
