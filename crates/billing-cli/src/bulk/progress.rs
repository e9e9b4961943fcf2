//! A line on stderr with how far a run is.

use std::collections::HashSet;
use std::time::Duration;

use billing_bulk::Event;
use billing_bulk::event::EventKind;

use crate::progress::Line;
use crate::render::excerpt::thousands;

/// How far a run is.
pub(super) struct Progress {
    line: Line,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
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
}

impl Progress {
    /// Shows the line if it is wanted and stderr is a terminal.
    pub(super) fn start(wanted: bool, settled_before: u64, failed_before: u64) -> Self {
        let counts = Counts {
            settled: settled_before,
            settled_before,
            failed: failed_before,
            ..Counts::default()
        };
        Self {
            line: Line::start(wanted, "{spinner} {msg}"),
            counts,
        }
    }

    /// Takes an event into account.
    pub(super) fn follow(&mut self, event: &Event) {
        self.counts.follow(event);
        self.line.tell(self.counts.text(self.line.elapsed()));
    }
}

impl Counts {
    fn follow(&mut self, event: &Event) {
        let key = event.profile.as_ref().map(|profile| profile.key());
        let key = key.unwrap_or_default();
        match &event.kind {
            EventKind::Run { profiles, .. } => self.total = *profiles,
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
        let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
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
            let left = Duration::from_secs(left.as_secs());
            text.push_str(&format!(", {} left", humantime::format_duration(left)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use billing_bulk::event::EventKind;
    use billing_bulk::target::Cause;
    use billing_bulk::{Event, ProfileId};

    use super::Counts;

    #[test]
    fn line_counts_done_failed_and_in_flight() {
        let mut counts = Counts::default();
        let follow = |counts: &mut Counts, id: Option<u32>, kind| {
            counts.follow(&Event {
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
        follow(&mut counts, None, run);
        for id in 0..12 {
            let request_id = String::new();
            let sent = EventKind::Sent {
                attempt: 1,
                request_id,
            };
            follow(&mut counts, Some(id), sent);
        }
        let text = counts.text(Duration::from_secs(1));
        assert_eq!(text, "0 of 1,200 done, 12 in flight");
        for id in 0..9 {
            let done = EventKind::Done {
                is_unchanged: false,
            };
            follow(&mut counts, Some(id), done);
        }
        follow(&mut counts, Some(9), EventKind::Failed(Cause::default()));
        assert_eq!(
            counts.text(Duration::from_secs(1)),
            "10 of 1,200 done, 1 failed, 2 in flight, 1m 59s left"
        );
    }
}
