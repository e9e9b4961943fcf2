//! Rows of a journal's tables as they are stored, for the proof that nothing was changed.

use std::fmt;

use rusqlite::types::Value;

use crate::journal::chain::Hash;
use crate::journal::entry::of;

/// A table of a journal that the proof is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// What the journal is about.
    Run,
    /// The plans.
    Plans,
    /// The processes that recorded something.
    Holders,
    /// What the plans say of each profile.
    Profiles,
    /// What is known of each profile now.
    Progress,
    /// The documents as the service stored them.
    Outcomes,
    /// Every step.
    History,
}

impl Table {
    /// Returns the name of the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Plans => "plans",
            Self::Holders => "holders",
            Self::Profiles => "profiles",
            Self::Progress => "progress",
            Self::Outcomes => "outcomes",
            Self::History => "history",
        }
    }

    /// Returns the columns in the order in which they are hashed, with the key first.
    pub(crate) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Run => &["id", "journal_id", "bindings", "has_begun"],
            Self::Plans => &[
                "number",
                "digest",
                "tool",
                "created",
                "input_name",
                "input_form",
                "first_row",
                "last_row",
            ],
            Self::Holders => &["id", "process", "host", "user_name", "tool", "opened"],
            Self::Profiles => &[
                "number",
                "generation",
                "previous",
                "key",
                "profile",
                "document",
                "etag",
                "hash",
                "changes",
                "location",
                "raw",
                "erased",
            ],
            Self::Progress => &[
                "number",
                "state",
                "attempt",
                "request_id",
                "sent",
                "body",
                "body_sha256",
                "if_match",
                "token",
                "cause",
                "steps",
                "replaced_by",
                "salt",
            ],
            Self::Outcomes => &["number", "document", "etag", "hash"],
            Self::History => &[
                "id",
                "number",
                "time",
                "state",
                "attempt",
                "request_id",
                "cause",
                "holder",
                "service_request_id",
                "correlation_id",
                "commitment",
            ],
        }
    }

    /// Returns the column that binds a row to others, if the table has one.
    pub(crate) fn binding(self) -> Option<&'static str> {
        match self {
            Self::Profiles => Some("commitment"),
            Self::History => Some("chain"),
            _ => None,
        }
    }
}

/// A row of a table as it is stored.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// The columns of [`Table::columns`].
    pub(crate) values: Vec<Value>,
    /// The checksum that is stored with the row; `None` in a storage that has its own.
    pub(crate) checksum: Option<Vec<u8>>,
    /// The column of [`Table::binding`].
    pub(crate) binding: Option<Vec<u8>>,
}

// The values are about a person.
impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("key", &self.key())
            .finish_non_exhaustive()
    }
}

impl Stored {
    /// Returns the key: the first column.
    pub(crate) fn key(&self) -> i64 {
        self.integer(0).unwrap_or_default()
    }

    /// Returns a column that is a number.
    pub(crate) fn integer(&self, column: usize) -> Option<i64> {
        match self.values.get(column) {
            Some(Value::Integer(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns a column that is a text.
    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        match self.values.get(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns a column that is a hash or a salt.
    pub(crate) fn hash(&self, column: usize) -> Option<Hash> {
        match self.values.get(column) {
            Some(Value::Blob(bytes)) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }

    /// Returns the checksum of the columns from one on.
    pub(crate) fn computed(&self, from: usize) -> Hash {
        of(self.values.iter().skip(from).map(Into::into))
    }
}
