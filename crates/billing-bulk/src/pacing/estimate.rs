//! What is known of a rate limit: its shape, its level and its rate.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use crate::pacing::bucket::{Bucket, FILL};
use crate::pacing::header::Header;
use crate::pacing::learner::Learner;
use crate::pacing::prior::Prior;
use crate::pacing::saved::{LearnedLimit, LearnedShape};
use crate::pacing::signal::{Limit, Signal};
use crate::pacing::time::seconds;
use crate::pacing::window::Window;

/// How much faster than the rate a burst is spent. While the bucket is below its capacity it
/// refills anyway, so a slow burst costs no time, and every misjudgement costs as many rejections
/// as are in flight.
const BOOST: f64 = 1.5;
/// The same with a header, which shows a misjudgement before a rejection does.
const BOOST_WITH_HEADER: f64 = 2.0;
/// The same after a rejection: the bucket is nearly empty then, and what comes back during a pause
/// need not be spent at once.
const BOOST_AFTER_REJECTION: f64 = 1.15;
/// The tokens that stay with a header: requests do not reach the service in the order in which they
/// were sent.
const RESERVE: f64 = 3.0;
/// The part of the rate that is counted on without a header.
const SHARE: f64 = 0.99;
/// A mirror that is this much too high is lowered at once.
const TOLERANCE: f64 = 2.0;
/// The own rate of the last seconds, as a multiple of the limit's, up to which the header may raise
/// the mirror: a header that is some seconds late shows tokens that are spent already.
const CALM: f64 = 1.3;
const CALM_SECONDS: f64 = 6.0;
/// How fast the rate follows the header, for each response.
const FOLLOW: f64 = 0.1;
/// A pause of more tokens than this shows a window.
const MANY: f64 = 5.0;
/// What each rejection that comes soon after another adds to the tokens that stay: another client
/// takes tokens in bursts.
const HEADROOM: f64 = 10.0;

/// The longest wait for a header: the time in which so many tokens should have come back, or this
/// many seconds. A header that scatters more than the bucket holds would never show enough.
const LONGEST_WAIT: (f64, f64) = (30.0, 60.0);

/// What is known of a rate limit.
#[derive(Debug)]
pub(crate) struct Estimate {
    /// `None`: nothing is known, and requests are sent at once.
    bucket: Option<Bucket>,
    /// The rate that was known first.
    first_rate: f64,
    /// Whether the capacity is documented, named or seen.
    has_capacity: bool,
    shape: LearnedShape,
    /// For a limit of requests in an interval.
    window: Option<Window>,
    header: Header,
    learner: Learner,
    /// The number of requests that the service has counted or will count.
    number: u64,
    in_flight: u64,
    /// The tokens that stay because another client takes tokens, too.
    headroom: f64,
    last_send: Option<f64>,
    /// When the requests of the last seconds were sent.
    recent: VecDeque<f64>,
}

impl Estimate {
    pub(crate) fn new(prior: Option<Prior>, now: f64) -> Self {
        let bucket = prior.map(|prior| match prior {
            Prior::Bucket { capacity, rate } => Bucket::new(capacity, rate, capacity, now),
            Prior::Interval(limit) => Bucket::of_limit(limit, now),
        });
        let window = match prior {
            Some(Prior::Interval(limit)) => Window::new(limit),
            Some(Prior::Bucket { .. }) | None => None,
        };
        let shape = match window {
            Some(_) => LearnedShape::Unknown,
            None => LearnedShape::Bucket,
        };
        Self::of(bucket, shape, window, now)
    }

    /// Returns what an earlier run learned, with the tokens that have come back since.
    pub(crate) fn resumed(limit: LearnedLimit, now: f64, time: SystemTime) -> Self {
        let age = limit.age(time);
        let level = (limit.level + limit.rate * age).min(limit.capacity);
        let bucket = Bucket::new(limit.capacity, limit.rate, level, now);
        let requests = limit.capacity as u32;
        let interval = Duration::from_secs_f64(bucket.fill_time());
        let mut window = Window::new(Limit { requests, interval });
        match (&mut window, limit.shape) {
            (_, LearnedShape::Bucket) => window = None,
            (Some(window), _) => window.resume(limit.level.max(0.0) as usize, now - age),
            (None, _) => {}
        }
        Self::of(Some(bucket), limit.shape, window, now)
    }

