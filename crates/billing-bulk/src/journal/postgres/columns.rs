//! Rows of a journal in PostgreSQL as values.

use std::time::SystemTime;

use billing_core::RequestId;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio_postgres::Row as Columns;
use tokio_postgres::types::FromSql;

use crate::document::{Document, Version};
use crate::journal::progress::Progress;
use crate::journal::row::{Entry, Row, SentWrite};
use crate::journal::state::State;
use crate::sqlite::time::from_nanos;

type Result<T> = std::result::Result<T, tokio_postgres::Error>;

/// The columns of a row, those of [`PROGRESS`] last.
pub(super) const ROW: &str = "p.profile, p.document, p.etag, p.hash, p.changes, \
    g.number, g.state, g.attempt, g.request_id, g.sent, g.body, g.body_sha256, g.if_match, \
    g.token, g.cause";

/// The columns of a row that change.
pub(super) const PROGRESS: &str = "number, state, attempt, request_id, sent, body, body_sha256, \
    if_match, token, cause";

/// Returns a row from the columns [`ROW`].
pub(super) fn row(columns: &Columns) -> Result<Row> {
    let (number, progress) = progress(columns, 5)?;
    let version = match columns.try_get::<_, Option<String>>(2)? {
        Some(etag) => Version::Etag(etag),
        None => {
            let hash = columns.try_get::<_, &[u8]>(3)?;
            Version::Hash(hash.try_into().unwrap_or_default())
        }
    };
    Ok(Row {
        number,
        profile: columns.try_get::<_, Json<_>>(0)?.0,
        before: Document::new(columns.try_get::<_, Vec<u8>>(1)?, version),
        changes: columns.try_get::<_, Json<_>>(4)?.0,
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
    };
    Ok((columns.try_get::<_, Number>(first)?.0, progress))
}

/// Returns an entry from `time, state, attempt, request_id, body_sha256, cause`.
pub(super) fn entry(columns: &Columns) -> Result<Entry> {
    let attempt = columns.try_get::<_, Option<Number>>(2)?;
    let id = columns.try_get::<_, Option<Parsed<RequestId>>>(3)?;
    let cause = columns.try_get::<_, Option<Json<_>>>(5)?;
    Ok(Entry {
        time: from_nanos(columns.try_get(0)?),
        state: columns.try_get::<_, Parsed<State>>(1)?.0,
        attempt: attempt.map(|Number(attempt)| u32::try_from(attempt).unwrap_or(u32::MAX)),
        request_id: id.map(|Parsed(id)| id),
        body_sha256: columns.try_get(4)?,
        cause: cause.map(|Json(cause)| cause),
    })
}

/// Returns a number of PostgreSQL, which has none without a sign.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that is not negative.
pub(super) struct Number(pub(super) u64);

impl<'a> FromSql<'a> for Number {
    fn from_sql(
        kind: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(u64::try_from(i64::from_sql(kind, raw)?)?))
    }

    fn accepts(kind: &tokio_postgres::types::Type) -> bool {
        <i64 as FromSql>::accepts(kind)
    }
}

/// A value in a column of JSON text.
struct Json<T>(T);

impl<'a, T: DeserializeOwned> FromSql<'a> for Json<T> {
    fn from_sql(
        kind: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(serde_json::from_str(<&str>::from_sql(kind, raw)?)?))
    }

    fn accepts(kind: &tokio_postgres::types::Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

/// A value in a column of text.
pub(super) struct Parsed<T>(pub(super) T);

impl<'a> FromSql<'a> for Parsed<State> {
    fn from_sql(
        kind: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let name = <&str>::from_sql(kind, raw)?;
        let state = State::from_name(name).ok_or("not a state")?;
        Ok(Self(state))
    }

    fn accepts(kind: &tokio_postgres::types::Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

impl<'a> FromSql<'a> for Parsed<RequestId> {
    fn from_sql(
        kind: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(<&str>::from_sql(kind, raw)?.parse()?))
    }

    fn accepts(kind: &tokio_postgres::types::Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

/// Returns a time of a row, if there is one.
pub(super) fn time(columns: Option<&Columns>) -> Result<Option<SystemTime>> {
    let time = columns.map(|columns| columns.try_get(0)).transpose()?;
    Ok(time.map(from_nanos))
}
