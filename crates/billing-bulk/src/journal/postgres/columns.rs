//! Rows of a journal in PostgreSQL as values.

use std::time::SystemTime;

use billing_core::RequestId;
use bytes::Bytes;
use rusqlite::types::Value;
use serde::de::DeserializeOwned;
use tokio_postgres::Row as Columns;
use tokio_postgres::types::{FromSql, Type};

use crate::document::{Document, Version};
use crate::journal::progress::Progress;
use crate::journal::row::{Entry, Row, SentWrite};
use crate::journal::state::State;
use crate::source::Source;
use crate::sqlite::time::from_nanos;
use crate::target::ResponseIds;

type Result<T> = std::result::Result<T, tokio_postgres::Error>;

/// The columns of a row, those of [`PROGRESS`] last.
pub(super) const ROW: &str = "p.profile, p.document, p.etag, p.hash, p.changes, p.generation, \
    p.previous, p.location, p.raw, p.erased, g.number, g.state, g.attempt, g.request_id, g.sent, \
    g.body, g.body_sha256, g.if_match, g.token, g.cause, g.replaced_by, g.salt";

/// The columns of a row that change.
pub(super) const PROGRESS: &str = "number, state, attempt, request_id, sent, body, body_sha256, \
    if_match, token, cause, replaced_by, salt";

/// Returns a row from the columns [`ROW`].
pub(super) fn row(columns: &Columns) -> Result<Row> {
    let (number, progress) = progress(columns, 10)?;
    let generation = columns.try_get::<_, Number>(5)?.0;
    let previous = columns.try_get::<_, Option<Number>>(6)?;
    Ok(Row {
        number,
        generation: u32::try_from(generation).unwrap_or(u32::MAX),
        previous: previous.map(|Number(row)| row),
        profile: columns.try_get::<_, Json<_>>(0)?.0,
        before: document(columns, 1)?,
        changes: columns.try_get::<_, Json<_>>(4)?.0,
        source: Source {
            location: columns.try_get(7)?,
            raw: columns.try_get(8)?,
        },
        erased: columns.try_get::<_, Option<i64>>(9)?.map(from_nanos),
        state: progress.state,
        attempt: progress.attempt,
        token: progress.token,
        cause: progress.cause,
    })
}

/// Returns a row's number and progress from the columns [`PROGRESS`], which begin at `first`.
pub(super) fn progress(columns: &Columns, first: usize) -> Result<(u64, Progress)> {
    let attempt = match columns.try_get::<_, Option<Number>>(first + 2)? {
        None => None,
        Some(Number(attempt)) => Some(SentWrite {
            attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
            request_id: columns.try_get::<_, Parsed<RequestId>>(first + 3)?.0,
            time: from_nanos(columns.try_get(first + 4)?),
            body: columns
                .try_get::<_, Option<Vec<u8>>>(first + 5)?
                .map(Bytes::from),
            body_sha256: columns.try_get(first + 6)?,
            if_match: columns.try_get(first + 7)?,
        }),
    };
    let cause = columns.try_get::<_, Option<Json<_>>>(first + 9)?;
    let progress = Progress {
        state: columns.try_get::<_, Parsed<State>>(first + 1)?.0,
        attempt,
        token: columns.try_get(first + 8)?,
        cause: cause.map(|Json(cause)| cause),
        replaced_by: columns
            .try_get::<_, Option<Number>>(first + 10)?
            .map(|Number(row)| row),
        salt: columns
            .try_get::<_, Option<Bytes32>>(first + 11)?
            .map(|Bytes32(salt)| salt),
    };
    Ok((columns.try_get::<_, Number>(first)?.0, progress))
}

/// Returns the document whose text, etag and hash begin at column `first`.
pub(super) fn document(columns: &Columns, first: usize) -> Result<Document> {
    let version = match columns.try_get::<_, Option<String>>(first + 1)? {
        Some(etag) => Version::Etag(etag),
        None => Version::Hash(columns.try_get::<_, Bytes32>(first + 2)?.0),
    };
    Ok(Document::new(
        columns.try_get::<_, Vec<u8>>(first)?,
        version,
    ))
}

