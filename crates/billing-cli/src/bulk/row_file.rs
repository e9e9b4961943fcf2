//! A file of rows in the form in which they came.

use std::path::Path;

use billing_bulk::change::Change;
use billing_bulk::export::ExportOptions;
use billing_bulk::input::{Delimiter, Encoding, InputForm, InputFormat, Newline, RawRow};
use billing_bulk::journal::row::Row;
use billing_bulk::output::{OutputError, OutputFile};
use billing_bulk::plan::{PlanRow, Source};
use billing_bulk::run::hint;
use billing_bulk::target::Cause;
use billing_bulk::{ProfileId, Service};
use serde_json::Value;

use crate::bulk::cells::Cells;

/// The columns that tell about a row. Columns of these names are replaced.
pub(super) const COMMENTS: [&str; 5] = ["#file", "#line", "#code", "#cause", "#hint"];

/// The columns that name a profile.
const IDENTITY: [&str; 4] = [
    "service",
    "customer_id",
    "billing_account",
    "billing_profile",
];

/// What rows come from: the name and the form of the input, if it was a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub(super) name: Option<String>,
    form: Option<InputForm>,
    cells: Cells,
}

impl Origin {
    /// Returns the origin that a plan or a journal records.
    pub(super) fn of(name: Option<&str>, form: Option<&str>) -> Self {
        Self {
            name: name.map(str::to_owned),
            form: form.and_then(|form| serde_json::from_str(form).ok()),
            cells: Cells::of(form),
        }
    }
}

/// A row that is given back.
pub(super) struct GivenRow {
    /// The index of its origin.
    pub(super) origin: usize,
    profile: ProfileId,
    changes: Vec<Change>,
    location: Option<String>,
    raw: Option<RawRow>,
    cause: Option<Cause>,
}

impl GivenRow {
    /// Returns a row of a journal.
    pub(super) fn of_journal(row: Row) -> Self {
        let generation = usize::try_from(row.generation).unwrap_or_default();
        Self::new(
            generation.saturating_sub(1),
            row.profile,
            row.changes,
            row.source,
            row.cause,
        )
    }

    /// Returns a row of a plan.
    pub(super) fn of_plan(row: PlanRow, origin: usize) -> Self {
        let changes = row.outcome.changes().to_vec();
        let cause = row.outcome.cause().cloned();
        Self::new(origin, row.profile, changes, row.source, cause)
    }

    fn new(
        origin: usize,
        profile: ProfileId,
        changes: Vec<Change>,
        source: Source,
        cause: Option<Cause>,
    ) -> Self {
        Self {
            origin,
            profile,
            changes,
            location: source.location,
            raw: source.raw.and_then(|raw| serde_json::from_str(&raw).ok()),
            cause,
        }
    }

    fn comments(&self, origin: &Origin) -> [String; 5] {
        let name = origin.name.clone().unwrap_or_default();
        let location = self.location.as_deref().unwrap_or_default();
        // As in `customers.csv:14` and `customers.xlsx: Sheet1!7`.
        let line = location.strip_prefix(&name).unwrap_or(location);
        let line = line.trim_start_matches([':', ' ']);
        let (code, cause, hint) = match &self.cause {
            Some(cause) => (&*cause.code, &*cause.message, hint(cause)),
            None => ("", "", ""),
        };
        [&name, line, code, cause, hint].map(str::to_owned)
    }

    /// Returns the standard cells: those that name the profile, and those of its changes.
    fn standard_cells(&self) -> Vec<(String, Value)> {
        let service = self.profile.service();
        let mut cells = vec![("service", service.as_str().to_owned())];
        match &self.profile {
            ProfileId::Partner { customer_id } => cells.push(("customer_id", customer_id.clone())),
            ProfileId::Arm {
                billing_account,
                billing_profile,
            } => {
                cells.push(("billing_account", billing_account.clone()));
                cells.push(("billing_profile", billing_profile.clone()));
            }
        }
        let cells = cells.into_iter();
        let cells = cells.map(|(name, text)| (name.to_owned(), Value::String(text)));
        let members = self.changes.iter().map(|change| {
            let value = change.new.clone().unwrap_or(Value::Null);
            (member(service, change), value)
        });
        cells.chain(members).collect()
    }
}

fn member(service: Service, change: &Change) -> String {
    service.short(&change.name()).to_owned()
}

/// What the rows of a file have in common.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) rows: u64,
    /// The service of all rows, if they have one; for a file without the column `service`.
    pub(super) service: Option<Service>,
    /// The origins of the rows, in the order in which they were met.
    origins: Vec<usize>,
    /// The members of the changes.
    members: Vec<String>,
    /// Whether a row has no cells of its own: it was selected.
    is_incomplete: bool,
}

impl Survey {
    /// Adds a row.
    pub(super) fn add(&mut self, row: &GivenRow) {
        let service = row.profile.service();
        self.service = match self.rows {
            0 => Some(service),
            _ => self.service.filter(|it| *it == service),
        };
        self.rows = self.rows.saturating_add(1);
        if !self.origins.contains(&row.origin) {
            self.origins.push(row.origin);
        }
        self.is_incomplete |= row.raw.is_none();
        for change in &row.changes {
            let name = member(service, change);
            if !self.members.contains(&name) {
                self.members.push(name);
            }
        }
    }

