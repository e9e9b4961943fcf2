//! Why a file cannot be written.

use std::io;

/// A file cannot be written. There is no part of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// There is a file, which must not be overwritten.
    #[error("{path} exists already; name another file, or overwrite it")]
    Exists {
        /// The file.
        path: String,
    },
    /// The storage failed: disk full, read-only, or no such folder.
    #[error("{path}: could not write it")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The format cannot hold a value. The row was not written; others can be.
    #[error("the value of {column} {problem}")]
    Value {
        /// The column of the value.
        column: String,
        /// What is wrong with it, without the value.
        problem: String,
    },
    /// The format has no room for another row.
    #[error("a sheet has at most 1,048,576 rows; write CSV or JSON Lines")]
    Full,
    /// The columns cannot be those of an input.
    #[error("{0}")]
    Columns(String),
    /// A row was read from a file of another form.
    #[error("the row is not one of this form")]
    OtherForm,
}

impl OutputError {
    /// Returns the error of a value that is longer than an input may have.
    pub(super) fn too_long(column: &str) -> Self {
        Self::Value {
            column: column.to_owned(),
            problem: "is longer than a row of an input may be".to_owned(),
        }
    }

    /// Returns the error of a value that is no text.
    pub(super) fn has_zero(column: &str) -> Self {
        Self::Value {
            column: column.to_owned(),
            problem: "has a zero byte, which a text cannot have".to_owned(),
        }
    }
}
