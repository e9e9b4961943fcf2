//! The rate without a header: measured between rejections, and creeping upwards.

use crate::pacing::bucket::Bucket;

/// The number of requests after which a rejection begins a new measurement.
const ENOUGH: f64 = 40.0;
/// A measurement of this part of the time in which the bucket fills counts half. The bucket is
/// nearly empty when a request is refused, and what is missing spoils a short measurement.
const HALF: f64 = 0.25;
/// What the first step of creeping adds to the rate.
const STEP: f64 = 0.04;
/// How much larger each step is than the one before, and the largest: a rate that has doubled is
/// found in some ten steps, and few requests are in flight when a step was too much.
const GROWTH: f64 = 1.5;
const LARGEST_STEP: f64 = 0.10;
/// The largest step before any rejection, when the documented rate may be far too low.
const LARGEST_FIRST_STEP: f64 = 0.20;
/// Each rejection that ends creeping doubles the time until the rate creeps again, up to this
/// multiple of the time in which the bucket fills.
const LONGEST_WAIT: f64 = 8.0;
/// That time is also this multiple of what the last pause lost: it took longer than the bucket
/// needs to fill.
const LOST_PAUSES: f64 = 20.0;
/// The most stretches that a measurement keeps.
const STRETCHES: usize = 256;

/// What the requests since earlier rejections say about the rate.
///
/// A bucket is empty when it refuses a request. The rate is the one with which it would be empty
/// again now, after letting through what it has let through, and being full at times. That is
/// delivered over elapsed where the bucket was never full; otherwise it is more.
#[derive(Debug)]
pub(crate) struct Learner {
    /// What was accepted since the measurement began, in stretches of nearly equal rate. Each has
    /// its beginning and the number of requests.
    stretches: Vec<(f64, f64)>,
    /// The number of tokens when the measurement began.
    level: f64,
    /// For how long the present rate was measured; less with each rejection that contradicts it.
    evidence: f64,
    /// The number of rejections that were news.
    rejections: i32,
    /// The number of them that ended creeping.
    overshoots: i32,
    /// When the last one became known, and when its pause ends.
    last: f64,
    pause_end: f64,
    is_paused: bool,
    /// The time in which the bucket filled before the rate crept.
    fill: Option<f64>,
    /// When the rate last crept, the number of requests since then, and the next step.
    stepped: f64,
    sends: f64,
    step: f64,
}

impl Learner {
    /// Returns a learner for a bucket that has this many tokens now.
    pub(crate) fn new(now: f64, level: f64) -> Self {
        Self {
            stretches: vec![(now, 0.0)],
            level,
            evidence: 0.0,
            rejections: 0,
            overshoots: 0,
            last: now,
            pause_end: now,
            is_paused: false,
            fill: None,
            stepped: now,
            sends: 0.0,
            step: STEP,
        }
    }

    /// Returns whether a request was refused.
    pub(crate) fn has_learned(&self) -> bool {
        self.rejections > 0
    }

    /// Returns whether the last rejection is so near that the bucket has not filled since.
    pub(crate) fn is_soon(&self, bucket: &Bucket, now: f64) -> bool {
        self.rejections > 0 && now < self.last + bucket.fill_time()
    }

    pub(crate) fn sent(&mut self) {
        self.sends += 1.0;
    }

    pub(crate) fn accepted(&mut self, now: f64) {
        if self.is_paused && now >= self.pause_end {
            self.is_paused = false;
            self.stretch(self.pause_end);
        }
        if let Some((_, accepted)) = self.stretches.last_mut() {
            *accepted += 1.0;
        }
    }

    /// Begins a new stretch, or lets the last one continue if there are too many.
    fn stretch(&mut self, now: f64) {
        if self.stretches.len() < STRETCHES {
            self.stretches.push((now, 0.0));
        }
    }

    fn began(&self) -> f64 {
        self.stretches
            .first()
            .map_or(self.last, |(began, _)| *began)
    }

    fn delivered(&self) -> f64 {
        self.stretches.iter().map(|(_, accepted)| accepted).sum()
    }

    /// Returns what was delivered over what has elapsed.
    pub(crate) fn delivered_over_elapsed(&self, now: f64) -> f64 {
        self.delivered().max(1.0) / (now - self.began()).max(0.1)
    }

    /// Returns the rate that a rejection shows.
    pub(crate) fn rate(&self, bucket: &Bucket, now: f64) -> f64 {
        let elapsed = now - self.began();
        let fill = bucket.fill_time();
        if self.rejections == 0 && elapsed < fill {
            // The bucket did not have the tokens that it was taken to have.
            return bucket.rate;
        }
        let (mut low, mut high) = (bucket.rate / 16.0, bucket.rate * 2.0);
        for _ in 0..30 {
            let rate = f64::midpoint(low, high);
            if self.level(bucket.capacity, rate, now) > 0.0 {
                high = rate;
            } else {
                low = rate;
            }
        }
        let doubt = self.evidence.min(fill).max(HALF * fill);
        let weight = elapsed / (elapsed + doubt);
        // On a logarithmic scale, since a rate may be wrong by a factor.
        bucket.rate.powf(1.0 - weight) * low.powf(weight)
    }

    /// Returns the number of tokens that a bucket of this rate would have now.
    fn level(&self, capacity: f64, rate: f64, now: f64) -> f64 {
        let ends = self.stretches.iter().skip(1).map(|(began, _)| *began);
        let stretches = self.stretches.iter().zip(ends.chain([now]));
        stretches.fold(self.level, |level, ((began, accepted), end)| {
            (level + rate * (end - began) - accepted).min(capacity)
        })
    }

    /// Notes a rejection that was news, after which the requests pause.
    pub(crate) fn rejected(&mut self, now: f64, pause_end: f64) {
        self.evidence /= 2.0;
        if self.rejections == 0 || self.delivered() >= ENOUGH {
            self.evidence = now - self.began();
            self.stretches.clear();
            self.level = 0.0;
        }
        self.stretch(now);
        self.rejections = self.rejections.saturating_add(1);
        if self.step > STEP {
            self.overshoots = self.overshoots.saturating_add(1);
        }
        self.last = now;
        self.pause_end = pause_end;
        self.is_paused = true;
        self.fill = None;
        self.stepped = now;
        self.sends = 0.0;
        self.step = STEP;
    }

    /// Returns a factor for the rate, 1 or more. A rate that was learned too low causes no
    /// rejection and would stay for ever.
    pub(crate) fn creep(&mut self, bucket: &Bucket, now: f64) -> f64 {
        let fill = *self.fill.get_or_insert(bucket.fill_time());
        let wait = (0.5 * 2_f64.powi(self.overshoots.min(8))).min(LONGEST_WAIT) * fill;
        let lost = (self.pause_end - self.last - fill).max(0.0);
        let wait = wait.max(LOST_PAUSES * lost);
        let step = fill / 4.0;
        if now < self.last + wait || now < self.stepped + step {
            return 1.0;
        }
        // A run that does not use the rate learns nothing about it.
        let is_used = self.sends >= 0.8 * bucket.rate * (now - self.stepped).min(step);
        self.stepped = now;
        self.sends = 0.0;
        if !is_used {
            return 1.0;
        }
        self.stretch(now);
        let factor = 1.0 + self.step;
        let largest = if self.overshoots == 0 {
            LARGEST_FIRST_STEP
        } else {
            LARGEST_STEP
        };
        self.step = (self.step * GROWTH).min(largest);
        factor
    }
}
