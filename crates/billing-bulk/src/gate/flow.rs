//! How many profiles are worked on at once, from the measured round trip and the rate limit.

use std::time::Duration;

/// The measured flow of requests.
///
/// A profile takes a read and a write, so that a rate of writes keeps twice the rate times the
/// round trip in work; half as many more keep it full. More would only wait at the gate, and
/// their comparison with the plan would get old.
#[derive(Debug)]
pub(crate) struct Flow {
    /// The round trip of a request in seconds; zero until one is measured.
    round_trip: f64,
    concurrency: f64,
    last_write: Option<Duration>,
    /// The writes since the time when the rate was measured last.
    measured: Option<(u32, Duration)>,
}

/// The time over which the rate of writes is measured.
const MEASURED: Duration = Duration::from_secs(5);

/// The most profiles that a run works on at once.
pub const MAX_CONCURRENCY: usize = 64;

/// The number of profiles at the beginning, when nothing is measured.
const FIRST: f64 = 16.0;

impl Default for Flow {
    fn default() -> Self {
        Self {
            round_trip: 0.0,
            concurrency: FIRST,
            last_write: None,
            measured: None,
        }
    }
}

impl Flow {
    /// Notes how long a request took.
    pub(crate) fn note_round_trip(&mut self, time: Duration) {
        let weight = if self.round_trip == 0.0 { 1.0 } else { 0.1 };
        self.round_trip += weight * (time.as_secs_f64() - self.round_trip);
    }

    /// Notes that a write may leave, and whether it had to wait for the rate limit.
    pub(crate) fn note_write(&mut self, now: Duration, has_waited: bool) {
        let last = self.last_write.replace(now);
        let interval = last.map(|last| now.saturating_sub(last).as_secs_f64());
        if !has_waited {
            self.concurrency += 0.1;
        } else if let Some(interval) = interval.filter(|interval| *interval > 0.0) {
            let wanted = 3.0 * self.round_trip / interval + 2.0;
            self.concurrency += 0.2 * (wanted - self.concurrency);
        }
        self.concurrency = self.concurrency.clamp(2.0, 64.0);
    }

    /// Counts a write, and returns the writes per second every few seconds.
    pub(crate) fn measure(&mut self, now: Duration) -> Option<f64> {
        let (writes, since) = self.measured.get_or_insert((0, now));
        let time = now.saturating_sub(*since);
        if time < MEASURED {
            *writes = writes.saturating_add(1);
            return None;
        }
        let rate = f64::from(*writes) / time.as_secs_f64();
        self.measured = Some((1, now));
        Some(rate)
    }

    /// Returns how many profiles are worked on at once.
    pub(crate) fn concurrency(&self) -> usize {
        // It is between 2 and 64.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number"
        )]
        let whole = self.concurrency as usize;
        whole.clamp(1, MAX_CONCURRENCY)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Flow;

    /// Notes writes at this rate with this round trip.
    fn flow(per_second: u32, round_trip: Duration, has_waited: bool) -> usize {
        let mut flow = Flow::default();
        for write in 0..2_000 {
            flow.note_round_trip(round_trip);
            flow.note_write(write * Duration::from_secs(1) / per_second, has_waited);
        }
        flow.concurrency()
    }

    #[test]
    fn concurrency_follows_the_rate_and_the_round_trip() {
        let ms = Duration::from_millis;
        assert_eq!(flow(10, ms(400), true), 14);
        assert_eq!(flow(10, ms(50), true), 3);
        assert_eq!(flow(100, ms(400), true), 64);
        assert_eq!(flow(1, ms(50), true), 2);
    }

    #[test]
    fn concurrency_grows_while_no_write_waits() {
        assert_eq!(flow(1_000, Duration::from_millis(1), false), 64);
    }

    #[test]
    fn rate_is_measured_every_few_seconds() {
        let mut flow = Flow::default();
        let rates = (0..100).map(|write| flow.measure(write * Duration::from_millis(100)));
        let rates: Vec<_> = rates.flatten().collect();
        assert_eq!(rates, [10.0]);
    }

    #[test]
    fn pause_does_not_stop_the_flow() {
        let mut flow = Flow::default();
        flow.note_round_trip(Duration::from_millis(400));
        let mut now = Duration::ZERO;
        for _ in 0..10 {
            now += Duration::from_secs(60);
            flow.note_write(now, true);
        }
        assert!(flow.concurrency() <= 4);
        for _ in 0..100 {
            now += Duration::from_millis(200);
            flow.note_write(now, false);
        }
        assert!(flow.concurrency() >= 12);
    }
}
