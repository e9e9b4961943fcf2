//! A report as one JSON document.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::binding::Binding;
use crate::journal::{Counts, Holder, PlanInfo, Recorder, State};
use crate::profile::ProfileId;
use crate::report::Report;
use crate::report::causes::CauseGroup;
use crate::report::row::ReportRow;
use crate::report::timeline::{Latency, Timeline};
use crate::report::wording::rfc3339;
use crate::target::Cause;

/// The version of the document. It changes if a present member changes.
const VERSION: u8 = 1;

/// A report as one JSON document, with each profile on a line of its own.
#[derive(Default)]
pub struct JsonReport {
    profiles: Vec<u8>,
}

// The profiles are about people.
impl fmt::Debug for JsonReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonReport").finish_non_exhaustive()
    }
}

impl JsonReport {
    /// Adds the next profile.
    pub fn add(&mut self, row: &ReportRow) {
        let separator: &[u8] = if self.profiles.is_empty() {
            b"\n"
        } else {
            b",\n"
        };
        self.profiles.extend_from_slice(separator);
        // Texts and values can always be written to memory.
        let _ = serde_json::to_writer(&mut self.profiles, &ProfileLine::of(row));
    }

    /// Writes the document.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let head = serde_json::to_string(&Head::of(report))?;
        out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
        out.write_all(b",\"profiles\":[")?;
        out.write_all(&self.profiles)?;
        out.write_all(b"\n]}\n")
    }
}

#[derive(Serialize)]
struct Head<'a> {
    v: u8,
    time: String,
    run: &'a str,
    plans: Vec<PlanLine<'a>>,
    bindings: &'a [Binding],
    recorders: Vec<RecorderLine<'a>>,
    running: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a Holder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    began: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_step: Option<String>,
    counts: CountsLine<'a>,
    writes: u64,
    throttled: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<LatencyLine>,
    timeline: TimelineLine,
    causes: &'a [CauseGroup],
    /// Last, and no object: the profiles follow it.
    redacted: bool,
}

impl<'a> Head<'a> {
    fn of(report: &'a Report) -> Self {
        let status = &report.status;
        Self {
            v: VERSION,
            time: rfc3339(report.time),
            run: &status.id,
            plans: report.plans.iter().map(PlanLine::of).collect(),
            bindings: &status.bindings,
            recorders: report.recorders.iter().map(RecorderLine::of).collect(),
            running: status.holder.is_some(),
            holder: status.holder.as_ref(),
            began: report.began.map(rfc3339),
            last_step: report.last_step.map(rfc3339),
            counts: CountsLine::of(&report.counts),
            writes: report.writes,
            throttled: report.throttled,
            latency_ms: report.timeline.latency.as_ref().map(LatencyLine::of),
            timeline: TimelineLine::of(&report.timeline),
            causes: &report.causes,
            redacted: report.is_redacted,
        }
    }
}

#[derive(Serialize)]
struct PlanLine<'a> {
    digest: &'a str,
    tool: &'a str,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a str>,
}

impl<'a> PlanLine<'a> {
    fn of(plan: &'a PlanInfo) -> Self {
        Self {
            digest: &plan.digest,
            tool: &plan.tool,
            created: rfc3339(plan.created),
            input: plan.input.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct RecorderLine<'a> {
    #[serde(flatten)]
    holder: &'a Holder,
    opened: String,
}

impl<'a> RecorderLine<'a> {
    fn of(recorder: &'a Recorder) -> Self {
        Self {
            holder: &recorder.holder,
            opened: rfc3339(recorder.opened),
        }
    }
}

#[derive(Serialize)]
struct CountsLine<'a> {
    total: u64,
    #[serde(flatten)]
    states: &'a Counts,
}

impl<'a> CountsLine<'a> {
    fn of(counts: &'a Counts) -> Self {
        Self {
            total: counts.total(),
            states: counts,
        }
    }
}

#[derive(Serialize)]
struct LatencyLine {
    p50: u64,
    p95: u64,
    p99: u64,
}

impl LatencyLine {
    fn of(latency: &Latency) -> Self {
        Self {
            p50: millis(latency.p50),
            p95: millis(latency.p95),
            p99: millis(latency.p99),
        }
    }
}

#[derive(Serialize)]
struct TimelineLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    step_ms: u64,
    steps: Vec<StepLine>,
}

#[derive(Serialize)]
struct StepLine {
    finished: u64,
    attention: u64,
    sent: u64,
    throttled: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<LatencyLine>,
}

impl TimelineLine {
    fn of(timeline: &Timeline) -> Self {
        let steps = timeline.buckets.iter().map(|bucket| StepLine {
            finished: bucket.finished,
            attention: bucket.attention,
            sent: bucket.sent,
            throttled: bucket.throttled,
            latency_ms: bucket.latency.as_ref().map(LatencyLine::of),
        });
        Self {
            start: timeline.start.map(rfc3339),
            step_ms: millis(timeline.step),
            steps: steps.collect(),
        }
    }
}

/// A profile, with its identity and changes as `billing bulk show` prints them.
#[derive(Serialize)]
struct ProfileLine<'a> {
    row: u64,
    #[serde(flatten)]
    profile: &'a ProfileId,
    #[serde(serialize_with = "state")]
    state: State,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<ChangeLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<String>,
    writes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a Cause>,
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Value>,
    /// `null` clears the member.
    new: Option<&'a Value>,
}

impl<'a> ProfileLine<'a> {
    fn of(row: &'a ReportRow) -> Self {
        let service = row.profile.service();
        let changes = row.changes.iter().map(|change| ChangeLine {
            path: service.short(&change.name()).to_owned(),
            old: change.old.as_ref(),
            new: change.new.as_ref(),
        });
        Self {
            row: row.number,
            profile: &row.profile,
            state: row.state,
            changes: changes.collect(),
            erased: row.erased.map(rfc3339),
            writes: row.writes,
            last_step: row.last_step.map(rfc3339),
            cause: row.cause.as_ref(),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Writes the name of a state.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub(crate) fn state<S: Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}

/// Writes profiles as in `arm/ACCOUNT/PROFILE`.
pub(crate) fn names<S: Serializer>(
    profiles: &[ProfileId],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(profiles.iter().map(ToString::to_string))
}
