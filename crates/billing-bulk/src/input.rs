//! Files of changes, one row per profile: CSV, XLSX, JSON Lines and JSON arrays.
//!
//! ```
//! use billing_bulk::input::{Input, InputOptions, InputSource};
//! use billing_bulk::{ProfileId, Service};
//!
//! let source = InputSource::Bytes {
//!     name: "customers.csv".to_owned(),
//!     bytes: "customer_id;email;defaultAddress.city;# ticket\n\
//!             4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04;billing@example.com;<clear>;T-81\n"
//!         .into(),
//! };
//! let options = InputOptions::default().with_service(Service::Partner);
//! let input = Input::check(source, options)?;
//! assert_eq!(input.counts().rows, 1);
//! for row in input.rows()? {
//!     let row = row?;
//!     assert_eq!(row.profile.key(), "partner/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04");
//!     assert_eq!(row.edits.iter().count(), 2);
//! }
//! # Ok::<(), billing_bulk::input::InputError>(())
//! ```
//!
//! [`Input::check`] reads everything once and finds all mistakes; nothing is sent before. Then
//! [`Input::rows`] reads it again, row by row, and the input must still have the same SHA-256.
//!
//! # Formats
//! The content decides, and a known extension must agree with it.
//!
//! | format | details |
//! |---|---|
//! | CSV | [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180): `,`, `;` or tab, found from the header; LF or CRLF; a header in the first row |
//! | XLSX | one sheet, the first visible one by default; a header in the first row that is not empty; hidden rows count |
//! | JSON Lines | one object per line |
//! | JSON array | one array of objects |
//!
//! Text is UTF-8 with or without a byte order mark, or UTF-16 with one. Another encoding is refused
//! by its name, if that can be guessed. Empty rows are skipped.
//!
//! # Columns
//! Names are exact. In JSON they are the names of members, and nested objects mean the same as
//! dotted paths: `{"defaultAddress": {"city": "Oslo"}}` is `defaultAddress.city`.
//!
//! | column | content |
//! |---|---|
//! | `service` | `partner` or `arm`; not needed with [`InputOptions::with_service`] |
//! | `customer_id` | the GUID of a Partner Center customer |
//! | `billing_account`, `billing_profile` | the names of a profile of Azure Resource Manager |
//! | `resource_id` | the resource id of such a profile, in place of its names |
//! | a name that begins with `#` | a comment, kept in [`InputRow::raw`] |
//! | all others | the path of a member that can be written, such as `email` or `address.city`, as [the api version](InputOptions::with_api_version) has it |
//!
//! A file may have rows of both services. The cells of the other service's columns must be empty.
//!
//! # Cells
//! - An empty cell leaves the member unchanged, and `<clear>` ([another
//!   marker](InputOptions::with_clear_marker)) clears it. In JSON, a missing name leaves it
//!   unchanged and `null` clears it.
//! - Text is taken as it is. Other members take JSON: `true`, `5`, `["a"]`. In JSON the value must
//!   have the member's type.
//! - Spaces around a cell are removed: silently from identities, also no-break spaces, and counted
//!   from members ([`InputOptions::without_trim`] keeps those). JSON values are exact.
//! - A cell of text that is the stored value, to the letter, changes nothing, even if it has spaces
//!   around it or is the clear marker ([`InputRow::literal`]): what [`export`](crate::export) has
//!   written is no change before it is edited. Text that differs from the marker in letter case
//!   only can be nothing but the stored value ([`InputRow::like_marker`]).
//! - A number, a date or `TRUE` in a cell of a sheet is a mistake where the member is text: a
//!   postal code that was typed into such a cell has lost its zeros. So are merged cells, and a
//!   formula whose result is not in the file.
//!
//! # Memory and limits
//! The rows of text stream: memory is bounded whatever the size of the file, except 36 bytes per
//! row (60 for a moment) that find duplicates while the input is checked. A sheet is held in memory
//! as a whole, about 40 bytes per cell and its text; so are [`InputSource::Bytes`]. A cell has at
//! most 64 KiB, a row 1 MiB and 1,000 columns, JSON 32 levels, a workbook 64 MiB and 256 MiB after
//! decompression. Reading blocks the thread.

