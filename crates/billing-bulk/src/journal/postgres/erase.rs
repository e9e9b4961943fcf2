//! Erases the personal data of a profile.

use std::time::SystemTime;

use rusqlite::types::ValueRef;
use tokio_postgres::{Client, Error, Transaction};

use crate::change::Change;
use crate::journal::entry::{ERASED, NewEntry, of_integer, of_text};
use crate::journal::error::JournalError;
use crate::journal::postgres::columns;
use crate::journal::postgres::history::History;
use crate::journal::row::Row;
use crate::profile::ProfileId;
use crate::sqlite::checksum::Checksum;
use crate::sqlite::time::to_nanos;

/// Erases all rows of a profile that are not erased. The outer result is that of the storage.
pub(super) async fn erase(
    client: &mut Client,
    history: &mut History,
    profile: &ProfileId,
    time: SystemTime,
) -> Result<Result<(), JournalError>, Error> {
    let transaction = client.transaction().await?;
    let query = format!(
        "SELECT {} FROM profiles p JOIN progress g ON g.number = p.number WHERE p.key = $1 \
         ORDER BY p.number",
        columns::ROW
    );
    let found = transaction.query(&query, &[&profile.key()]).await?;
    let rows = found.iter().map(columns::row);
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() {
        return Ok(Err(JournalError::NoProfile {
            profile: profile.to_string(),
        }));
    }
    // The rows of a plan that is being taken over are replaced by themselves.
    let query = "SELECT g.number FROM progress g JOIN profiles p ON p.number = g.number \
                 WHERE p.key = $1 AND (g.replaced_by IS NULL OR g.replaced_by = g.number)";
    let current = transaction.query(query, &[&profile.key()]).await?;
    for current in current {
        let number: i64 = current.try_get(0)?;
        let row = rows
            .iter()
            .find(|row| columns::signed(row.number) == number);
        if let Some(row) = row.filter(|row| !row.state.may_be_erased()) {
            return Ok(Err(JournalError::Open {
                row: row.number,
                state: row.state,
            }));
        }
    }
    for row in rows.into_iter().filter(|row| row.erased.is_none()) {
        erase_row(&transaction, history, row, time).await?;
    }
    transaction.commit().await?;
    Ok(Ok(()))
}

async fn erase_row(
    transaction: &Transaction<'_>,
    history: &mut History,
    row: Row,
    time: SystemTime,
) -> Result<(), Error> {
    let number = columns::signed(row.number);
    let changes = row.changes.into_iter().map(|change| Change {
        old: None,
        new: None,
        ..change
    });
    // Writing JSON fails for keys that are not text; these have none.
    let changes = serde_json::to_string(&changes.collect::<Vec<_>>()).unwrap_or_default();
    // The hash of a document that can be guessed tells the document.
    let erased = transaction
        .query_one(
            "UPDATE profiles SET document = '', changes = $2, raw = NULL, erased = $3, \
             hash = CASE WHEN hash IS NULL THEN NULL ELSE decode(repeat('00', 32), 'hex') END \
             WHERE number = $1 \
             RETURNING generation, previous, key, profile, etag, hash, location",
            &[&number, &changes, &to_nanos(time)],
        )
        .await?;
    let text = |column| -> Result<Option<String>, Error> { erased.try_get(column) };
    let (key, profile, etag, location) = (text(2)?, text(3)?, text(4)?, text(6)?);
    let hash: Option<Vec<u8>> = erased.try_get(5)?;
    let mut checksum = Checksum::default();
    for value in [
        ValueRef::Integer(number),
        ValueRef::Integer(erased.try_get(0)?),
        of_integer(erased.try_get(1)?),
        of_text(&key),
        of_text(&profile),
        ValueRef::Blob(&[]),
        of_text(&etag),
        hash.as_deref().map_or(ValueRef::Null, ValueRef::Blob),
        ValueRef::Text(changes.as_bytes()),
        of_text(&location),
        ValueRef::Null,
        ValueRef::Integer(to_nanos(time)),
    ] {
        checksum.add(value);
    }
    transaction
        .execute(
            "UPDATE progress SET salt = NULL, body_sha256 = \
             CASE WHEN body_sha256 IS NULL THEN NULL ELSE repeat('0', 64) END WHERE number = $1",
            &[&number],
        )
        .await?;
    transaction
        .execute("DELETE FROM outcomes WHERE number = $1", &[&number])
        .await?;
    let mut entry = NewEntry::new(Some(number), time, ERASED);
    entry.commitment = Some(checksum.finish());
    history.append(transaction, &entry).await
}

/// Rewrites the tables without the earlier versions of their rows. The server's own log, its
/// replicas and its backups are out of reach.
pub(super) async fn purge(client: &Client) -> Result<(), Error> {
    for table in ["profiles", "progress", "outcomes"] {
        // Not in a transaction, so one by one.
        client.execute(&format!("VACUUM FULL {table}"), &[]).await?;
    }
    Ok(())
}
