//! The JSON line of an event; `schemas/bulk-events.schema.json` describes it.

use std::time::SystemTime;

use billing_bulk::event::EventKind;
use billing_bulk::journal::{Counts, Holder};
use billing_bulk::run::Status;
use billing_bulk::target::Cause;
use billing_bulk::{Event, Hold};
use serde::Serialize;

use crate::bulk::journal;

/// The version of the lines. It changes if a present member changes.
const VERSION: u8 = 1;

#[derive(Serialize)]
struct EventLine<'a> {
    v: u8,
    time: String,
    profile: Option<String>,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum What<'a> {
    Run {
        run: &'a str,
        resumed: bool,
        profiles: u64,
    },
    Sent {
        attempt: u32,
        request_id: &'a str,
    },
    Accepted {},
    Done {
        changed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'a Cause>,
    },
    Failed {
        cause: &'a Cause,
    },
    Conflict {
        cause: &'a Cause,
    },
    Unknown {
        cause: &'a Cause,
    },
    Throttled {
        key: &'a str,
        pause_seconds: f64,
    },
    Pace {
        writes_per_second: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        quota: Option<f64>,
    },
    Waiting {
        profiles: u64,
        left_seconds: f64,
    },
    Paused(HoldLine<'a>),
    Resumed {
        reason: &'static str,
    },
    Summary(Summary<'a>),
}

/// Why a run sends no new write for now.
#[derive(Serialize)]
struct HoldLine<'a> {
    reason: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a Cause>,
    /// Who paused the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl<'a> From<&'a Hold> for HoldLine<'a> {
    fn from(hold: &'a Hold) -> Self {
        let mut line = Self {
            reason: hold.reason(),
            message: hold.to_string(),
            cause: None,
            by: None,
            since: None,
            until: None,
        };
        match hold {
            Hold::Paused { by, since } => {
                line.by = Some(by);
                line.since = Some(time(*since));
            }
            Hold::Window { until } => line.until = Some(time(*until)),
            Hold::Unreachable { cause, since, .. } => {
                line.cause = Some(cause);
                line.since = Some(time(*since));
            }
            Hold::SignIn { cause } | Hold::RepeatedFailure { cause, .. } => {
                line.cause = Some(cause);
            }
            _ => {}
        }
        line
    }
}

/// How many profiles are in each state.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    run: &'a str,
    profiles: u64,
    #[serde(flatten)]
    states: &'a Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a Cause>,
    /// The head of the journal's chain.
    head: String,
    /// Of `status`: when the last step was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_change: Option<String>,
    /// Of `status`: the process that works on the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a Holder>,
    /// Of `status`: why requests wait.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waits: Vec<WaitLine<'a>>,
    /// Of `status`: how many accepted writes are polled.
    #[serde(skip_serializing_if = "Option::is_none")]
    polls: Option<u64>,
}

/// Why requests wait.
#[derive(Serialize)]
struct WaitLine<'a> {
    reason: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// Returns the line of an event of the run; `None` for an event that has none.
pub(super) fn line(event: &Event, run: &str) -> Option<String> {
    let what = match &event.kind {
        EventKind::Run {
            id,
            is_resumed,
            profiles,
        } => What::Run {
            run: id,
            resumed: *is_resumed,
            profiles: *profiles,
        },
        EventKind::Sent {
            attempt,
            request_id,
        } => What::Sent {
            attempt: *attempt,
            request_id,
        },
        EventKind::Accepted => What::Accepted {},
        EventKind::Done { is_unchanged, note } => What::Done {
            changed: !is_unchanged,
            note: note.as_ref(),
        },
        EventKind::Failed(cause) => What::Failed { cause },
        EventKind::Conflict(cause) => What::Conflict { cause },
        EventKind::Unknown(cause) => What::Unknown { cause },
        EventKind::Throttled { key, pause } => What::Throttled {
            key,
            pause_seconds: pause.as_secs_f64(),
        },
        EventKind::Pace { rate, quota } => What::Pace {
            writes_per_second: *rate,
            quota: *quota,
        },
        EventKind::Waiting { profiles, left } => What::Waiting {
            profiles: *profiles,
            left_seconds: left.as_secs_f64(),
        },
        EventKind::Paused(hold) => What::Paused(hold.into()),
        EventKind::Resumed(hold) => What::Resumed {
            reason: hold.reason(),
        },
        EventKind::Summary {
            counts,
            stopped,
            head,
        } => What::Summary(Summary {
            run,
            profiles: counts.total(),
            states: counts,
            stopped: stopped.as_ref(),
            head: journal::head(head),
            last_change: None,
            holder: None,
            waits: Vec::new(),
            polls: None,
        }),
        _ => return None,
    };
    let profile = event.profile.as_ref().map(ToString::to_string);
    Some(write(event.time, profile, what))
}

