//! Why the file of a plan cannot be written, read or applied.

use std::path::Path;
use std::time::SystemTime;

use billing_edit::Service;

use crate::sqlite::error::FileError;
use crate::time::utc;

/// The file of a plan cannot be written, read or applied. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// The storage failed: disk full, read-only, or in use.
    #[error("{plan}: {problem}")]
    Storage {
        /// The plan.
        plan: String,
        /// What failed, and the next step.
        problem: String,
    },
    /// The file is not a plan.
    #[error("{plan} is {}not a plan", found.map(|found| format!("a {found}, ")).unwrap_or_default())]
    OtherKind {
        /// The file.
        plan: String,
        /// What it is, if that is known: `journal`.
        found: Option<&'static str>,
    },
    /// The plan is damaged.
    #[error("{plan}: {problem}")]
    Format {
        /// The plan.
        plan: String,
        /// What is wrong with it, and the next step.
        problem: String,
    },
    /// An older version of this tool made the plan.
    #[error("{plan} was made by an older version (format {version}); make it again")]
    Older {
        /// The plan.
        plan: String,
        /// The version of its format.
        version: i32,
    },
    /// A newer version of this tool made the plan.
    #[error("{plan} was made by a newer version (format {version}); apply it with that version")]
    Newer {
        /// The plan.
        plan: String,
        /// The version of its format.
        version: i32,
    },
    /// The plan does not have all rows: making it was interrupted.
    #[error("{plan} is unfinished; make it again with the same input and options, which continues")]
    Unfinished {
        /// The plan.
        plan: String,
    },
    /// The plan has changed since it was made.
    #[error("{plan} was edited or damaged after it was made; make a new plan")]
    Edited {
        /// The plan.
        plan: String,
    },
    /// The plan is too old.
    #[error("{plan} expired at {}; make a new plan", utc(*.expired))]
    Expired {
        /// The plan.
        plan: String,
        /// When it expired.
        expired: SystemTime,
    },
    /// The plan has profiles of a service without a connection.
    #[error("{plan} has profiles of {service}, and there is no connection to it")]
    NotConnected {
        /// The plan.
        plan: String,
        /// The service.
        service: Service,
    },
    /// The plan is for another endpoint, api version or tenant.
    #[error(
        "{plan} is for the {what} {planned} of {service}, and the connection is to {connected}"
    )]
    OtherBinding {
        /// The plan.
        plan: String,
        /// The service.
        service: Service,
        /// What differs: `endpoint`, `api version` or `tenant`.
        what: &'static str,
        /// That of the plan.
        planned: String,
        /// That of the connection.
        connected: String,
    },
    /// The plan continues the run of another journal, or was applied with another one before.
    #[error("{plan} belongs to another journal, {journal}; name that one")]
    OtherJournal {
        /// The plan.
        plan: String,
        /// The id of the other journal.
        journal: String,
    },
    /// The journal is that of another plan.
    #[error("the journal belongs to another plan than {plan}; name the journal of this plan")]
    OtherPlan {
        /// The plan.
        plan: String,
    },
    /// The plan continues a run, and has profiles of another service or another endpoint.
    #[error("{plan} has profiles of {service}, which the run of the journal does not have there")]
    OtherService {
        /// The plan.
        plan: String,
        /// The service.
        service: Service,
    },
    /// The file is a finished plan already.
    #[error("{plan} is a finished plan; name another file, or overwrite it")]
    Finished {
        /// The plan.
        plan: String,
    },
    /// The file is an unfinished plan of something else.
    #[error("{plan} is an unfinished plan with another {what}; name another file, or overwrite it")]
    OtherInput {
        /// The plan.
        plan: String,
        /// What differs: `input`, `set of options`, `connection`, `journal to continue` or
        /// `version of the tool`.
        what: &'static str,
    },
    /// Rows were written out of order: a bug, never the user's fault.
    #[error("row {row} was written after row {last}")]
    Order {
        /// The number of the row.
        row: u64,
        /// The number of the row before it.
        last: u64,
    },
}

impl PlanFileError {
    pub(crate) fn of(path: &Path, error: FileError) -> Self {
        let plan = path.display().to_string();
        match error {
            FileError::Storage(problem) => Self::Storage { plan, problem },
            FileError::Format(problem) => Self::Format { plan, problem },
            FileError::OtherKind(found) => Self::OtherKind { plan, found },
            FileError::Older { version } => Self::Older { plan, version },
            FileError::Newer { version } => Self::Newer { plan, version },
        }
    }
}
