//! The course of a run in steps of equal length.

use std::time::{Duration, SystemTime};

use crate::report::samples::{Samples, Standing, millis};

/// The most steps of a timeline.
const MAX_BUCKETS: i64 = 60;

/// The lengths of steps, in milliseconds.
const STEPS: [i64; 22] = [
    10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
    300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000,
];

/// The course of a run in at most 60 steps of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Timeline {
    /// When the first step begins; `None` if nothing was recorded.
    pub start: Option<SystemTime>,
    /// The length of a step.
    pub step: Duration,
    /// The steps.
    pub buckets: Vec<Bucket>,
    /// The latency over the whole run.
    pub latency: Option<Latency>,
}

/// A step of a timeline.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Bucket {
    /// How many profiles have the planned values at its end.
    pub finished: u64,
    /// How many profiles need attention at its end.
    pub attention: u64,
    /// How many writes were sent in it.
    pub sent: u64,
    /// How many writes were throttled in it.
    pub throttled: u64,
    /// How long the responses to its writes took.
    pub latency: Option<Latency>,
}

/// How long responses to writes took: of 100 responses, 50, 95 and 99 took no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The median.
    pub p50: Duration,
    /// The 95th percentile.
    pub p95: Duration,
    /// The 99th percentile.
    pub p99: Duration,
}

impl Latency {
    /// Returns the percentiles of latencies in milliseconds, in any order.
    fn of(mut latencies: Vec<u32>) -> Option<Self> {
        latencies.sort_unstable();
        Some(Self {
            p50: percentile(&latencies, 50)?,
            p95: percentile(&latencies, 95)?,
            p99: percentile(&latencies, 99)?,
        })
    }
}

/// Returns a percentile of sorted milliseconds by the nearest rank: a value that occurs.
fn percentile(sorted: &[u32], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    let value = sorted.get(rank.saturating_sub(1))?;
    Some(Duration::from_millis(u64::from(*value)))
}

