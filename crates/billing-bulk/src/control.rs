//! What other processes want of a run, and what a run tells them.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::hold::Hold;
use crate::target::Cause;

/// What somebody wants of a run from outside its process.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Order {
    /// Send no new write until somebody resumes the run. It also holds the next process of the
    /// run.
    Pause,
    /// End the pause, and continue in spite of every [`Hold`] that needs a decision.
    Resume,
    /// Stop the process of the run, as [`StopHandle::stop`](crate::StopHandle::stop) does.
    Abort,
    /// Change how fast the process of the run sends requests: a text such as `5/s`, or `unlimited`.
    SetRate(String),
    /// Change how many profiles the process of the run works on at once.
    SetConcurrency(usize),
}

/// Who gave an order, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// Who, as `user@host`.
    pub who: String,
    /// When.
    #[serde(with = "millis")]
    pub time: SystemTime,
}

/// The orders that are in force, as a journal has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// Who paused the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<By>,
    /// How often the run was resumed.
    #[serde(default)]
    pub resumed: u64,
    /// The process that the other orders are for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessId>,
    /// Who aborted the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aborted: Option<By>,
    /// How fast it sends requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// How many profiles it works on at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<usize>,
    /// The last approval of a wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// How far the waves of a plan are approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The number of the plan in its journal, from 1.
    pub plan: u32,
    /// How many of its profiles were settled when somebody last approved a wave.
    pub settled: u64,
    /// Whether the run has stopped at the end of a wave since, because it had no one to ask. Its
    /// next start is the approval.
    pub has_stopped: bool,
}

/// What the process of a run changes in its orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlUpdate {
    /// A process begins to work on the run: the orders for the process before it are over, also if
    /// it has the same id.
    Begin,
    /// Somebody approved a wave, or the run stops at the end of one.
    Approve(Approval),
}

/// A process of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessId {
    /// Its id.
    pub process: Option<u32>,
    /// The name of the machine.
    pub host: Option<String>,
}

impl Control {
    /// Adds an order. `process` is the process that works on the run now.
    pub fn apply(&mut self, order: &Order, by: &By, process: Option<&ProcessId>) {
        if self.process.as_ref() != process {
            // The orders for an earlier process are over.
            self.process = process.cloned();
            self.aborted = None;
            self.rate = None;
            self.concurrency = None;
        }
        match order {
            Order::Pause => {
                self.paused.get_or_insert_with(|| by.clone());
            }
            Order::Resume => {
                self.paused = None;
                self.resumed = self.resumed.saturating_add(1);
            }
            Order::Abort => self.aborted = Some(by.clone()),
            Order::SetRate(rate) => self.rate = Some(rate.clone()),
            Order::SetConcurrency(concurrency) => self.concurrency = Some(*concurrency),
        }
    }

    /// Returns whether some orders are for one process only.
    pub(crate) fn is_for_a_process(&self) -> bool {
        self.aborted.is_some() || self.rate.is_some() || self.concurrency.is_some()
    }

    /// Makes a change of the process of the run.
    pub fn update(&mut self, update: &ControlUpdate) {
        match update {
            ControlUpdate::Begin => {
                *self = Self {
                    paused: self.paused.take(),
                    resumed: self.resumed,
                    approval: self.approval,
                    ..Self::default()
                }
            }
            ControlUpdate::Approve(approval) => self.approval = Some(*approval),
        }
    }
}

/// What a run waits for, as its process told last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// The process.
    pub process: ProcessId,
    /// When.
    #[serde(with = "millis")]
    pub time: SystemTime,
    /// Why requests wait; empty if none does.
    pub waits: Vec<Wait>,
    /// How many accepted writes the services have not finished.
    pub polls: u64,
    /// How many profiles are worked on at this moment.
    pub in_flight: u64,
    /// Why the process stopped before the end of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Cause>,
}

impl Activity {
    /// Returns whether both say the same, except of the time.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let time = self.time;
        *self
            == Self {
                time,
                ..other.clone()
            }
    }
}

/// Why requests of a run wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The reason: that of a [`Hold`], or `rate_limit`.
    pub reason: String,
    /// The reason in plain words.
    pub message: String,
    /// When the wait ends, if that is known.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "optional_millis"
    )]
    pub until: Option<SystemTime>,
}

impl From<&Hold> for Wait {
    fn from(hold: &Hold) -> Self {
        Self {
            reason: hold.reason().to_owned(),
            message: hold.to_string(),
            until: match hold {
                Hold::Window { until } => Some(*until),
                _ => None,
            },
        }
    }
}

/// Times as milliseconds since 1970.
mod millis {
    use super::{Deserialize as _, Duration, SystemTime};

    pub(super) fn of(time: &SystemTime) -> u64 {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn time(millis: u64) -> SystemTime {
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis));
        time.unwrap_or(SystemTime::UNIX_EPOCH)
    }

    pub(super) fn serialize<S: serde::Serializer>(
        time: &SystemTime,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_u64(of(time))
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        from: D,
    ) -> Result<SystemTime, D::Error> {
        u64::deserialize(from).map(time)
    }
}

/// Times that may be absent, as milliseconds since 1970.
mod optional_millis {
    use super::{Deserialize as _, Serialize as _, SystemTime, millis};

    pub(super) fn serialize<S: serde::Serializer>(
        time: &Option<SystemTime>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.as_ref().map(millis::of).serialize(to)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        from: D,
    ) -> Result<Option<SystemTime>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(millis::time))
    }
}