    fn of(bucket: Option<Bucket>, shape: LearnedShape, window: Option<Window>, now: f64) -> Self {
        let level = bucket.map_or(0.0, |bucket| bucket.level(now, 1.0));
        Self {
            first_rate: bucket.map_or(1.0, |bucket| bucket.rate),
            has_capacity: bucket.is_some(),
            bucket,
            shape,
            window,
            header: Header::default(),
            learner: Learner::new(now, level),
            number: 0,
            in_flight: 0,
            headroom: 0.0,
            last_send: None,
            recent: VecDeque::new(),
        }
    }

    /// Returns what the next run can start from.
    pub(crate) fn learned(&self, now: f64, time: SystemTime) -> Option<LearnedLimit> {
        let bucket = self.bucket.as_ref()?;
        let level = match (&self.window, self.shape) {
            (_, LearnedShape::Bucket) | (None, _) => bucket.level(now, 1.0),
            (Some(window), _) => window.remaining(now) as f64,
        };
        let time = time.duration_since(SystemTime::UNIX_EPOCH);
        Some(LearnedLimit {
            shape: self.shape,
            capacity: bucket.capacity,
            rate: bucket.rate,
            level,
            time: time.unwrap_or_default().as_secs(),
        })
    }

    pub(crate) fn rate(&self) -> Option<f64> {
        self.bucket.map(|bucket| bucket.rate)
    }

    pub(crate) fn trusts_header(&self) -> bool {
        self.header.is_trusted()
    }

    fn share(&self) -> f64 {
        if self.header.is_trusted() { 1.0 } else { SHARE }
    }

    /// Returns when the next request may be sent, if at most `left` follow with it.
    pub(crate) fn ready_at(&self, left: u64) -> f64 {
        match (&self.bucket, &self.window, self.shape) {
            (_, Some(window), LearnedShape::Window) => window.ready_at(),
            // The requests of one interval are spent at full speed: a window needs it, and a bucket
            // loses nothing. The pause before the next one, a probe, is not decided here.
            (_, Some(_), LearnedShape::Unknown) | (None, ..) => 0.0,
            (Some(bucket), ..) => self.bucket_ready_at(bucket, left as f64),
        }
    }

    fn bucket_ready_at(&self, bucket: &Bucket, left: f64) -> f64 {
        let fall = self.header.largest_fall().min(bucket.capacity / 2.0);
        let (boost, reserve) = if self.header.is_trusted() {
            (BOOST_WITH_HEADER, RESERVE + fall)
        } else if self.learner.has_learned() {
            (BOOST_AFTER_REJECTION, 1.0)
        } else {
            (BOOST, 0.0)
        };
        let spaced = |boost: f64| {
            let spaced = self
                .last_send
                .map(|last| last + 1.0 / (boost * bucket.rate));
            spaced.unwrap_or_default()
        };
        let share = self.share();
        let mut enough = bucket.time_of(1.0 + reserve, share).max(spaced(boost));
        if self.header.is_trusted() {
            let (tokens, seconds) = LONGEST_WAIT;
            let longest = (tokens / self.first_rate).min(seconds);
            enough = enough.min(self.last_send.unwrap_or_default() + longest);
        }
        if left > bucket.capacity {
            return enough;
        }
        // The last requests of a run need neither a reserve nor equal distances. Beside another
        // client they are still spaced, so that few are refused if it comes first.
        let last = bucket.time_of(left, share);
        enough.min(if fall == 0.0 {
            last
        } else {
            last.max(spaced(2.0 * boost))
        })
    }

    /// Notes a request and returns its number, and whether the next one is a probe that shows
    /// whether the limit is a bucket or a window.
    pub(crate) fn sent(&mut self, now: f64) -> (u64, bool) {
        self.number += 1;
        self.in_flight += 1;
        self.last_send = Some(now);
        self.learner.sent();
        let share = self.share();
        let Some(bucket) = &mut self.bucket else {
            return (self.number, false);
        };
        bucket.set_level(now, bucket.level(now, share) - 1.0);
        if !self.header.is_trusted() {
            let factor = self.learner.creep(bucket, now);
            bucket.set_rate(now, share, bucket.rate * factor);
        }
        let is_old = |time: &f64| *time < now - CALM_SECONDS;
        while self.recent.front().is_some_and(is_old) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        let is_last = self.window.as_mut().is_some_and(|window| window.sent(now));
        (self.number, is_last && self.shape == LearnedShape::Unknown)
    }

    /// Notes that a request is no longer in flight. Returns when the probe of the shape may leave,
    /// if nothing else is in flight.
    pub(crate) fn returned(&mut self, now: f64) -> Option<f64> {
        self.in_flight = self.in_flight.saturating_sub(1);
        let is_due = self.in_flight == 0 && self.shape == LearnedShape::Unknown;
        let bucket = self.bucket.filter(|_| is_due)?;
        Some(now + 2.0 / bucket.rate)
    }