/// The columns of an entry.
pub(super) const ENTRY: &str = "time, state, attempt, request_id, cause, holder, \
    service_request_id, correlation_id, commitment, id";

/// Returns an entry from the columns [`ENTRY`].
pub(super) fn entry(columns: &Columns) -> Result<Entry> {
    let attempt = columns.try_get::<_, Option<Number>>(2)?;
    let id = columns.try_get::<_, Option<Parsed<RequestId>>>(3)?;
    let cause = columns.try_get::<_, Option<Json<_>>>(4)?;
    let commitment = columns.try_get::<_, Option<Bytes32>>(8)?;
    Ok(Entry {
        number: columns.try_get::<_, Number>(9)?.0,
        time: from_nanos(columns.try_get(0)?),
        state: columns.try_get::<_, Parsed<State>>(1)?.0,
        attempt: attempt.map(|Number(attempt)| u32::try_from(attempt).unwrap_or(u32::MAX)),
        request_id: id.map(|Parsed(id)| id),
        cause: cause.map(|Json(cause)| cause),
        holder: columns.try_get::<_, Number>(5)?.0,
        ids: ResponseIds {
            request_id: columns.try_get(6)?,
            correlation_id: columns.try_get(7)?,
        },
        commitment: commitment.map(|Bytes32(commitment)| commitment),
    })
}

/// Returns a number of PostgreSQL, which has none without a sign.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A hash or a salt.
pub(super) struct Bytes32(pub(super) [u8; 32]);

impl<'a> FromSql<'a> for Bytes32 {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(<&[u8]>::from_sql(kind, raw)?.try_into()?))
    }

    fn accepts(kind: &Type) -> bool {
        <&[u8] as FromSql>::accepts(kind)
    }
}

/// A number that is not negative.
pub(super) struct Number(pub(super) u64);

impl<'a> FromSql<'a> for Number {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(u64::try_from(i64::from_sql(kind, raw)?)?))
    }

    fn accepts(kind: &Type) -> bool {
        <i64 as FromSql>::accepts(kind)
    }
}

/// A value in a column of JSON text.
struct Json<T>(T);

impl<'a, T: DeserializeOwned> FromSql<'a> for Json<T> {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(serde_json::from_str(<&str>::from_sql(kind, raw)?)?))
    }

    fn accepts(kind: &Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

/// A value in a column of text.
pub(super) struct Parsed<T>(pub(super) T);

impl<'a> FromSql<'a> for Parsed<State> {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let name = <&str>::from_sql(kind, raw)?;
        let state = State::from_name(name).ok_or("not a state")?;
        Ok(Self(state))
    }

    fn accepts(kind: &Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

impl<'a> FromSql<'a> for Parsed<RequestId> {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(<&str>::from_sql(kind, raw)?.parse()?))
    }

    fn accepts(kind: &Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

/// Returns a column as SQLite would have it.
pub(super) fn value(columns: &Columns, column: usize) -> Result<Value> {
    let kind = columns.columns().get(column).map(|column| column.type_());
    let value = match kind {
        Some(&Type::BOOL) => columns.try_get::<_, Option<bool>>(column)?.map(Value::from),
        Some(&Type::INT4) => columns.try_get::<_, Option<i32>>(column)?.map(Value::from),
        Some(&Type::INT8) => columns.try_get::<_, Option<i64>>(column)?.map(Value::from),
        Some(&Type::BYTEA) => columns
            .try_get::<_, Option<Vec<u8>>>(column)?
            .map(Value::from),
        _ => columns
            .try_get::<_, Option<String>>(column)?
            .map(Value::from),
    };
    Ok(value.unwrap_or(Value::Null))
}

/// Returns a time of a row, if there is one.
pub(super) fn time(columns: Option<&Columns>) -> Result<Option<SystemTime>> {
    let time = columns.map(|columns| columns.try_get(0)).transpose()?;
    Ok(time.map(from_nanos))
}
