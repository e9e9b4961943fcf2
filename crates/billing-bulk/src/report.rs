//! Reports on a run, from its journal: a page for people, and the same data as JSON.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use billing_bulk::report::{Page, PageText, Report};
//! use billing_bulk::JournalReader;
//!
//! async fn page(
//!     journal: &dyn JournalReader,
//!     now: SystemTime,
//! ) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//!     let mut page = Page::default();
//!     let report = Report::read(journal, now, None, &mut |row| page.add(row)).await?;
//!     let mut html = Vec::new();
//!     page.write(&mut html, &report, &PageText::default())?;
//!     Ok(html)
//! }
//! ```

mod causes;
mod chart;
mod json;
mod page;
mod profiles;
mod read;
mod row;
mod samples;
mod seal;
mod timeline;
mod wording;

use std::time::SystemTime;

use serde_json::Value;

use crate::journal::{Counts, PlanInfo, Recorder, State};
use crate::run::Status;

pub use crate::report::causes::CauseGroup;
pub use crate::report::json::JsonReport;
pub use crate::report::page::{Page, PageText};
pub use crate::report::row::ReportRow;
pub use crate::report::seal::Seal;
pub use crate::report::timeline::{Bucket, Latency, Timeline};

/// What a journal says of a run as a whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// When the journal was read.
    pub time: SystemTime,
    /// The status of the run.
    pub status: Status,
    /// The plans of the run, oldest first.
    pub plans: Vec<PlanInfo>,
    /// The processes that worked on the run, oldest first.
    pub recorders: Vec<Recorder>,
    /// How many profiles are in each state, as their rows say.
    pub counts: Counts,
    /// When the first step was recorded.
    pub began: Option<SystemTime>,
    /// When the last step was recorded.
    pub last_step: Option<SystemTime>,
    /// How many writes were sent.
    pub writes: u64,
    /// How many of them the service throttled (429).
    pub throttled: u64,
    /// The course of the run.
    pub timeline: Timeline,
    /// Why profiles failed, conflict or are of unknown outcome, the most frequent cause first.
    pub causes: Vec<CauseGroup>,
    /// Whether personal values are sealed.
    pub is_redacted: bool,
}

impl Report {
    /// Returns how many profiles need someone's attention: failed, in conflict, or unknown.
    pub fn attention(&self) -> u64 {
        self.of([State::Failed, State::Conflict, State::Unknown])
    }

    /// Returns how many profiles the run still works on.
    pub fn open(&self) -> u64 {
        self.of([State::Planned, State::Sending, State::Accepted])
    }

    fn of(&self, states: [State; 3]) -> u64 {
        states.into_iter().map(|state| self.counts.of(state)).sum()
    }
}

/// Returns a value as reports show it; text has no quotes.
fn shown(value: &Value) -> String {
    billing_edit::visible(&billing_edit::value_text(value))
}

#[cfg(test)]
mod tests;