/// Returns the line of `billing bulk status`.
pub(super) fn status(now: SystemTime, status: &Status) -> String {
    let what = What::Summary(Summary {
        run: &status.id,
        profiles: status.counts.total(),
        states: &status.counts,
        stopped: status.stopped.as_ref(),
        head: journal::head(&status.head),
        last_change: status.last_change.map(time),
        holder: status.holder.as_ref(),
        waits: (status.waits.iter())
            .map(|wait| WaitLine {
                reason: &wait.reason,
                message: &wait.message,
                until: wait.until.map(time),
            })
            .collect(),
        polls: status.polls,
    });
    write(now, None, what)
}

fn time(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

fn write(when: SystemTime, profile: Option<String>, what: What<'_>) -> String {
    let line = EventLine {
        v: VERSION,
        time: time(when),
        profile,
        what,
    };
    // Texts and numbers can always be written.
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use billing_bulk::event::EventKind;
    use billing_bulk::journal::{Counts, State};
    use billing_bulk::target::Cause;
    use billing_bulk::{Event, Hold, ProfileId};

    use super::line;

    fn cause() -> Cause {
        Cause {
            code: "stale_etag".to_owned(),
            message: "the profile was changed after it was planned".to_owned(),
            status: Some(412),
            ..Cause::default()
        }
    }

    #[test]
    fn every_event_is_one_line_of_json() {
        let mut counts = Counts::default();
        counts.add(State::Done, 2);
        counts.add(State::Unknown, 1);
        let partner = || Some(ProfileId::partner("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"));
        let arm = || Some(ProfileId::arm("70023418", "FBRK-0001-BG7-PGB"));
        let run = EventKind::Run {
            id: "7".to_owned(),
            is_resumed: false,
            profiles: 3,
        };
        let sent = EventKind::Sent {
            attempt: 1,
            request_id: "r".to_owned(),
        };
        let throttled = EventKind::Throttled {
            key: "arm.write".to_owned(),
            pause: Duration::from_millis(1_500),
        };
        let waiting = EventKind::Waiting {
            profiles: 2,
            left: Duration::from_secs(90),
        };
        let hour =
            |hour: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_000_000 + hour * 3600);
        let window = Hold::Window { until: hour(8) };
        let paused = Hold::Paused {
            by: "chris@billing-1".to_owned(),
            since: hour(0),
        };
        let repeated = Hold::RepeatedFailure {
            cause: cause(),
            failures: 3,
        };
        let summary = EventKind::Summary {
            counts,
            stopped: Some(cause()),
            head: [0xab; 32],
        };
        let events = [
            (None, run),
            (partner(), sent),
            (arm(), EventKind::Accepted),
            (
                arm(),
                EventKind::Done {
                    is_unchanged: false,
                    note: None,
                },
            ),
            (partner(), EventKind::Failed(cause())),
            (partner(), EventKind::Conflict(cause())),
            (partner(), EventKind::Unknown(cause())),
            (None, throttled),
            (None, waiting),
            (None, EventKind::Paused(window.clone())),
            (None, EventKind::Paused(repeated)),
            (None, EventKind::Paused(paused)),
            (None, EventKind::Resumed(window)),
            (
                None,
                EventKind::Pace {
                    rate: 9.8,
                    quota: Some(0.98),
                },
            ),
            (None, summary),
        ];
        let lines = events.map(|(profile, kind)| {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_796_000_000_250);
            let event = Event {
                time,
                profile,
                kind,
            };
            line(&event, "7").unwrap()
        });
        insta::assert_snapshot!(lines.join("\n"));
    }
}
