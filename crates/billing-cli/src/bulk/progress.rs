//! A line on stderr with how far a run is.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing_bulk::journal::{Counts, State};
use billing_bulk::{Event, EventKind};

use crate::bulk::summary::{self, number};
use crate::progress::Line;

/// The line; clones are the same line.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<Shown>>);

struct Shown {
    /// `None` once it is removed.
    line: Option<Line>,
    tally: Tally,
}

impl Progress {
    /// Shows the line if it is wanted and stderr is a terminal. `counts` is what earlier starts of
    /// the run have done, and `open` the states of profiles that this one works on.
    pub(super) fn start(wanted: bool, counts: &Counts, open: &[State]) -> Self {
        Self(Arc::new(Mutex::new(Shown {
            line: Some(Line::start(wanted, "{spinner} {msg}")),
            tally: Tally::after(counts, open),
        })))
    }

    /// Takes an event into account.
    pub(super) fn follow(&self, event: &Event) {
        let Shown { line, tally } = &mut *self.shown();
        tally.follow(event);
        if let Some(line) = line {
            line.tell(tally.text(line.elapsed()));
        }
    }

    /// Removes the line.
    pub(super) fn end(&self) {
        self.shown().line = None;
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Tally {
    /// All profiles of the run.
    total: u64,
    /// Profiles that are settled, those of earlier starts of the run included.
    settled: u64,
    /// Profiles that were settled before this start.
    settled_before: u64,
    /// Settled profiles that are failed, conflicted or unknown.
    failed: u64,
    /// Profiles with a write that is not settled.
    in_flight: HashSet<String>,
    /// How many writes are waited for, and how long.
    waiting: Option<(u64, Duration)>,
}

impl Tally {
    fn after(counts: &Counts, open: &[State]) -> Self {
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
            settled_before: settled,
            failed: of(&bad),
            ..Self::default()
        }
    }

    fn follow(&mut self, event: &Event) {
        let key = event.profile.as_ref().map(|profile| profile.key());
        let key = key.unwrap_or_default();
        self.waiting = None;
        match &event.kind {
            EventKind::Run { profiles, .. } => self.total = *profiles,
            EventKind::Waiting { profiles, left } => self.waiting = Some((*profiles, *left)),
            EventKind::Sent { .. } | EventKind::Accepted => {
                self.in_flight.insert(key);
            }
            EventKind::Done { .. } => {
                self.in_flight.remove(&key);
                self.settled = self.settled.saturating_add(1);
            }
            EventKind::Failed(_) | EventKind::Conflict(_) | EventKind::Unknown(_) => {
                self.in_flight.remove(&key);
                self.settled = self.settled.saturating_add(1);
                self.failed = self.failed.saturating_add(1);
            }
            _ => {}
        }
    }

    fn text(&self, elapsed: Duration) -> String {
        if let Some((profiles, left)) = self.waiting {
            return format!(
                "waiting {} until {} are settled",
                whole(left),
                summary::profiles(profiles)
            );
        }
        let mut text = format!("{} of {} done", number(self.settled), number(self.total));
        if self.failed > 0 {
            text.push_str(&format!(", {} failed", number(self.failed)));
        }
        text.push_str(&format!(", {} in flight", self.in_flight.len()));
        let settled = self.settled.saturating_sub(self.settled_before);
        let left = self.total.saturating_sub(self.settled);
        // The first profiles tell little.
        if let Some(each) = u32::try_from(settled)
            .ok()
            .filter(|settled| *settled >= 10)
            .and_then(|settled| elapsed.checked_div(settled))
        {
            let left = each.saturating_mul(u32::try_from(left).unwrap_or(u32::MAX));
            text.push_str(&format!(", {} left", whole(left)));
        }
        text
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
    use billing_bulk::{Event, EventKind, ProfileId};

    use super::Tally;

    #[test]
    fn settled_profiles_of_earlier_starts_count() {
        let mut counts = Counts::default();
        counts.add(State::Done, 10);
        counts.add(State::Unknown, 3);
        let text = |open| Tally::after(&counts, open).text(Duration::ZERO);
        assert_eq!(
            text(&[State::Planned]),
            "13 of 13 done, 3 failed, 0 in flight"
        );
        assert_eq!(text(&[State::Unknown]), "10 of 13 done, 0 in flight");
    }

    #[test]
    fn line_counts_done_failed_and_in_flight() {
        let mut tally = Tally::default();
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
        assert_eq!(text, "0 of 1,200 done, 12 in flight");
        for id in 0..9 {
            let done = EventKind::Done {
                is_unchanged: false,
            };
            follow(&mut tally, Some(id), done);
        }
        follow(&mut tally, Some(9), EventKind::Failed(Cause::default()));
        assert_eq!(
            tally.text(Duration::from_secs(1)),
            "10 of 1,200 done, 1 failed, 2 in flight, 1m 59s left"
        );
    }
}