    /// Notes that the service accepted the request of this number, and when it was sent.
    pub(crate) fn accepted(&mut self, number: u64, sent: f64, now: f64, remaining: Option<u64>) {
        self.learner.accepted(now);
        let Some(remaining) = remaining else {
            return;
        };
        let memory = 2.0 * self.bucket.map_or(FILL, |bucket| refill_seconds(&bucket));
        let middle = f64::midpoint(sent, now);
        self.header
            .observe(remaining, number, middle, memory, self.in_flight);
        if self.header.is_trusted() {
            self.correct(now);
        }
    }

    /// Notes that a probe was accepted: after the requests of a whole interval, that is a bucket.
    pub(crate) fn probed(&mut self) {
        if self.shape == LearnedShape::Unknown {
            self.shape = LearnedShape::Bucket;
        }
    }

    /// Corrects the mirror by a header that is trusted.
    fn correct(&mut self, now: f64) {
        let most = self.header.most() + 1.0;
        let bucket = self.bucket.get_or_insert_with(|| {
            // Nothing else is known of this limit; the header will show the rate.
            Bucket::new(most, most / FILL, most, now)
        });
        bucket.capacity = bucket.capacity.max(most);
        let own = self.recent.len() as f64 / CALM_SECONDS;
        let is_calm = own <= CALM * bucket.rate;
        if let Some((refill, is_full)) = self.header.refill(now, refill_seconds(bucket)) {
            if is_full {
                bucket.set_rate(now, 1.0, bucket.rate.max(refill));
            } else if is_calm && refill > 0.0 {
                let rate = bucket.rate + FOLLOW * (refill - bucket.rate);
                bucket.set_rate(now, 1.0, rate);
            }
        }
        let (level, number, rate) = (bucket.level(now, 1.0), self.number, bucket.rate);
        let seconds = (4.0 / rate).max(2.0);
        if let Some(shown) = self.header.level(now, number, rate)
            && shown < level - TOLERANCE
        {
            bucket.set_level(now, shown);
        } else if is_calm
            && let Some(lowest) = self.header.lowest(now, seconds, number, rate)
            && lowest > level
        {
            bucket.set_level(now, lowest);
        }
    }

    /// Learns from a rejection. `is_news`: the request was sent after the last one was known.
    pub(crate) fn rejected(&mut self, now: f64, signal: &Signal, is_news: bool) {
        self.number = self.number.saturating_sub(1);
        if !is_news {
            return;
        }
        if let Some(limit) = signal.limit {
            // The best signal: it is about the limit that refused the request.
            self.bucket = Some(Bucket::of_limit(limit, now));
            self.has_capacity = true;
            self.shape = LearnedShape::Bucket;
        } else if self.header.is_trusted() {
            // The header shows the rate.
        } else if let Some(bucket) = &mut self.bucket {
            if self.shape == LearnedShape::Unknown {
                let tokens = signal.retry_after.map_or(0.0, seconds) * bucket.rate;
                self.shape = if tokens > MANY {
                    LearnedShape::Window
                } else {
                    LearnedShape::Bucket
                };
            }
            if self.shape == LearnedShape::Bucket {
                let rate = self.learner.rate(bucket, now);
                if self.learner.is_soon(bucket, now) && rate > 0.8 * bucket.rate {
                    self.headroom = (self.headroom + HEADROOM).min(bucket.capacity / 4.0);
                }
                bucket.set_rate(now, SHARE, rate);
                if !self.has_capacity {
                    *bucket = Bucket::of_rate(rate, now);
                }
            }
        } else {
            // Half of what went through, since most of it was the burst.
            let rate = self.learner.delivered_over_elapsed(now) / 2.0;
            self.bucket = Some(Bucket::of_rate(rate, now));
        }
    }

    /// Notes the pause after a rejection.
    pub(crate) fn paused(&mut self, sent: f64, now: f64, pause_end: f64, is_news: bool) {
        if let Some(window) = &mut self.window {
            window.rejected(sent, pause_end);
        }
        if is_news {
            self.learner.rejected(now, pause_end);
            if let Some(bucket) = &mut self.bucket {
                // A low rate must not make it a long wait.
                let headroom = self.headroom.min(bucket.rate * LONGEST_WAIT.1);
                bucket.set_level(now, -headroom);
            }
        }
    }
}

/// Returns the time over which the header shows the rate.
fn refill_seconds(bucket: &Bucket) -> f64 {
    (30.0 / bucket.rate).max(8.0)
}
