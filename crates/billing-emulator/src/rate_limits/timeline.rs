//! What happens to a limit by the time alone: its rate changes, and another client takes requests.

use std::time::{Duration, SystemTime};

use crate::rate_limits::limit::{OtherClient, RateChange, RateLimit};

/// The most takes of the other client that are followed one by one. After so many of them the level
/// of a limit no longer depends on what it was before.
const MOST_TAKES: u32 = 1_000;

#[derive(Clone, Copy)]
pub(super) struct Timeline<'a> {
    /// The beginning of the limit.
    pub(super) since: SystemTime,
    changes: &'a [RateChange],
    other: Option<OtherClient>,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(limit: &'a RateLimit, since: SystemTime) -> Self {
        Self {
            since,
            changes: &limit.changes,
            other: limit.other,
        }
    }

    /// Returns the rate at a time, in thousandths of the first one.
    pub(super) fn thousandths(&self, at: SystemTime) -> u32 {
        let passed = at.duration_since(self.since).unwrap_or_default();
        let changes = self.changes.iter();
        let last = changes.take_while(|change| change.after <= passed).last();
        last.map_or(1000, |change| change.thousandths)
    }

    /// Returns the nanoseconds from one time to another, each times the rate in thousandths.
    pub(super) fn weighted_nanos(&self, from: SystemTime, to: SystemTime) -> u128 {
        let passed = |from: SystemTime, to: SystemTime| {
            to.duration_since(from).unwrap_or_default().as_nanos()
        };
        let mut from = from;
        let mut sum = 0_u128;
        for change in self.changes {
            let Some(at) = self.since.checked_add(change.after) else {
                break;
            };
            if at > from && at < to {
                sum += passed(from, at) * u128::from(self.thousandths(from));
                from = at;
            }
        }
        sum + passed(from, to) * u128::from(self.thousandths(from))
    }

    /// Returns the times after `from`, up to `to`, at which the other client takes requests: the
    /// latest 1,000 of them.
    pub(super) fn takes(
        &self,
        from: SystemTime,
        to: SystemTime,
    ) -> impl DoubleEndedIterator<Item = (SystemTime, u32)> + use<> {
        let since = self.since;
        let (requests, every) = self
            .other
            .map_or((0, Duration::ZERO), |other| (other.requests, other.every));
        let number = |at: SystemTime| {
            let passed = at.duration_since(since).unwrap_or_default().as_nanos();
            let number = passed.checked_div(every.as_nanos()).unwrap_or_default();
            u32::try_from(number).unwrap_or(u32::MAX)
        };
        let last = number(to);
        let first = number(from).max(last.saturating_sub(MOST_TAKES));
        (first..last).filter_map(move |number| {
            let at = every.checked_mul(number.checked_add(1)?)?;
            Some((since.checked_add(at)?, requests))
        })
    }

    /// Returns the time from which the takes of the other client are followed, if some are left
    /// out: at that time the limit is unused.
    pub(super) fn followed_from(&self, from: SystemTime, to: SystemTime) -> Option<SystemTime> {
        let other = self.other?;
        let all = other.every.checked_mul(MOST_TAKES)?;
        let first = to.checked_sub(all)?;
        (first > from).then_some(first)
    }
}
