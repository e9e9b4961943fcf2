//! How far a run is, by its events.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use billing_bulk::journal::{Counts, State};
use billing_bulk::{Event, EventKind};
use billing_core::Clock;

use crate::bulk::meter::{BAR, Meter};
use crate::bulk::summary::{self, number};
use crate::output::stderr::say;

/// The meter of a run; clones are the same.
#[derive(Clone)]
pub(super) struct Progress {
    meter: Meter,
    tally: Arc<Mutex<Tally>>,
}

impl Progress {
    /// Shows the meter if it is wanted. `counts` is what earlier starts of the run have done,
    /// `open` the states of profiles that this one works on, and `writes` how many of them need a
    /// write.
    pub(super) fn start(wanted: bool, counts: &Counts, open: &[State], writes: u64) -> Self {
        Self {
            meter: Meter::start(wanted, BAR),
            tally: Arc::new(Mutex::new(Tally::after(counts, open, writes))),
        }
    }

    /// Takes an event into account.
    pub(super) fn follow(&self, event: &Event) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.follow(event);
        let text = tally.text(self.meter.elapsed());
        self.meter.tell(text, tally.settled, tally.total);
    }

    /// Writes a line every 30 seconds where the bar cannot be seen.
    pub(super) async fn write_lines(&self, clock: &dyn Clock) -> Infallible {
        self.meter.write_lines(clock, |line| say(line)).await
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        self.meter.end();
    }

    /// Shows the bar again if the run continues, and returns whether it does.
    pub(super) fn resume_if(&self, continues: bool) -> bool {
        if continues {
            self.meter.resume();
        }
        continues
    }
}

#[derive(Default)]
struct Tally {
    /// All profiles of the run.
    total: u64,
    /// Profiles that are settled, those of earlier starts of the run included.
    settled: u64,
    /// Profiles that need a write and are not settled.
    writes_left: u64,
    /// Profiles that this start has settled by a write, or by finding what keeps it from one.
    written: u64,
    /// Settled profiles that are failed, conflicted or unknown.
    failed: u64,
    /// Profiles with a write that is not settled.
    in_flight: HashSet<String>,
    /// How many writes are waited for, and how long.
    waiting: Option<(u64, Duration)>,
    /// Writes per second, and the part of the rate limit that they are.
    pace: Option<(f64, Option<f64>)>,
}

impl Tally {
    fn after(counts: &Counts, open: &[State], writes: u64) -> Self {
        let of = |states: &[State]| states.iter().map(|state| counts.of(*state)).sum();
        let bad = [State::Failed, State::Conflict, State::Unknown];
        let bad: Vec<_> = bad
            .into_iter()
            .filter(|state| !open.contains(state))
            .collect();
        let settled = counts.total().saturating_sub(of(open));
        Self {
            total: counts.total(),
            settled,
            writes_left: writes,
            failed: of(&bad),
            ..Self::default()
        }
    }

    fn follow(&mut self, event: &Event) {
        let key = event.profile.as_ref().map(|profile| profile.key());
        let key = key.unwrap_or_default();
        self.waiting = None;
        match &event.kind {
            EventKind::Pace { rate, quota } => self.pace = Some((*rate, *quota)),
            // No write leaves now.
            EventKind::Paused(_) => self.pace = None,
            EventKind::Run { profiles, .. } => self.total = *profiles,
            EventKind::Waiting { profiles, left } => self.waiting = Some((*profiles, *left)),
            EventKind::Sent { .. } | EventKind::Accepted => {
                self.in_flight.insert(key);
            }
            // Profiles that have their values already pass by faster than any rate of writes.
            EventKind::Done {
                is_unchanged: true, ..
            } => {
                // One that was sent before may have them by now.
                self.in_flight.remove(&key);
                self.settled = self.settled.saturating_add(1);
            }
            EventKind::Done { .. } => self.settle(&key),
            EventKind::Failed(_) | EventKind::Conflict(_) | EventKind::Unknown(_) => {
                self.settle(&key);
                self.failed = self.failed.saturating_add(1);
            }
            _ => {}
        }
    }

    fn settle(&mut self, key: &str) {
        self.in_flight.remove(key);
        self.settled = self.settled.saturating_add(1);
        self.written = self.written.saturating_add(1);
        self.writes_left = self.writes_left.saturating_sub(1);
    }

    fn text(&self, elapsed: Duration) -> String {
        if let Some((profiles, left)) = self.waiting {
            return format!(
                "waiting {} for {} to be settled",
                whole(left),
                summary::profiles(profiles)
            );
        }
        let mut text = format!("{} of {}", number(self.settled), number(self.total));
        if self.failed > 0 {
            text.push_str(&format!(", {} failed", number(self.failed)));
        }
        text.push_str(&format!(", {} in flight", self.in_flight.len()));
        if let Some((rate, quota)) = self.pace {
            text.push_str(&format!(", {rate:.1}/s"));
            if let Some(quota) = quota {
                text.push_str(&format!(", quota {:.0} %", 100.0 * quota.min(1.0)));
            }
        }
        if let Some(left) = self.left(elapsed) {
            text.push_str(&format!(", {} left", whole(left)));
        }
        text
    }

