//! Compares the meters with a model that steps through every millisecond and remembers every
//! request.

use std::time::{Duration, SystemTime};

use fastrand::Rng;

use crate::rate_limits::{
    limit::{OperationClass, RateLimit, RateLimitScope},
    meter::Meter,
    timeline::Timeline,
};

const START: SystemTime = SystemTime::UNIX_EPOCH;

/// The numbers of a limit, in milliseconds.
struct Numbers {
    most: u32,
    refill: u32,
    per: u64,
    phase: u64,
    change: Option<(u64, u32)>,
    other: Option<(u32, u64)>,
}

impl Numbers {
    fn random(rng: &mut Rng) -> Self {
        let per = rng.u64(1..200);
        Self {
            most: rng.u32(1..20),
            refill: rng.u32(1..20),
            per,
            phase: rng.u64(0..per),
            change: rng
                .bool()
                .then(|| (rng.u64(0..500), [250, 500, 2_000][rng.usize(0..3)])),
            other: rng.bool().then(|| (rng.u32(1..5), rng.u64(1..100))),
        }
    }

    fn limit(&self, kind: Kind) -> RateLimit {
        let scope = RateLimitScope::Arm(OperationClass::All);
        let per = Duration::from_millis(self.per);
        let limit = match kind {
            Kind::TokenBucket => RateLimit::bucket(scope, self.most, self.refill, per),
            Kind::Fixed => {
                let phase = Duration::from_millis(self.phase);
                RateLimit::fixed_window(scope, self.most, per).phase(phase)
            }
            Kind::Sliding => RateLimit::sliding_window(scope, self.most, per),
        };
        let limit = match self.change {
            Some((after, rate)) => {
                limit.change(Duration::from_millis(after), f64::from(rate) / 1000.0)
            }
            None => limit,
        };
        match self.other {
            Some((requests, every)) => limit.other_client(requests, Duration::from_millis(every)),
            None => limit,
        }
    }

    /// Returns the rate at a time, in thousandths.
    fn rate(&self, at: u64) -> u32 {
        let changed = self.change.filter(|(after, _)| at >= *after);
        changed.map_or(1000, |(_, rate)| rate)
    }

    /// Returns what the other client wants at a time.
    fn others(&self, at: u64) -> u32 {
        let now = self
            .other
            .filter(|(_, every)| at > 0 && at.is_multiple_of(*every));
        now.map_or(0, |(requests, _)| requests)
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    TokenBucket,
    Fixed,
    Sliding,
}

/// What the model remembers.
struct Model {
    kind: Kind,
    numbers: Numbers,
    /// Of a bucket: the level, in thousandths of a request times the period.
    level: u64,
    /// Of a window: the time of each request.
    times: Vec<u64>,
}

impl Model {
    fn request(&self) -> u64 {
        self.numbers.per * 1000
    }

    /// Passes one millisecond, at the end of which the other client comes.
    fn step(&mut self, at: u64) {
        let brought = u64::from(self.numbers.refill) * u64::from(self.numbers.rate(at - 1));
        let full = u64::from(self.numbers.most) * self.request();
        self.level = (self.level + brought).min(full);
        let wanted = self.numbers.others(at);
        let taken = u64::from(wanted).min(self.level / self.request());
        self.level -= taken * self.request();
        self.times.extend((0..wanted).map(|_| at));
    }

    fn left(&self, at: u64) -> u32 {
        let (per, phase) = (self.numbers.per, self.numbers.phase);
        let window = |at: u64| (at + phase) / per;
        let count = match self.kind {
            Kind::TokenBucket => return u32::try_from(self.level / self.request()).unwrap(),
            Kind::Fixed => self
                .times
                .iter()
                .filter(|one| window(**one) == window(at))
                .count(),
            Kind::Sliding => self.times.iter().filter(|one| **one + per > at).count(),
        };
        let most = self.numbers.most * self.numbers.rate(at) / 1000;
        most.saturating_sub(u32::try_from(count).unwrap())
    }

    fn take(&mut self, at: u64) {
        self.level -= self.level.min(self.request());
        self.times.push(at);
    }
}

#[test]
fn meters_count_as_a_model_of_every_millisecond() {
    for seed in 0..600 {
        let mut rng = Rng::with_seed(seed);
        let kind = [Kind::TokenBucket, Kind::Fixed, Kind::Sliding][rng.usize(0..3)];
        let numbers = Numbers::random(&mut rng);
        let limit = numbers.limit(kind);
        let timeline = Timeline::new(&limit, START);
        let mut meter = Meter::new(&limit);
        let mut model = Model {
            kind,
            level: u64::from(numbers.most) * numbers.per * 1000,
            numbers,
            times: Vec::new(),
        };
        // Seldom or often, so that limits are met and left again.
        let often = rng.u32(2..40);
        for at in 1..1_000 {
            model.step(at);
            if rng.u32(0..often) > 0 {
                continue;
            }
            let now = START + Duration::from_millis(at);
            let left = meter.left(timeline, now);
            assert_eq!(left, model.left(at), "seed {seed}, {limit} at {at} ms");
            let wait = meter.wait(timeline, now);
            assert_eq!(wait.is_none(), left > 0, "seed {seed}, {limit} at {at} ms");
            if left > 0 {
                meter.take(timeline, now);
                model.take(at);
            }
        }
    }
}

#[test]
fn a_request_passes_after_the_time_to_wait_and_not_before() {
    for seed in 0..600 {
        let mut rng = Rng::with_seed(seed);
        let kind = [Kind::TokenBucket, Kind::Fixed, Kind::Sliding][rng.usize(0..3)];
        let mut numbers = Numbers::random(&mut rng);
        // Neither is foreseen.
        (numbers.change, numbers.other) = (None, None);
        let limit = numbers.limit(kind);
        let timeline = Timeline::new(&limit, START);
        let mut meter = Meter::new(&limit);
        let mut now = START;
        for _ in 0..100 {
            now += Duration::from_micros(rng.u64(0..5_000));
            if let Some(wait) = meter.wait(timeline, now) {
                let place = format!("seed {seed}, {limit}");
                let before = now + wait - Duration::from_nanos(1);
                assert_eq!(meter.left(timeline, before), 0, "{place}");
                now += wait;
                assert!(meter.left(timeline, now) > 0, "{place}");
            }
            meter.take(timeline, now);
        }
    }
}
