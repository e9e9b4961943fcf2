//! The header and the rows of a plan as columns.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row as Columns};

use crate::document::{Document, Version};
use crate::plan::header::{PlanHeader, PlanInput};
use crate::plan::row::{Outcome, PlanRow};
use crate::source::Source;
use crate::sqlite::checksum::{Checksum, hexadecimal};
use crate::sqlite::column::{invalid, json, number, optional, parse, parse_optional, unsigned};
use crate::sqlite::time::{from_nanos, to_nanos};

const SELECT_HEADER: &str = "
SELECT id, tool, created, expires, bindings, continues, input_name, input_sha256, input_options,
       input_form, digest, journal_id
FROM header";

/// The columns of the header that the digest is over.
const HEADER_COLUMNS: usize = 10;

const ROW_COLUMNS: usize = 12;

/// The beginning of a query for rows.
pub(super) const SELECT_ROWS: &str = "
SELECT number, key, profile, state, document, etag, hash, changes, cause, findings, location, raw
FROM rows";

/// What the table `header` has.
#[derive(Clone, Debug)]
pub(crate) struct StoredHeader {
    pub(super) header: PlanHeader,
    /// The digest; `None` if the plan is unfinished.
    pub(super) digest: Option<String>,
    /// The journal with which the plan was begun.
    pub(super) journal_id: Option<String>,
}

/// Reads the header; `None` if making the plan was interrupted before it.
pub(super) fn read_header(connection: &Connection) -> rusqlite::Result<Option<StoredHeader>> {
    connection
        .query_row(SELECT_HEADER, [], |row| {
            Ok(StoredHeader {
                header: PlanHeader {
                    tool: row.get(1)?,
                    created: from_nanos(row.get(2)?),
                    expires: from_nanos(row.get(3)?),
                    bindings: parse(row, 4)?,
                    continues: row.get(5)?,
                    input: PlanInput {
                        name: row.get(6)?,
                        sha256: row.get(7)?,
                        options: row.get(8)?,
                        form: row.get(9)?,
                    },
                },
                digest: row.get(10)?,
                journal_id: row.get(11)?,
            })
        })
        .optional()
}

/// Returns the columns of a new header.
pub(super) fn of_header(header: &PlanHeader) -> rusqlite::Result<Vec<Value>> {
    Ok(vec![
        Value::Integer(1),
        Value::Text(header.tool.clone()),
        Value::Integer(to_nanos(header.created)),
        Value::Integer(to_nanos(header.expires)),
        Value::Text(json(&header.bindings)?),
        optional(header.continues.clone()),
        optional(header.input.name.clone()),
        Value::Text(header.input.sha256.clone()),
        Value::Text(header.input.options.clone()),
        optional(header.input.form.clone()),
    ])
}

/// Computes the digest of the header and all rows.
pub(super) fn digest(connection: &Connection) -> rusqlite::Result<String> {
    let mut checksum = Checksum::default();
    connection.query_row(SELECT_HEADER, [], |row| {
        checksum.add_columns(row, 0..HEADER_COLUMNS)
    })?;
    let mut query = connection.prepare(&format!("{SELECT_ROWS} ORDER BY number"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        checksum.add_columns(row, 0..ROW_COLUMNS)?;
    }
    Ok(hexadecimal(&checksum.finish()))
}

/// Returns the columns of a row.
pub(super) fn of_row(row: &PlanRow) -> rusqlite::Result<Vec<Value>> {
    let before = row.outcome.before();
    let (etag, hash) = match before.map(Document::version) {
        Some(Version::Etag(etag)) => (Value::Text(etag.clone()), Value::Null),
        Some(Version::Hash(hash)) => (Value::Null, Value::Blob(hash.to_vec())),
        None => (Value::Null, Value::Null),
    };
    Ok(vec![
        Value::Integer(number(row.number)?),
        Value::Text(row.profile.key()),
        Value::Text(json(&row.profile)?),
        Value::Text(row.outcome.state().to_owned()),
        before.map_or(Value::Null, |it| Value::Blob(it.json().to_vec())),
        etag,
        hash,
        match &row.outcome {
            Outcome::Change { changes, .. } => Value::Text(json(changes)?),
            Outcome::NoChange { .. } | Outcome::Unplanned(_) => Value::Null,
        },
        optional(row.outcome.cause().map(json).transpose()?),
        Value::Text(json(&row.findings)?),
        optional(row.source.location.clone()),
        optional(row.source.raw.clone()),
    ])
}

/// Returns a row from the columns of [`SELECT_ROWS`].
pub(super) fn row(columns: &Columns<'_>) -> rusqlite::Result<PlanRow> {
    let before = || -> rusqlite::Result<Document> {
        let version = match columns.get::<_, Option<String>>(5)? {
            Some(etag) => Version::Etag(etag),
            None => Version::Hash(columns.get(6)?),
        };
        Ok(Document::new(columns.get::<_, Vec<u8>>(4)?, version))
    };
    Ok(PlanRow {
        number: unsigned(columns, 0)?,
        profile: parse(columns, 2)?,
        outcome: match columns.get_ref(3)?.as_str()? {
            "change" => Outcome::Change {
                before: before()?,
                changes: parse(columns, 7)?,
            },
            "no_change" => Outcome::NoChange { before: before()? },
            "unplanned" => Outcome::Unplanned(parse(columns, 8)?),
            _ => return Err(invalid()),
        },
        findings: parse_optional(columns, 9)?.unwrap_or_default(),
        source: Source {
            location: columns.get(10)?,
            raw: columns.get(11)?,
        },
    })
}
