//! Opens an input of any format and reads its rows.

use std::io::{Cursor, Read};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::input::columns::Columns;
use crate::input::csv::CsvReader;
use crate::input::form::InputFormat;
use crate::input::json::JsonReader;
use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::{Mistake, Stop};
use crate::input::options::InputOptions;
use crate::input::record::Record;
use crate::input::source::InputSource;
use crate::input::text::Text;
use crate::input::xlsx::{self, Sheet, SheetReader};

/// Reads the rows of an input of any format.
pub(super) enum RowReader {
    Csv(CsvReader),
    Json(JsonReader),
    Xlsx(SheetReader, Workbook),
}

/// A workbook that was read: its sheet, and the SHA-256 of the file.
#[derive(Clone, Debug)]
pub(super) struct Workbook {
    sheet: Arc<Sheet>,
    sha256: [u8; 32],
}

impl RowReader {
    /// Opens an input and reads the header, if the format has one. Returns what is wrong with it.
    ///
    /// # Errors
    /// An input whose rows cannot be read.
    pub(super) fn open(
        source: &InputSource,
        options: &InputOptions,
        columns: &mut Columns,
    ) -> Result<(Self, Vec<Mistake>), Stop> {
        let mut stream = source.open()?;
        let mut head = Vec::new();
        stream.by_ref().take(8).read_to_end(&mut head)?;
        let is_workbook = head.starts_with(b"PK\x03\x04");
        if head.starts_with(b"\xD0\xCF\x11\xE0") {
            let problem = "it is a workbook of an old Excel (.xls), or one with a password";
            let hint = "save it as an Excel workbook (.xlsx) without a password";
            return Err(Mistake::new(problem).hint(hint).into());
        }
        let stream = Cursor::new(head).chain(stream);
        if is_workbook {
            check_extension(source, &["xlsx", "xlsm"], "an XLSX workbook")?;
            let workbook = Workbook::load(stream, options)?;
            return workbook.reader(options, columns);
        }
        if options.sheet().is_some() {
            let mistake = Mistake::new("a sheet was named, and this is not an XLSX workbook");
            return Err(mistake.hint("leave out --sheet").into());
        }
        let mut text = Text::open(Box::new(stream))?;
        let first = text.chunk()?.trim_ascii_start().first().copied();
        match first {
            None => Err(Mistake::new("it is empty").into()),
            Some(b'{' | b'[') => {
                check_extension(source, &["json", "jsonl", "ndjson"], "JSON")?;
                Ok((Self::Json(JsonReader::open(text)?), Vec::new()))
            }
            Some(_) => {
                check_extension(source, &["csv", "tsv", "tab"], "CSV")?;
                let (reader, mistakes) = CsvReader::open(text, columns)?;
                let opened = (Self::Csv(reader), mistakes);
                require_identity(opened, options, columns)
            }
        }
    }

    pub(super) fn format(&self) -> &InputFormat {
        match self {
            Self::Csv(reader) => reader.format(),
            Self::Json(reader) => reader.format(),
            Self::Xlsx(reader, _) => reader.format(),
        }
    }

    pub(super) fn next(&mut self, columns: &mut Columns) -> Result<Option<Record>, Stop> {
        let stopped = |line: u64| {
            move |stop: Stop| match stop {
                Stop::Mistake(mistake) if mistake.location.is_none() => {
                    Stop::Mistake(mistake.at(&Location::Line(line)))
                }
                stop => stop,
            }
        };
        match self {
            Self::Csv(reader) => reader.next().map_err(stopped(reader.line())),
            Self::Json(reader) => reader.next(columns).map_err(stopped(reader.line())),
            Self::Xlsx(reader, _) => Ok(reader.next()),
        }
    }

    pub(super) fn workbook(&self) -> Option<&Workbook> {
        match self {
            Self::Xlsx(_, workbook) => Some(workbook),
            Self::Csv(_) | Self::Json(_) => None,
        }
    }

    /// Returns the SHA-256 of the input, which is read to its end.
    ///
    /// # Errors
    /// An input that cannot be read.
    pub(super) fn finish(self) -> Result<[u8; 32], Stop> {
        match self {
            Self::Csv(reader) => reader.into_text().finish(),
            Self::Json(reader) => reader.into_text().finish(),
            Self::Xlsx(_, workbook) => Ok(workbook.sha256),
        }
    }
}

impl Workbook {
    fn load(stream: impl Read, options: &InputOptions) -> Result<Self, Stop> {
        let mut bytes = Vec::new();
        let most = limits::WORKBOOK;
        let read = stream
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)?;
        if u64::try_from(read).is_ok_and(|read| read > most) {
            let problem = format!("the workbook is larger than {} MiB", most >> 20);
            let hint = "give a table of this size as CSV";
            return Err(Mistake::new(problem).hint(hint).into());
        }
        Ok(Self {
            sheet: Arc::new(xlsx::load(&bytes, options.sheet())?),
            sha256: Sha256::digest(&bytes).into(),
        })
    }

    /// Reads the header of the sheet; see [`RowReader::open`].
    pub(super) fn reader(
        &self,
        options: &InputOptions,
        columns: &mut Columns,
    ) -> Result<(RowReader, Vec<Mistake>), Stop> {
        let (reader, mistakes) = SheetReader::open(Arc::clone(&self.sheet), columns)?;
        let opened = (RowReader::Xlsx(reader, self.clone()), mistakes);
        require_identity(opened, options, columns)
    }
}

/// Stops before the rows of a table without identity, which would all have the same mistake.
fn require_identity(
    (reader, mut mistakes): (RowReader, Vec<Mistake>),
    options: &InputOptions,
    columns: &Columns,
) -> Result<(RowReader, Vec<Mistake>), Stop> {
    match columns.require_identity(options.service()) {
        Ok(()) => Ok((reader, mistakes)),
        Err(mistake) => {
            mistakes.push(mistake);
            Err(Stop::Mistakes(mistakes))
        }
    }
}

/// Checks that a file's extension, if it has a known one, is one of its content.
fn check_extension(source: &InputSource, own: &[&str], content: &str) -> Result<(), Mistake> {
    const KNOWN: [&str; 8] = [
        "csv", "tsv", "tab", "json", "jsonl", "ndjson", "xlsx", "xlsm",
    ];
    let extension = source.extension();
    match extension.filter(|extension| KNOWN.contains(&extension.as_str())) {
        Some(extension) if !own.contains(&extension.as_str()) => {
            let problem = format!("the name ends with .{extension}, and the content is {content}");
            Err(Mistake::new(problem).hint("is it the right file? If it is, rename it"))
        }
        _ => Ok(()),
    }
}
