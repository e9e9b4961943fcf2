//! Rows of a journal as columns, with checksums that are verified whenever a row is read.

use std::str::FromStr;

use billing_core::RequestId;
use bytes::Bytes;
use rusqlite::Row as Columns;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::change::Change;
use crate::document::{Document, Version};
use crate::journal::chain::{Salt, commit};
use crate::journal::entry::of_integer;
use crate::journal::progress::Progress;
use crate::journal::row::{Entry, NewRow, Row, SentWrite};
use crate::journal::state::State;
use crate::profile::ProfileId;
use crate::source::Source;
use crate::sqlite::checksum::{self, Checksum};
use crate::sqlite::column::{invalid, json, number, optional, parse, parse_optional, unsigned};
use crate::sqlite::time::{from_nanos, to_nanos};
use crate::target::ResponseIds;

/// The columns of `profiles` and `progress`, with the checksum of each last. Where a damaged file
/// lacks one of them, the checksum says so.
pub(super) const SELECT_ROWS: &str = "
SELECT p.number, p.generation, p.previous, p.key, p.profile, p.document, p.etag, p.hash, p.changes,
       p.location, p.raw, p.erased, p.checksum,
       g.number, g.state, g.attempt, g.request_id, g.sent, g.body, g.body_sha256, g.if_match,
       g.token, g.cause, g.steps, g.replaced_by, g.salt, g.checksum
FROM progress g LEFT JOIN profiles p ON p.number = g.number";

/// The columns of `progress`, with the checksum last.
pub(super) const SELECT_PROGRESS: &str = "
SELECT number, state, attempt, request_id, sent, body, body_sha256, if_match, token, cause,
       steps, replaced_by, salt, checksum
FROM progress WHERE number = ?1";

/// The column of [`SELECT_PROGRESS`] with the number of transitions.
pub(super) const STEPS: usize = 10;

/// The columns of `history` after `id`, for the transitions of a row.
pub(super) const SELECT_HISTORY: &str = "
SELECT number, time, state, attempt, request_id, cause, holder, service_request_id, correlation_id,
       commitment, checksum, id
FROM history WHERE number = ?1 AND state <> 'erased' ORDER BY id";

const PROFILE_COLUMNS: usize = 13;
const PROGRESS_COLUMNS: usize = 14;
const HISTORY_CHECKSUM: usize = 10;

/// Returns the columns of `profiles` for a row of a plan, with its commitment last.
pub(super) fn of_new_row(
    row: &NewRow,
    of_row: u64,
    generation: u32,
    previous: Option<i64>,
    salt: &Salt,
) -> rusqlite::Result<Vec<Value>> {
    let (etag, hash) = match row.before.version() {
        Version::Etag(etag) => (Value::Text(etag.clone()), Value::Null),
        Version::Hash(hash) => (Value::Null, Value::Blob(hash.to_vec())),
    };
    let mut values = vec![
        Value::Integer(number(of_row)?),
        Value::Integer(generation.into()),
        previous.map_or(Value::Null, Value::Integer),
        Value::Text(row.profile.key()),
        Value::Text(json(&row.profile)?),
        Value::Blob(row.before.json().to_vec()),
        etag,
        hash,
        Value::Text(json(&row.changes)?),
        optional(row.source.location.clone()),
        optional(row.source.raw.clone()),
        Value::Null,
    ];
    let checksum = checksum::of_values(&values);
    values.push(Value::Blob(checksum.to_vec()));
    values.push(Value::Blob(commit(salt, &checksum).to_vec()));
    Ok(values)
}

/// Returns the columns of `progress`, after a number of transitions.
pub(super) fn of_progress(
    row: u64,
    progress: &Progress,
    steps: u64,
) -> rusqlite::Result<Vec<ToSqlOutput<'_>>> {
    let write = progress.attempt.as_ref();
    let body = write.and_then(|write| write.body.as_ref());
    let request_id = write.map(|write| write.request_id.to_string());
    let cause = progress.cause.as_ref().map(json).transpose()?;
    let mut values = vec![
        ToSqlOutput::Borrowed(ValueRef::Integer(number(row)?)),
        ToSqlOutput::Borrowed(text(Some(progress.state.as_str()))),
        ToSqlOutput::Borrowed(of_integer(write.map(|write| write.attempt.into()))),
        ToSqlOutput::Owned(optional(request_id)),
        ToSqlOutput::Borrowed(of_integer(write.map(|write| to_nanos(write.time)))),
        ToSqlOutput::Borrowed(body.map_or(ValueRef::Null, |body| ValueRef::Blob(body))),
        ToSqlOutput::Borrowed(text(write.map(|write| &*write.body_sha256))),
        ToSqlOutput::Borrowed(text(write.and_then(|write| write.if_match.as_deref()))),
        ToSqlOutput::Borrowed(text(progress.token.as_deref())),
        ToSqlOutput::Owned(optional(cause)),
        ToSqlOutput::Borrowed(ValueRef::Integer(number(steps)?)),
        ToSqlOutput::Borrowed(of_integer(progress.replaced_by.map(number).transpose()?)),
        ToSqlOutput::Borrowed(match &progress.salt {
            Some(salt) => ValueRef::Blob(salt),
            None => ValueRef::Null,
        }),
    ];
    let mut checksum = Checksum::default();
    for value in &values {
        match value {
            ToSqlOutput::Borrowed(value) => checksum.add(*value),
            ToSqlOutput::Owned(value) => checksum.add(value.into()),
            _ => return Err(invalid()),
        }
    }
    let checksum = checksum.finish().to_vec();
    values.push(ToSqlOutput::Owned(Value::Blob(checksum)));
    Ok(values)
}