    /// Returns how long the writes that are left take: at the present rate, else as long as each
    /// one took so far.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        // What had its values already, against the plan, is not counted one by one.
        let open = self.total.saturating_sub(self.settled);
        let left = u32::try_from(self.writes_left.min(open)).unwrap_or(u32::MAX);
        // The first profiles tell little.
        let written = u32::try_from(self.written)
            .ok()
            .filter(|written| *written >= 10)?;
        match self.pace {
            Some((rate, _)) if rate > 0.0 => {
                Duration::try_from_secs_f64(f64::from(left) / rate).ok()
            }
            _ => Some(elapsed.checked_div(written)?.saturating_mul(left)),
        }
    }
}

/// Formats a time without fractions of a second.
pub(super) fn whole(time: Duration) -> impl fmt::Display {
    humantime::format_duration(Duration::from_secs(time.as_secs()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use billing_bulk::journal::{Counts, State};
    use billing_bulk::target::Cause;
    use billing_bulk::{Event, EventKind, Hold, ProfileId};

    use super::Tally;

    #[test]
    fn settled_profiles_of_earlier_starts_count() {
        let mut counts = Counts::default();
        counts.add(State::Done, 10);
        counts.add(State::Unknown, 3);
        let text = |open| Tally::after(&counts, open, 0).text(Duration::ZERO);
        assert_eq!(text(&[State::Planned]), "13 of 13, 3 failed, 0 in flight");
        assert_eq!(text(&[State::Unknown]), "10 of 13, 0 in flight");
    }

    #[test]
    fn line_counts_done_failed_and_in_flight() {
        let mut tally = Tally::after(&Counts::default(), &[], 1_200);
        let follow = |tally: &mut Tally, id: Option<u32>, kind| {
            tally.follow(&Event {
                time: SystemTime::UNIX_EPOCH,
                profile: id.map(|id| ProfileId::partner(id.to_string())),
                kind,
            });
        };
        let run = EventKind::Run {
            id: "1".to_owned(),
            is_resumed: false,
            profiles: 1_200,
        };
        follow(&mut tally, None, run);
        for id in 0..12 {
            let request_id = String::new();
            let sent = EventKind::Sent {
                attempt: 1,
                request_id,
            };
            follow(&mut tally, Some(id), sent);
        }
        let text = tally.text(Duration::from_secs(1));
        assert_eq!(text, "0 of 1,200, 12 in flight");
        for id in 0..9 {
            let done = EventKind::Done {
                is_unchanged: false,
                note: None,
            };
            follow(&mut tally, Some(id), done);
        }
        follow(&mut tally, Some(9), EventKind::Failed(Cause::default()));
        assert_eq!(
            tally.text(Duration::from_secs(1)),
            "10 of 1,200, 1 failed, 2 in flight, 1m 59s left"
        );
        let pace = EventKind::Pace {
            rate: 9.8,
            quota: Some(0.98),
        };
        follow(&mut tally, None, pace);
        assert_eq!(
            tally.text(Duration::from_secs(1)),
            "10 of 1,200, 1 failed, 2 in flight, 9.8/s, quota 98 %, 2m 1s left"
        );
        let until = SystemTime::UNIX_EPOCH;
        follow(&mut tally, None, EventKind::Paused(Hold::Window { until }));
        assert_eq!(
            tally.text(Duration::from_secs(1)),
            "10 of 1,200, 1 failed, 2 in flight, 1m 59s left"
        );
    }

    #[test]
    fn profile_without_a_further_write_is_not_in_flight() {
        let mut tally = Tally::after(&Counts::default(), &[], 1);
        let mut follow = |kind| {
            tally.follow(&Event {
                time: SystemTime::UNIX_EPOCH,
                profile: Some(ProfileId::partner("1")),
                kind,
            });
            tally.in_flight.len()
        };
        let request_id = String::new();
        let sent = EventKind::Sent {
            attempt: 1,
            request_id,
        };
        assert_eq!(follow(sent), 1);
        let done = EventKind::Done {
            is_unchanged: true,
            note: None,
        };
        assert_eq!(follow(done), 0);
    }

    #[test]
    fn time_left_counts_only_profiles_that_need_a_write() {
        let mut counts = Counts::default();
        counts.add(State::Planned, 2_000);
        let mut tally = Tally::after(&counts, &[State::Planned], 110);
        let event = |kind| Event {
            time: SystemTime::UNIX_EPOCH,
            profile: None,
            kind,
        };
        let done = |is_unchanged| {
            let note = None;
            event(EventKind::Done { is_unchanged, note })
        };
        for _ in 0..500 {
            tally.follow(&done(true));
        }
        assert_eq!(
            tally.text(Duration::from_secs(20)),
            "500 of 2,000, 0 in flight"
        );
        for _ in 0..10 {
            tally.follow(&done(false));
        }
        assert_eq!(
            tally.text(Duration::from_secs(20)),
            "510 of 2,000, 0 in flight, 3m 20s left"
        );
        let quota = None;
        tally.follow(&event(EventKind::Pace { rate: 5.0, quota }));
        assert_eq!(
            tally.text(Duration::from_secs(20)),
            "510 of 2,000, 0 in flight, 5.0/s, 20s left"
        );
    }
}
