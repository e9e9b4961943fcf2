//! Profiles as a file in the form of an input, to be edited and planned.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use billing_bulk::export::{ExportOptions, export};
//! use billing_bulk::plan::{self, PlanOptions, PlanWriter};
//! use billing_bulk::{Edits, Members, Service, Targets};
//! use partner_client::PartnerClient;
//!
//! async fn customers(
//!     client: &PartnerClient,
//!     targets: &Targets,
//!     mut profiles: PlanWriter,
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     // A plan without edits holds the profiles as they were read. If it is interrupted, it
//!     // continues.
//!     let items = plan::all_customers(client, Edits::default());
//!     plan::make(items, &mut profiles, targets, PlanOptions::default()).await?;
//!     let options = ExportOptions::workbook();
//!     let members = Members::of(Service::Partner);
//!     export(&profiles, members, Path::new("customers.xlsx"), &options)?;
//!     profiles.discard()?;
//!     Ok(())
//! }
//! ```
//!
//! # Columns
//! First `service` and the ids of the profile, then a column for each member that can be written
//! and that a profile has, in the order of the schema, then the comments `#name` and `#etag`.
//! Profiles that could not be read have only their ids and the comment `#cause`. A list whose items
//! have read-only members is left out, because an input cannot set it.
//!
//! # Round trip
//! Planning a file that was not edited changes nothing, whatever the profiles contain: a cell that
//! is the stored value, to the letter, is no change, even if the value has spaces around it or is
//! the clear marker. An absent, a null and an empty member are empty cells. What a format cannot
//! hold is left out and reported ([`Exported::left_out`]). What somebody else changes in a profile
//! after it was exported shows in the plan as a change back.

mod columns;
mod error;
mod options;

use std::path::Path;

use billing_edit::Members;
use billing_models::Json;
use serde::Serialize;
use serde_json::Value;

use crate::document::Document;
use crate::export::columns::Columns;
use crate::input::{InputForm, InputFormat};
use crate::output::{OutputError, OutputFile};
use crate::plan::{Outcome, PlanRow, PlanStore};
use crate::profile::ProfileId;

pub use error::ExportError;
pub use options::ExportOptions;

/// How many values that were left out are listed.
const LISTED: usize = 100;

/// What was exported.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// The rows of the file.
    pub profiles: u64,
    /// Those of them that could not be read.
    pub unreadable: u64,
    /// The columns of the file.
    pub columns: Vec<String>,
    /// The number of values that the format cannot hold.
    pub values_left_out: u64,
    /// The first 100 of them.
    pub left_out: Vec<LeftOut>,
}

/// A value that the format of the file cannot hold.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// The profile.
    #[serde(flatten)]
    pub profile: ProfileId,
    /// The column, whose cell is empty.
    pub column: String,
    /// Why, without the value.
    pub problem: String,
}

/// Writes the profiles of an unfinished plan, which have these members, to a file. Blocks the
/// thread.
///
/// # Errors
/// There is a file that must not be overwritten, the storage failed, or the profiles cannot be
/// read. There is no part of the file.
pub fn export(
    profiles: &dyn PlanStore,
    members: &'static Members,
    path: &Path,
    options: &ExportOptions,
) -> Result<Exported, ExportError> {
    let mut columns = Columns::new(members, options.columns.as_deref());
    for row in profiles.rows()? {
        match &row?.outcome {
            Outcome::Unplanned(_) => columns.add_cause(),
            Outcome::Change { before, .. } | Outcome::NoChange { before } => {
                columns.add(&value(before));
            }
        }
    }
    columns.settle();
    let form = InputForm {
        columns: columns.names(),
        format: options.format.clone(),
    };
    let mut writer = Writer {
        file: OutputFile::create(path, &form, options.overwrite)?,
        is_json: matches!(
            form.format,
            InputFormat::JsonLines { .. } | InputFormat::JsonArray { .. }
        ),
        exported: Exported {
            columns: form.columns,
            ..Exported::default()
        },
    };
    for row in profiles.rows()? {
        let row = row?;
        writer.write(&row.profile, columns.cells(&row, document(&row).as_ref()))?;
        if row.outcome.cause().is_some() {
            writer.exported.unreadable = writer.exported.unreadable.saturating_add(1);
        }
    }
    writer.file.finish()?;
    Ok(writer.exported)
}

struct Writer {
    file: OutputFile,
    is_json: bool,
    exported: Exported,
}

impl Writer {
    /// Writes a row, without the values that the format cannot hold.
    fn write(
        &mut self,
        profile: &ProfileId,
        mut cells: Vec<Option<Value>>,
    ) -> Result<(), OutputError> {
        if self.is_json {
            for at in 0..cells.len() {
                // An input refuses it, since it is most likely meant to clear the member.
                if let Some(cell) = cells.get_mut(at)
                    && cell.as_ref().is_some_and(|value| value == "<clear>")
                {
                    *cell = None;
                    let column = self.exported.columns.get(at).cloned();
                    let problem = "is the clear marker, which JSON does not take as a text";
                    self.leave_out(profile, column.unwrap_or_default(), problem.to_owned());
                }
            }
        }
        loop {
            match self.file.write(&cells) {
                Err(OutputError::Value { column, problem }) => {
                    let at = self.exported.columns.iter().position(|it| *it == column);
                    let cell = at.and_then(|at| cells.get_mut(at));
                    if cell.and_then(Option::take).is_none() {
                        return Err(OutputError::Value { column, problem });
                    }
                    self.leave_out(profile, column, problem);
                }
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        self.exported.profiles = self.exported.profiles.saturating_add(1);
        Ok(())
    }

    fn leave_out(&mut self, profile: &ProfileId, column: String, problem: String) {
        self.exported.values_left_out = self.exported.values_left_out.saturating_add(1);
        if self.exported.left_out.len() < LISTED {
            self.exported.left_out.push(LeftOut {
                profile: profile.clone(),
                column,
                problem,
            });
        }
    }
}

/// Returns the document of a profile that could be read.
fn document(row: &PlanRow) -> Option<Value> {
    row.outcome.before().map(value)
}

/// Returns a document as the plan compares it.
fn value(document: &Document) -> Value {
    let json = serde_json::from_slice::<Json>(document.json());
    // Only JSON is stored.
    json.map(|json| json.to_value_lossy()).unwrap_or_default()
}
