//! Why a journal cannot be opened, read or written.

use std::path::Path;

use billing_core::RequestId;

use crate::journal::holder::Holder;
use crate::journal::state::State;
use crate::sqlite::error::FileError;

/// A journal cannot be opened, read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Another process has the journal open for a run.
    #[error("{journal} is in use by {holder}; wait until it has ended")]
    InUse {
        /// The journal.
        journal: String,
        /// The process.
        holder: Holder,
    },
    /// The storage failed: disk full, read-only, damaged, or no connection.
    #[error("{journal}: {problem}")]
    Storage {
        /// The journal.
        journal: String,
        /// What failed, and the next step.
        problem: String,
    },
    /// The address of a database is invalid. Nothing was connected to.
    #[error("{journal}: {problem}")]
    Address {
        /// The address, without a password, as far as it could be read.
        journal: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such journal in the database.
    #[error("{journal}: there is no such journal; a plan that is applied creates it")]
    Missing {
        /// The journal.
        journal: String,
    },
    /// The file is not a journal.
    #[error("{journal} is {}not a journal", found.map(|found| format!("a {found}, ")).unwrap_or_default())]
    OtherKind {
        /// The file.
        journal: String,
        /// What it is, if that is known: `plan`.
        found: Option<&'static str>,
    },
    /// The journal is damaged, or has the format of another version.
    #[error("{journal}: {problem}")]
    Format {
        /// The journal.
        journal: String,
        /// What is wrong with it, and the next step.
        problem: String,
    },
    /// The rows of the plan cannot be read.
    #[error("{problem}")]
    Plan {
        /// The plan, what is wrong, and the next step.
        problem: String,
    },
    /// A profile cannot be erased yet: the run still needs its data.
    #[error("row {row} is {state}: the run still needs its data")]
    Open {
        /// The number of the row.
        row: u64,
        /// The present state.
        state: State,
    },
    /// The journal has no such profile.
    #[error("the journal has no profile {profile}")]
    NoProfile {
        /// The profile.
        profile: String,
    },
    /// The state machine does not allow a transition: a bug, never the user's fault.
    #[error("profile {row} cannot go from {from} to {to}")]
    Transition {
        /// The number of the row.
        row: u64,
        /// The present state.
        from: State,
        /// The requested state.
        to: State,
    },
    /// A row whose write is not settled was to be replaced: a bug, never the user's fault.
    #[error("profile {row} is {state} and cannot be replaced")]
    Unsettled {
        /// The number of the row.
        row: u64,
        /// Its state.
        state: State,
    },
    /// A request id was to be sent with another body than before: a bug, never the user's fault.
    #[error("profile {row}: request id {request_id} already stands for another body")]
    OtherBody {
        /// The number of the row.
        row: u64,
        /// The request id.
        request_id: RequestId,
    },
}

impl JournalError {
    pub(crate) fn of(path: &Path, error: FileError) -> Self {
        let journal = path.display().to_string();
        match error {
            FileError::Storage(problem) => Self::Storage { journal, problem },
            FileError::Format(problem) => Self::Format { journal, problem },
            FileError::OtherKind(found) => Self::OtherKind { journal, found },
            FileError::Older { version } => Self::Format {
                journal,
                problem: format!(
                    "the journal has format {version} of an older version of this tool; use that \
                     version"
                ),
            },
            FileError::Newer { version } => Self::Format {
                journal,
                problem: format!(
                    "the journal has format {version} of a newer version of this tool; use that \
                     version"
                ),
            },
        }
    }
}