impl Timeline {
    pub(crate) fn of(samples: &Samples) -> Self {
        let Some((first, last)) = samples.span else {
            return Self::default();
        };
        let (start, end) = (millis(first), millis(last));
        let span = end.saturating_sub(start);
        let fits = |step: &&i64| span / **step < MAX_BUCKETS;
        let day = 86_400_000;
        let days = (span / day / MAX_BUCKETS + 1) * day;
        let step = STEPS.iter().find(fits).copied().unwrap_or(days);
        let count = usize::try_from(span / step + 1).unwrap_or(1);
        let mut buckets = vec![Bucket::default(); count];
        let index = |time: i64| usize::try_from(time.saturating_sub(start) / step).unwrap_or(0);
        for time in &samples.sent {
            if let Some(bucket) = buckets.get_mut(index(*time)) {
                bucket.sent += 1;
            }
        }
        for time in &samples.throttled {
            if let Some(bucket) = buckets.get_mut(index(*time)) {
                bucket.throttled += 1;
            }
        }
        let mut latencies = vec![Vec::new(); count];
        for (time, latency) in &samples.latencies {
            if let Some(bucket) = latencies.get_mut(index(*time)) {
                bucket.push(*latency);
            }
        }
        let mut moves = vec![(0_i64, 0_i64); count];
        for moved in &samples.moves {
            let Some((finished, attention)) = moves.get_mut(index(moved.time)) else {
                continue;
            };
            let change =
                |standing| i64::from(moved.to == standing) - i64::from(moved.from == standing);
            *finished += change(Standing::Finished);
            *attention += change(Standing::Attention);
        }
        let (mut finished, mut attention) = (0_i64, 0_i64);
        for ((bucket, moved), latencies) in buckets.iter_mut().zip(moves).zip(latencies) {
            finished += moved.0;
            attention += moved.1;
            bucket.finished = u64::try_from(finished).unwrap_or_default();
            bucket.attention = u64::try_from(attention).unwrap_or_default();
            bucket.latency = Latency::of(latencies);
        }
        Self {
            start: Some(first),
            step: Duration::from_millis(step.unsigned_abs()),
            buckets,
            latency: Latency::of(samples.latencies.iter().map(|(_, it)| *it).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Latency, Timeline, percentile};
    use crate::journal::State;
    use crate::journal::row::Entry;
    use crate::report::samples::Samples;
    use crate::target::{Cause, ResponseIds};

    fn entry(millis: u64, state: State, status: Option<u16>) -> Entry {
        Entry {
            number: 1,
            time: UNIX_EPOCH + Duration::from_millis(millis),
            state,
            attempt: (state == State::Sending).then_some(1),
            request_id: None,
            cause: status.map(|status| Cause {
                status: Some(status),
                ..Cause::default()
            }),
            holder: 1,
            ids: ResponseIds::default(),
            commitment: None,
        }
    }

    #[test]
    fn percentiles_are_values_that_occur() {
        let hundred: Vec<u32> = (1..=100).collect();
        let of = |percent| percentile(&hundred, percent).unwrap().as_millis();
        assert_eq!([of(50), of(95), of(99)], [50, 95, 99]);
        assert_eq!(percentile(&[7], 50), percentile(&[7], 99));
        assert_eq!(percentile(&[1, 9], 50), Some(Duration::from_millis(1)));
        assert_eq!(percentile(&[1, 9], 95), Some(Duration::from_millis(9)));
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(Latency::of(Vec::new()), None);
    }

    #[test]
    fn steps_count_writes_throttled_ones_and_standings() {
        let mut samples = Samples::default();
        let writes = samples.add(&[
            entry(1_000, State::Sending, None),
            entry(1_100, State::Planned, Some(429)),
            entry(61_000, State::Sending, None),
            entry(61_300, State::Done, None),
        ]);
        assert_eq!(writes, 2);
        samples.add(&[
            entry(1_500, State::Sending, None),
            entry(30_000, State::Sending, None),
            entry(31_000, State::Unknown, None),
            entry(100_000, State::Done, None),
        ]);
        let timeline = Timeline::of(&samples);
        assert_eq!(timeline.step, Duration::from_secs(2));
        assert_eq!(timeline.buckets.len(), 50);
        let at = |second: usize| &timeline.buckets[(second - 1) / 2];
        assert_eq!((at(1).sent, at(1).throttled), (2, 1));
        assert_eq!((at(1).finished, at(1).attention), (0, 0));
        assert_eq!((at(31).finished, at(31).attention), (0, 1));
        assert_eq!((at(61).finished, at(61).attention), (1, 1));
        assert_eq!((at(99).finished, at(99).attention), (2, 0));
        // The write that was sent again had no response.
        assert_eq!(at(1).latency.unwrap().p99, Duration::from_millis(100));
        assert_eq!(at(61).latency.unwrap().p50, Duration::from_millis(300));
        assert_eq!(timeline.latency.unwrap().p50, Duration::from_millis(300));
        assert_eq!(timeline.latency.unwrap().p99, Duration::from_secs(1));
    }

    #[test]
    fn write_that_another_process_settles_has_no_latency() {
        let mut samples = Samples::default();
        let settled = Entry {
            holder: 2,
            ..entry(3_600_000, State::Done, None)
        };
        samples.add(&[entry(0, State::Sending, None), settled]);
        let timeline = Timeline::of(&samples);
        assert_eq!(timeline.latency, None);
        assert_eq!(timeline.buckets.last().unwrap().finished, 1);
    }

    #[test]
    fn lock_of_a_profile_is_no_rate_limit() {
        let mut samples = Samples::default();
        let mut returned = entry(2, State::Planned, Some(429));
        returned.cause.as_mut().unwrap().code = "RetryableErrorDueToAnotherOperation".to_owned();
        samples.add(&[entry(1, State::Sending, None), returned]);
        assert_eq!(Timeline::of(&samples).buckets[0].throttled, 0);
    }

    #[test]
    fn number_of_steps_is_bounded() {
        for (end, step) in [
            (0, Duration::from_millis(10)),
            (599, Duration::from_millis(10)),
            (600, Duration::from_millis(20)),
            (3_600_000, Duration::from_secs(120)),
            (86_400_000 * 400, Duration::from_secs(86_400 * 7)),
        ] {
            let mut samples = Samples::default();
            samples.add(&[
                entry(0, State::Planned, None),
                entry(end, State::Failed, None),
            ]);
            let timeline = Timeline::of(&samples);
            assert_eq!(timeline.step, step, "{end}");
            assert!(timeline.buckets.len() <= 60, "{end}");
            assert_eq!(timeline.buckets.last().unwrap().attention, 1);
        }
        assert_eq!(Timeline::of(&Samples::default()), Timeline::default());
    }
}
