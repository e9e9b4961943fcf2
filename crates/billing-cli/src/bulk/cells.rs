//! How the cells of an input are read.

use billing_bulk::input::InputOptions;
use billing_bulk::journal::RunInfo;
use serde::Deserialize;
use serde_json::Value;

use crate::shell::shell_word;

/// How the cells of an input are read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Cells {
    clear_marker: String,
    pub(super) trim: bool,
}

impl Default for Cells {
    fn default() -> Self {
        let options = InputOptions::default();
        Self {
            clear_marker: options.clear_marker().to_owned(),
            trim: options.trim(),
        }
    }
}

impl Cells {
    /// Returns how the cells of an input were read whose form a plan or a journal records.
    pub(super) fn of(form: Option<&str>) -> Self {
        let cells = form.and_then(|form| serde_json::from_str(form).ok());
        cells.unwrap_or_default()
    }

    /// Returns the reading of cells with the default marker.
    pub(super) fn with_default_marker(trim: bool) -> Self {
        Self {
            trim,
            ..Self::default()
        }
    }

    /// Returns how cells of further rows of a run are read: as those of its plans, if all had the
    /// same form.
    pub(super) fn of_run(run: &RunInfo) -> Self {
        match run.plans.as_slice() {
            [first, rest @ ..] if rest.iter().all(|plan| plan.form == first.form) => {
                Self::of(first.form.as_deref())
            }
            _ => Self::default(),
        }
    }

    /// Returns the options of an input whose cells are read so.
    pub(super) fn options(&self) -> InputOptions {
        let options = InputOptions::default().with_clear_marker(&self.clear_marker);
        match self.trim {
            true => options,
            false => options.without_trim(),
        }
    }

    /// Returns the options of `plan` that make of another way of reading this one, each after a
    /// space.
    pub(super) fn given(&self, other: &Self) -> String {
        let mut given = String::new();
        if self.clear_marker != other.clear_marker {
            let marker = shell_word(&self.clear_marker);
            given.push_str(&format!(" --clear-marker {marker}"));
        }
        if !self.trim && other.trim {
            given.push_str(" --no-trim");
        }
        given
    }

    /// Returns the value of a cell that is read in another way: its text with the spaces that
    /// count, and null for the marker that clears a member.
    pub(super) fn value(&self, text: &str, other: &Self) -> Value {
        let trimmed = text.trim();
        let is_marker = if self.trim { trimmed } else { text } == self.clear_marker;
        match (is_marker, self.trim && !other.trim) {
            (true, _) => Value::Null,
            (false, true) => trimmed.into(),
            (false, false) => text.into(),
        }
    }
}