fn text(text: Option<&str>) -> ValueRef<'_> {
    text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}

/// Returns a row from the columns of [`SELECT_ROWS`].
pub(super) fn row(columns: &Columns<'_>) -> rusqlite::Result<Row> {
    row_of(columns, progress(columns, PROFILE_COLUMNS)?)
}

/// Returns a row with its progress and its number of transitions from the columns of
/// [`SELECT_ROWS`].
pub(super) fn row_and_progress(columns: &Columns<'_>) -> rusqlite::Result<(Row, Progress, u64)> {
    let progress = progress(columns, PROFILE_COLUMNS)?;
    let row = row_of(columns, progress.clone())?;
    Ok((row, progress, unsigned(columns, PROFILE_COLUMNS + STEPS)?))
}

fn row_of(columns: &Columns<'_>, progress: Progress) -> rusqlite::Result<Row> {
    if !checksum::is_intact(columns, 0..PROFILE_COLUMNS - 1)? {
        return Err(invalid());
    }
    Ok(Row {
        number: unsigned(columns, 0)?,
        generation: columns.get(1)?,
        previous: optional_number(columns, 2)?,
        profile: parse::<ProfileId>(columns, 4)?,
        before: document(columns, 5)?,
        changes: parse::<Vec<Change>>(columns, 8)?,
        source: Source {
            location: columns.get(9)?,
            raw: columns.get(10)?,
        },
        erased: columns.get::<_, Option<i64>>(11)?.map(from_nanos),
        state: progress.state,
        attempt: progress.attempt,
        token: progress.token,
        cause: progress.cause,
    })
}

/// Returns the progress from the columns of `progress`, which begin at column `first`.
pub(super) fn progress(columns: &Columns<'_>, first: usize) -> rusqlite::Result<Progress> {
    if !checksum::is_intact(columns, first..first + PROGRESS_COLUMNS - 1)? {
        return Err(invalid());
    }
    let attempt = match columns.get::<_, Option<u32>>(first + 2)? {
        None => None,
        Some(attempt) => Some(SentWrite {
            attempt,
            request_id: request_id(&columns.get::<_, String>(first + 3)?)?,
            time: from_nanos(columns.get(first + 4)?),
            body: columns
                .get::<_, Option<Vec<u8>>>(first + 5)?
                .map(Bytes::from),
            body_sha256: columns.get(first + 6)?,
            if_match: columns.get(first + 7)?,
        }),
    };
    Ok(Progress {
        state: state(columns, first + 1)?,
        attempt,
        token: columns.get(first + 8)?,
        cause: parse_optional(columns, first + 9)?,
        replaced_by: optional_number(columns, first + 11)?,
        salt: columns.get(first + 12)?,
    })
}

/// Returns the document whose text, etag and hash begin at column `first`.
pub(super) fn document(columns: &Columns<'_>, first: usize) -> rusqlite::Result<Document> {
    let version = match columns.get::<_, Option<String>>(first + 1)? {
        Some(etag) => Version::Etag(etag),
        None => Version::Hash(columns.get(first + 2)?),
    };
    Ok(Document::new(columns.get::<_, Vec<u8>>(first)?, version))
}

fn optional_number(columns: &Columns<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    match columns.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => unsigned(columns, column).map(Some),
    }
}

/// Returns an entry from the columns of [`SELECT_HISTORY`].
pub(super) fn entry(columns: &Columns<'_>) -> rusqlite::Result<Entry> {
    if !checksum::is_intact(columns, 0..HISTORY_CHECKSUM)? {
        return Err(invalid());
    }
    let id = columns.get::<_, Option<String>>(4)?;
    Ok(Entry {
        number: unsigned(columns, HISTORY_CHECKSUM + 1)?,
        time: from_nanos(columns.get(1)?),
        state: state(columns, 2)?,
        attempt: columns.get(3)?,
        request_id: id.as_deref().map(request_id).transpose()?,
        cause: parse_optional(columns, 5)?,
        holder: unsigned(columns, 6)?,
        ids: ResponseIds {
            request_id: columns.get(7)?,
            correlation_id: columns.get(8)?,
        },
        commitment: columns.get(9)?,
    })
}

/// Returns the state in a column.
pub(super) fn state(columns: &Columns<'_>, column: usize) -> rusqlite::Result<State> {
    match columns.get_ref(column)? {
        ValueRef::Text(name) => std::str::from_utf8(name).ok().and_then(State::from_name),
        _ => None,
    }
    .ok_or_else(invalid)
}

fn request_id(text: &str) -> rusqlite::Result<RequestId> {
    RequestId::from_str(text).map_err(|_| invalid())
}

/// Returns values with their checksum after them.
pub(super) fn with_checksum(mut values: Vec<Value>) -> Vec<Value> {
    let checksum = checksum::of_values(&values);
    values.push(Value::Blob(checksum.to_vec()));
    values
}
