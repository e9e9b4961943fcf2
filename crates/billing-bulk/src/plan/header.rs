//! What a plan says before its rows.

use std::time::SystemTime;

use crate::binding::Binding;
#[cfg(feature = "input")]
use crate::input::{Input, InputForm, RawRow};
#[cfg(feature = "input")]
use crate::plan::row::PlanRow;

/// What a plan says before its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanHeader {
    /// The name and version of the tool that makes the plan.
    pub tool: String,
    /// When it was begun.
    pub created: SystemTime,
    /// When it is no longer applied.
    pub expires: SystemTime,
    /// What it is bound to, one for each service.
    pub bindings: Vec<Binding>,
    /// The id of the journal whose run it continues with a further generation of rows; `None` for
    /// the first plan of a run.
    pub continues: Option<String>,
    /// From what it is made.
    pub input: PlanInput,
}

/// From what a plan is made. An unfinished plan is continued only with the same `sha256` and
/// `options`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanInput {
    /// The name of the input, such as `customers.csv`; `None` if the profiles were selected.
    pub name: Option<String>,
    /// The SHA-256 of the input's bytes, in lower-case hexadecimal; empty if there is no file.
    pub sha256: String,
    /// What else decides about the rows, such as the sheet and the edits of a selection: JSON.
    pub options: String,
    /// The form in which the input came, so that rows can be written back the same way: JSON.
    pub form: Option<String>,
}

#[cfg(feature = "input")]
impl PlanHeader {
    /// Returns the comments of a row in the input, each with its column, such as `#ticket`.
    pub fn comments(&self, row: &PlanRow) -> Vec<(String, String)> {
        let form = self.input.form.as_deref();
        let form: Option<InputForm> = form.and_then(|form| serde_json::from_str(form).ok());
        let raw = row.source.raw.as_deref();
        let raw: Option<RawRow> = raw.and_then(|raw| serde_json::from_str(raw).ok());
        match (form, raw) {
            (Some(form), Some(raw)) => raw.comments(&form.columns),
            _ => Vec::new(),
        }
    }
}

#[cfg(feature = "input")]
impl PlanInput {
    /// Returns what a plan says about a checked input.
    pub fn of(input: &Input) -> Self {
        let sha256 = input.sha256().map(|byte| format!("{byte:02x}")).concat();
        Self {
            name: Some(input.name()),
            sha256,
            // Writing JSON fails for keys that are not text; these have none.
            options: serde_json::to_string(input.options()).unwrap_or_default(),
            form: serde_json::to_string(&StoredForm::of(input)).ok(),
        }
    }
}

/// The form of an input, and how its cells were read.
#[cfg(feature = "input")]
#[derive(serde::Serialize)]
struct StoredForm<'a> {
    #[serde(flatten)]
    form: &'a InputForm,
    clear_marker: &'a str,
    trim: bool,
}

#[cfg(feature = "input")]
impl<'a> StoredForm<'a> {
    fn of(input: &'a Input) -> Self {
        Self {
            form: input.form(),
            clear_marker: input.options().clear_marker(),
            trim: input.options().trim(),
        }
    }
}
