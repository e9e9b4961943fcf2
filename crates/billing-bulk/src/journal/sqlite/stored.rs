//! What proves the history of a run: rows as they are stored, documents, recorders and the head.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use crate::document::Document;
use crate::journal::chain::Hash;
use crate::journal::error::JournalError;
use crate::journal::holder::Recorder;
use crate::journal::sqlite::columns;
use crate::journal::sqlite::history::{head, recorders};
use crate::journal::sqlite::store::Store;
use crate::journal::stored::{Stored, Table};
use crate::sqlite::checksum::is_intact;
use crate::sqlite::column;

impl Store {
    pub(super) fn outcome(&self, row: u64) -> Result<Option<Document>, JournalError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT number, document, etag, hash, checksum FROM outcomes WHERE number = ?1",
                )?
                .query_row([column::number(row)?], |row| {
                    if !is_intact(row, 0..4)? {
                        return Err(column::invalid());
                    }
                    columns::document(row, 1)
                })
                .optional()
        })
    }

    pub(super) fn recorders(&self) -> Result<Vec<Recorder>, JournalError> {
        self.read(recorders)
    }

    pub(super) fn head(&self) -> Result<Hash, JournalError> {
        self.read(|connection| head(connection, &self.info().id))
    }

    pub(super) fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        self.read(|connection| stored(connection, table, after, limit))
    }
}

/// Returns the next rows of a table with a key above `after`.
fn stored(
    connection: &Connection,
    table: Table,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Stored>> {
    let columns = table.columns();
    let key = columns.first().copied().unwrap_or_default();
    let query = format!(
        "SELECT {}, checksum, {} FROM {} WHERE {key} > ?1 ORDER BY {key} LIMIT ?2",
        columns.join(", "),
        table.binding().unwrap_or("NULL"),
        table.name(),
    );
    connection
        .prepare_cached(&query)?
        .query_map(
            params![after, i64::try_from(limit).unwrap_or(i64::MAX)],
            |row| {
                Ok(Stored {
                    values: (0..columns.len())
                        .map(|column| row.get::<_, Value>(column))
                        .collect::<rusqlite::Result<_>>()?,
                    checksum: Some(row.get(columns.len())?),
                    binding: row.get(columns.len() + 1)?,
                })
            },
        )?
        .collect()
}
