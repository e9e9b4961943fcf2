//! What is wrong with a journal that was changed outside of a run.

use std::fmt;

use crate::journal::JournalError;

/// Where a journal is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What the journal is about.
    Run,
    /// A plan, by its number.
    Plan(i64),
    /// A process that recorded something, by its number.
    Recorder(i64),
    /// An entry of the history, by its number.
    Entry(i64),
    /// A row, by its number, and its profile if it is known.
    Row(i64, Option<String>),
    /// The head of the chain.
    Head,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run => f.write_str("the run"),
            Self::Plan(number) => write!(f, "plan {number}"),
            Self::Recorder(number) => write!(f, "process {number}"),
            Self::Entry(number) => write!(f, "entry {number}"),
            Self::Row(number, Some(profile)) => write!(f, "row {number} ({profile})"),
            Self::Row(number, None) => write!(f, "row {number}"),
            Self::Head => f.write_str("the head of the chain"),
        }
    }
}

/// The first thing in a journal that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Altered {
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub problem: &'static str,
}

/// A journal was not verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal was changed.
    #[error(transparent)]
    Altered(#[from] Altered),
}

/// Returns the error if something is not as it should be.
pub(super) fn check(
    is_right: bool,
    place: impl FnOnce() -> Place,
    problem: &'static str,
) -> Result<(), Altered> {
    if is_right {
        return Ok(());
    }
    Err(Altered {
        place: place(),
        problem,
    })
}