    /// Returns how the file is written, if its cells are read in a certain way by default.
    pub(super) fn form(&self, origins: &[Origin], by_default: &Cells, out: &Path) -> RowForm {
        let used = self.origins.iter().filter_map(|at| origins.get(*at));
        let used: Vec<_> = used.collect();
        if let [first, rest @ ..] = used.as_slice()
            && let Some(form) = &first.form
            && (rest.iter()).all(|it| it.form == first.form && it.cells == first.cells)
            && !self.is_incomplete
            // No option of `plan` removes spaces that are kept by default.
            && (by_default.trim || !first.cells.trim)
        {
            return RowForm {
                form: form.clone().with_columns(COMMENTS),
                is_exact: true,
                cells: first.cells.clone(),
            };
        }
        let trim = by_default.trim && used.iter().all(|origin| origin.cells.trim);
        let cells = Cells::with_default_marker(trim);
        let used: Vec<_> = used.iter().map(|origin| origin.form.as_ref()).collect();
        let last = used.iter().rev().find_map(|form| *form);
        let format = match last {
            Some(form) => form.format.clone(),
            None => default_format(out),
        };
        let mut form = InputForm {
            columns: IDENTITY.map(str::to_owned).to_vec(),
            format,
        };
        for given in used.iter().flatten() {
            form = form.with_columns(given.columns.iter().map(String::as_str));
        }
        form = form.with_columns(self.members.iter().map(String::as_str));
        RowForm {
            form: form.with_columns(COMMENTS),
            is_exact: false,
            cells,
        }
    }
}

/// How rows are written.
pub(super) struct RowForm {
    pub(super) form: InputForm,
    /// Whether rows are written in the form of their input.
    pub(super) is_exact: bool,
    /// How their cells are to be read.
    pub(super) cells: Cells,
}

/// Returns the format of a file whose rows came from no file.
fn default_format(out: &Path) -> InputFormat {
    match ExportOptions::for_file(out) {
        Some(options) => options.format().clone(),
        None => InputFormat::Csv {
            delimiter: Delimiter::Comma,
            newline: Newline::Lf,
            encoding: Encoding::Utf8,
        },
    }
}

/// A file of rows that is being written.
pub(super) struct RowFile<'a> {
    file: OutputFile,
    form: &'a RowForm,
    origins: &'a [Origin],
}

impl<'a> RowFile<'a> {
    /// Begins the file.
    ///
    /// # Errors
    /// As for [`OutputFile::create`].
    pub(super) fn create(
        path: &Path,
        form: &'a RowForm,
        origins: &'a [Origin],
        overwrite: bool,
    ) -> Result<Self, OutputError> {
        Ok(Self {
            file: OutputFile::create(path, &form.form, overwrite)?,
            form,
            origins,
        })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// As for [`OutputFile::write`].
    pub(super) fn write(&mut self, row: &GivenRow) -> Result<(), OutputError> {
        let default = Origin::default();
        let origin = self.origins.get(row.origin).unwrap_or(&default);
        let texts = row.comments(origin);
        if let (Some(raw), true) = (&row.raw, self.form.is_exact) {
            let comments: Vec<_> = COMMENTS
                .into_iter()
                .zip(texts.iter().map(String::as_str))
                .collect();
            return self.file.write_raw(raw, &comments);
        }
        let is_table = matches!(
            self.form.form.format,
            InputFormat::Csv { .. } | InputFormat::Xlsx { .. }
        );
        let mut cells = row.standard_cells();
        if let (Some(RawRow::Cells(raw)), Some(form), true) = (&row.raw, &origin.form, is_table) {
            // The row names its profile in its own columns.
            cells.truncate(1);
            let named = form.columns.iter().zip(raw);
            let named = named.filter(|(_, text)| !text.is_empty());
            let cells_of_file = &self.form.cells;
            let named =
                named.map(|(name, text)| (name.clone(), origin.cells.value(text, cells_of_file)));
            cells.extend(named);
        }
        let comments = COMMENTS.into_iter().zip(texts);
        let comments = comments.filter(|(_, text)| !text.is_empty());
        let comments: Vec<_> = comments
            .map(|(name, text)| (name.to_owned(), Value::String(text)))
            .collect();
        cells.retain(|(name, _)| !COMMENTS.contains(&name.as_str()));
        cells.extend(comments);
        let columns = self.form.form.columns.iter();
        let values = columns.map(|column| {
            let mut found = cells.iter().rev();
            let found = found.find(|(name, _)| name == column);
            found.map(|(_, value)| value.clone())
        });
        self.file.write(&values.collect::<Vec<_>>())
    }

    /// Completes the file.
    ///
    /// # Errors
    /// As for [`OutputFile::finish`].
    pub(super) fn finish(self) -> Result<(), OutputError> {
        self.file.finish()
    }
}
