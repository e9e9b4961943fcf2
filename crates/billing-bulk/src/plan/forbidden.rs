//! Profiles that are refused with 403, until it is known whether all are.

use crate::plan::sign_in::{ENOUGH_FORBIDDEN, without_permission};
use crate::target::Cause;

/// The first profiles, as long as all of them are refused with 403 and the same code.
pub(super) struct Forbidden<T> {
    rows: Vec<T>,
    /// The cause of the last of them.
    cause: Option<Cause>,
    /// Whether another result has come.
    is_over: bool,
}

impl<T> Default for Forbidden<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            cause: None,
            is_over: false,
        }
    }
}

impl<T> Forbidden<T> {
    /// Sets a row aside that was refused as all before it, and returns the rows that are known not
    /// to be refused for lack of a permission.
    pub(super) fn sort(&mut self, cause: Option<Cause>, row: T) -> Vec<T> {
        let cause = cause.filter(|cause| cause.status == Some(403));
        let is_same = |cause: &Cause| (self.cause.as_ref()).is_none_or(|it| it.code == cause.code);
        if !self.is_over
            && let Some(cause) = cause.filter(is_same)
        {
            self.cause = Some(cause);
            self.rows.push(row);
            return Vec::new();
        }
        self.is_over = true;
        let mut rows = std::mem::take(&mut self.rows);
        rows.push(row);
        rows
    }

    /// Returns the cause if so many rows were refused that the sign-in is to blame.
    pub(super) fn everywhere(&self) -> Option<Cause> {
        let is_enough = self.rows.len() >= ENOUGH_FORBIDDEN;
        self.cause
            .as_ref()
            .filter(|_| is_enough)
            .map(without_permission)
    }

    pub(super) fn into_rows(self) -> Vec<T> {
        self.rows
    }
}
