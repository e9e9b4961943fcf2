//! Fixed and sliding windows.

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

use crate::rate_limits::timeline::Timeline;

/// The most requests of a window, and its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) requests: u32,
    pub(super) per: Duration,
    /// How much of a fixed window had passed at the beginning of the limit.
    pub(super) phase: Duration,
}

impl Span {
    /// Returns the most requests of a window at a time.
    fn most(self, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        let most = u64::from(self.requests) * u64::from(timeline.thousandths(now)) / 1000;
        u32::try_from(most).unwrap_or(u32::MAX)
    }

    /// Returns the number of the fixed window that a time is in.
    pub(super) fn number(self, timeline: Timeline<'_>, now: SystemTime) -> u128 {
        self.fixed(timeline, now).0
    }

    /// Returns the number of the fixed window that a time is in, and the time since its start.
    fn fixed(self, timeline: Timeline<'_>, now: SystemTime) -> (u128, Duration) {
        let passed = now.duration_since(timeline.since).unwrap_or_default();
        let passed = passed.saturating_add(self.phase).as_nanos();
        let per = self.per.as_nanos().max(1);
        let inside = u64::try_from(passed % per).unwrap_or(u64::MAX);
        (passed / per, Duration::from_nanos(inside))
    }
}

/// The requests of a fixed window.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FixedWindow {
    /// The number of the window.
    window: u128,
    count: u32,
}

impl FixedWindow {
    fn count(&self, span: Span, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        let (window, inside) = span.fixed(timeline, now);
        let own = if window == self.window { self.count } else { 0 };
        // What is taken at the very start of a window counts in it.
        let before = inside.saturating_add(Duration::from_nanos(1));
        let before = now.checked_sub(before).unwrap_or(now);
        let others = timeline.takes(before, now).map(|(_, requests)| requests);
        others.fold(own, u32::saturating_add)
    }

    pub(super) fn left(&self, span: Span, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        let most = span.most(timeline, now);
        most.saturating_sub(self.count(span, timeline, now))
    }

    pub(super) fn wait(
        &self,
        span: Span,
        timeline: Timeline<'_>,
        now: SystemTime,
    ) -> Option<Duration> {
        let (_, inside) = span.fixed(timeline, now);
        (self.left(span, timeline, now) == 0).then(|| span.per.saturating_sub(inside))
    }

    pub(super) fn take(&mut self, span: Span, timeline: Timeline<'_>, now: SystemTime) {
        let window = span.number(timeline, now);
        if window != self.window {
            *self = Self { window, count: 0 };
        }
        self.count = self.count.saturating_add(1);
    }
}

/// The requests of a sliding window.
#[derive(Debug, Clone, Default)]
pub(super) struct SlidingWindow {
    /// The times of the latest requests: of no more than can make a difference.
    times: VecDeque<SystemTime>,
}

impl SlidingWindow {
    /// Returns how many times are kept.
    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    /// Returns the time since which requests count; `None` if all do.
    fn start(span: Span, now: SystemTime) -> Option<SystemTime> {
        now.checked_sub(span.per)
    }

    /// Returns the times of the requests that count, in order.
    fn counted(
        &self,
        span: Span,
        timeline: Timeline<'_>,
        now: SystemTime,
    ) -> Vec<(SystemTime, u32)> {
        let start = Self::start(span, now);
        let is_counted = |at: SystemTime| start.is_none_or(|start| at > start);
        let own = self.times.iter().filter(|at| is_counted(**at));
        let others = timeline.takes(start.unwrap_or(timeline.since), now);
        let mut all: Vec<_> = own.map(|at| (*at, 1)).chain(others).collect();
        all.sort_unstable_by_key(|(at, _)| *at);
        all
    }

    fn count(&self, span: Span, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        let start = Self::start(span, now);
        // The times are in order, unless the clock was set back.
        let old = start.map_or(0, |start| self.times.partition_point(|at| *at <= start));
        let own = u32::try_from(self.times.len() - old).unwrap_or(u32::MAX);
        let others = timeline.takes(start.unwrap_or(timeline.since), now);
        others.fold(own, |sum, (_, requests)| sum.saturating_add(requests))
    }

    pub(super) fn left(&self, span: Span, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        let most = span.most(timeline, now);
        most.saturating_sub(self.count(span, timeline, now))
    }

    pub(super) fn wait(
        &self,
        span: Span,
        timeline: Timeline<'_>,
        now: SystemTime,
    ) -> Option<Duration> {
        let most = span.most(timeline, now);
        let count = self.count(span, timeline, now);
        let mut surplus = count.checked_sub(most)?.saturating_add(1);
        for (at, requests) in self.counted(span, timeline, now) {
            surplus = surplus.saturating_sub(requests);
            if surplus == 0 {
                let end = at.checked_add(span.per).unwrap_or(now);
                return Some(end.duration_since(now).unwrap_or_default());
            }
        }
        Some(span.per)
    }

    pub(super) fn take(&mut self, span: Span, timeline: Timeline<'_>, now: SystemTime) {
        if self.times.back().is_some_and(|last| *last > now) {
            // The clock was set back. What was counted stays in the window.
            self.times.iter_mut().for_each(|at| *at = now.min(*at));
        }
        let start = Self::start(span, now);
        let most = span.most(timeline, now).max(span.requests) as usize;
        while let Some(first) = self.times.front()
            && (start.is_some_and(|start| *first <= start) || self.times.len() >= most)
        {
            self.times.pop_front();
        }
        self.times.push_back(now);
    }
}