mod columns;
mod csv;
mod duplicates;
mod encoding;
mod form;
mod identity;
pub(crate) mod json;
pub(crate) mod limits;
mod location;
mod mistake;
mod options;
mod reader;
mod record;
mod row;
mod rows;
mod shard;
mod source;
mod text;
mod xlsx;

pub use encoding::Encoding;
pub use form::{Delimiter, InputForm, InputFormat, Newline};
pub use location::Location;
pub use mistake::{InputError, Mistake, Mistakes};
pub use options::InputOptions;
pub use record::RawRow;
pub use rows::{InputRow, InputRows};
pub use shard::{Shard, ShardError};
pub use source::InputSource;

use billing_edit::Service;

use crate::profile::ProfileId;
use columns::Columns;
use duplicates::Duplicates;
use mistake::Stop;
use reader::{RowReader, Workbook};
use row::CheckedRow;

/// An input without mistakes.
#[derive(Debug)]
pub struct Input {
    source: InputSource,
    options: InputOptions,
    form: InputForm,
    sha256: [u8; 32],
    counts: InputCounts,
    /// The workbook, which is not read again.
    workbook: Option<Workbook>,
}

/// What an input has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputCounts {
    /// The rows that are used.
    pub rows: u64,
    /// Those of them that are of Partner Center; the others are of Azure Resource Manager.
    pub partner: u64,
    /// Those of them that change nothing.
    pub unchanged: u64,
    /// The rows of other [shards](Shard), which are not used.
    pub other_shards: u64,
    /// The cells of members from which spaces were removed.
    pub trimmed: u64,
}

impl Input {
    /// Reads and checks an input. Blocks the thread.
    ///
    /// # Errors
    /// The input cannot be read, or has mistakes: all of them, by their location. Nothing was sent.
    pub fn check(
        source: impl Into<InputSource>,
        options: InputOptions,
    ) -> Result<Self, InputError> {
        let source = source.into();
        let mut check = Check {
            mistakes: Mistakes::new(&source.name()),
            columns: Columns::new(options.arm_members()),
            counts: InputCounts::default(),
        };
        let found = check.run(&source, &options);
        let found = found.map_err(|stop| match stop {
            Stop::Io(error) => Some(error),
            Stop::Mistake(mistake) => {
                check.mistakes.add(mistake);
                None
            }
            Stop::Mistakes(mistakes) => {
                mistakes.into_iter().for_each(|one| check.mistakes.add(one));
                None
            }
        });
        let (format, sha256, workbook) = match found {
            Ok(found) if check.mistakes.is_empty() => found,
            Err(Some(error)) => {
                return Err(InputError::Read {
                    name: source.name(),
                    source: error,
                });
            }
            Ok(_) | Err(None) => return Err(check.mistakes.into()),
        };
        let form = InputForm {
            columns: check.columns.names().to_vec(),
            format,
        };
        Ok(Self {
            source,
            options,
            form,
            sha256,
            counts: check.counts,
            workbook,
        })
    }

    /// Reads the rows. Blocks the thread while an item is read.
    ///
    /// # Errors
    /// The input cannot be read, or changed after it was checked.
    pub fn rows(&self) -> Result<InputRows, InputError> {
        let mut columns = Columns::new(self.options.arm_members());
        let opened = match &self.workbook {
            Some(workbook) => workbook.reader(&self.options, &mut columns),
            None => RowReader::open(&self.source, &self.options, &mut columns),
        };
        let name = self.source.name();
        let reader = match opened {
            Ok((reader, _)) => reader,
            Err(Stop::Io(source)) => return Err(InputError::Read { name, source }),
            Err(Stop::Mistake(_) | Stop::Mistakes(_)) => return Err(InputError::Changed { name }),
        };
        Ok(InputRows {
            name,
            options: self.options.clone(),
            columns,
            reader: Some(reader),
            sha256: self.sha256,
            number: 0,
        })
    }

