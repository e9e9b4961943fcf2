//! The header with the number of remaining requests: whether to trust it, and what it shows.

use std::collections::VecDeque;

/// The number of different values after which the header is trusted. A header that is stuck, or
/// that belongs to a far larger quota, shows one value.
const VALUES: usize = 3;
/// The most samples that are kept.
const SAMPLES: usize = 4_096;
/// A smaller fall is only the order in which the requests reached the service.
const SMALLEST_FALL: f64 = 5.0;
/// A response to a request that was overtaken by more requests than this says too little: they may
/// have been counted before it or after it.
const OVERTAKEN: u64 = 16;
/// A bucket with this many tokens less than the most seen still counts as full: some requests are
/// on their way.
const NEARLY: f64 = 10.0;

/// What the headers of the last seconds showed.
#[derive(Debug, Default)]
pub(crate) struct Header {
    values: Vec<u64>,
    samples: VecDeque<Sample>,
    /// The newest request that has a sample: its number, and the tokens of the sample.
    newest: (u64, f64),
    /// The most remaining requests seen.
    most: f64,
    /// The most tokens that another client took at once.
    largest_fall: f64,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    /// When the service counted: the middle between request and response.
    at: f64,
    remaining: f64,
    /// `remaining` and the number of own requests until then. It grows by what the service refills,
    /// less what other clients take.
    tokens: f64,
}

impl Sample {
    /// Returns the tokens after `number` own requests.
    fn level(&self, now: f64, number: u64, rate: f64) -> f64 {
        self.tokens - number as f64 + rate * (now - self.at)
    }
}

impl Header {
    /// Notes the header of the response to the request with this number, and forgets samples that
    /// are more than `memory` seconds older.
    pub(crate) fn observe(
        &mut self,
        remaining: u64,
        number: u64,
        at: f64,
        memory: f64,
        in_flight: u64,
    ) {
        if self.values.len() < VALUES && !self.values.contains(&remaining) {
            self.values.push(remaining);
        }
        let remaining = remaining as f64;
        let sample = Sample {
            at,
            remaining,
            tokens: remaining + number as f64,
        };
        let (newest, tokens) = self.newest;
        if number + OVERTAKEN < newest {
            return;
        }
        if number > newest {
            let fall = tokens - sample.tokens;
            if fall > SMALLEST_FALL.max(in_flight as f64) {
                self.largest_fall = self.largest_fall.max(fall);
            }
            self.newest = (number, sample.tokens);
        }
        self.most = self.most.max(remaining);
        self.samples.push_back(sample);
        let is_old = |sample: &Sample| sample.at < at - memory;
        while self.samples.len() > SAMPLES || self.samples.get(1).is_some_and(is_old) {
            self.samples.pop_front();
        }
    }

    pub(crate) fn is_trusted(&self) -> bool {
        self.values.len() >= VALUES
    }

    /// Returns the most remaining requests seen.
    pub(crate) fn most(&self) -> f64 {
        self.most
    }

    /// Returns the most tokens that another client took at once.
    pub(crate) fn largest_fall(&self) -> f64 {
        self.largest_fall
    }

    /// Returns the number of tokens that the last sample shows, after `number` own requests.
    pub(crate) fn level(&self, now: f64, number: u64, rate: f64) -> Option<f64> {
        let sample = self.samples.back()?;
        Some(sample.level(now, number, rate))
    }

    /// Returns the least number of tokens that a sample of the last `seconds` shows. `None`: there
    /// are no samples of all that time.
    pub(crate) fn lowest(&self, now: f64, seconds: f64, number: u64, rate: f64) -> Option<f64> {
        let levels = self.since(now - seconds)?;
        levels
            .map(|sample| sample.level(now, number, rate))
            .reduce(f64::min)
    }

    /// Returns the tokens per second that the samples of the last `seconds` show, and whether the
    /// bucket was full all the time, so that more may have come back. `None`: there are no samples
    /// of all that time.
    pub(crate) fn refill(&self, now: f64, seconds: f64) -> Option<(f64, bool)> {
        let samples = || self.since(now - seconds);
        let count = samples()?.count() as f64;
        let mean = |of: fn(&Sample) -> f64| Some(samples()?.map(of).sum::<f64>() / count);
        let (at, tokens) = (mean(|sample| sample.at)?, mean(|sample| sample.tokens)?);
        // The slope of the line with the least squares.
        let (above, below) = samples()?.fold((0.0, 0.0), |(above, below), sample| {
            let time = sample.at - at;
            (above + time * (sample.tokens - tokens), below + time * time)
        });
        let is_full = samples()?.all(|sample| sample.remaining >= self.most - NEARLY);
        (count >= 3.0 && below > 0.0).then(|| (above / below, is_full))
    }

    /// Returns the samples since then, newest first, if there are older ones, too.
    fn since(&self, time: f64) -> Option<impl Iterator<Item = &Sample>> {
        let is_covered = self.samples.front()?.at <= time;
        let recent = self.samples.iter().rev();
        is_covered.then(|| recent.take_while(move |sample| sample.at > time))
    }
}