    /// Returns the name that locations and errors have.
    pub fn name(&self) -> String {
        self.source.name()
    }

    /// Returns the form in which the input came.
    pub fn form(&self) -> &InputForm {
        &self.form
    }

    /// Returns how the input is read.
    pub fn options(&self) -> &InputOptions {
        &self.options
    }

    /// Returns the SHA-256 of the input's bytes.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Returns what the input has.
    pub fn counts(&self) -> InputCounts {
        self.counts
    }

    /// Returns the services of the rows that are used.
    pub fn services(&self) -> Vec<Service> {
        let InputCounts { rows, partner, .. } = self.counts;
        let services = [
            (Service::Partner, partner),
            (Service::Arm, rows.saturating_sub(partner)),
        ];
        let used = services.into_iter().filter(|(_, rows)| *rows > 0);
        used.map(|(service, _)| service).collect()
    }

    /// Returns what people should know before they continue, one line each: the detected format,
    /// removed spaces, rows that change nothing, and rows of other shards.
    pub fn notes(&self) -> Vec<String> {
        let InputCounts {
            rows,
            unchanged,
            other_shards,
            trimmed,
            ..
        } = self.counts;
        let name = self.source.name();
        let mut notes = vec![format!("{name}: {}, rows: {rows}", self.form.format)];
        let mut note = |count: u64, text: &str| {
            if count > 0 {
                notes.push(format!("{text}: {count}"));
            }
        };
        note(
            trimmed,
            "cells from which spaces around the text were removed",
        );
        note(unchanged, "rows that change nothing");
        note(other_shards, "rows that belong to other shards");
        notes
    }
}

/// The first reading of an input.
struct Check {
    mistakes: Mistakes,
    columns: Columns,
    counts: InputCounts,
}

impl Check {
    fn run(
        &mut self,
        source: &InputSource,
        options: &InputOptions,
    ) -> Result<(InputFormat, [u8; 32], Option<Workbook>), Stop> {
        let (mut reader, header) = RowReader::open(source, options, &mut self.columns)?;
        header.into_iter().for_each(|one| self.mistakes.add(one));
        let mut duplicates = Duplicates::default();
        let mut last = None;
        let ended = loop {
            let record = match reader.next(&mut self.columns) {
                Ok(Some(record)) => record,
                Ok(None) => break Ok(()),
                Err(stop) => break Err(stop),
            };
            let row = row::check(&record, &self.columns, options);
            if let Some(profile) = &row.profile {
                duplicates.add(profile, &record.location);
                self.count(profile, &row, options);
            }
            row.mistakes
                .into_iter()
                .for_each(|one| self.mistakes.add(one));
            last = Some(record.location);
        };
        let is_empty = last.is_none() && self.mistakes.is_empty();
        if let Some(last) = last {
            let (mistakes, count) = duplicates.find(&last);
            self.mistakes.merge(mistakes, count);
        }
        ended?;
        if is_empty {
            return Err(Mistake::new("it has no rows").into());
        }
        let format = reader.format().clone();
        let workbook = reader.workbook().cloned();
        Ok((format, reader.finish()?, workbook))
    }

    fn count(&mut self, profile: &ProfileId, row: &CheckedRow, options: &InputOptions) {
        let shard = options.shard();
        if shard.is_some_and(|shard| !shard.contains(profile)) {
            self.counts.other_shards = self.counts.other_shards.saturating_add(1);
            return;
        }
        self.counts.rows = self.counts.rows.saturating_add(1);
        if profile.service() == Service::Partner {
            self.counts.partner = self.counts.partner.saturating_add(1);
        }
        self.counts.trimmed = self.counts.trimmed.saturating_add(row.trimmed);
        if row.edits.is_empty() {
            self.counts.unchanged = self.counts.unchanged.saturating_add(1);
        }
    }
}
