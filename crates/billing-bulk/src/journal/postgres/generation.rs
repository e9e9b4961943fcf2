//! Stores the rows of a plan.

use std::collections::HashMap;
use std::time::SystemTime;

use rusqlite::types::ValueRef;
use tokio_postgres::{Client, Error, GenericClient};

use crate::document::Version;
use crate::journal::PlanInfo;
use crate::journal::chain::{commit, new_salts};
use crate::journal::entry::{of, of_document, of_integer, of_text};
use crate::journal::error::JournalError;
use crate::journal::generation::Generation;
use crate::journal::postgres::columns::{Number, Parsed, signed};
use crate::journal::postgres::history::{History, plan_entry};
use crate::journal::postgres::schema;
use crate::journal::row::NewRow;
use crate::journal::state::State;

/// Removes what an interrupted call left, and adds the plan without rows.
pub(super) async fn prepare(client: &mut Client, generation: &Generation) -> Result<(), Error> {
    let transaction = client.transaction().await?;
    for table in ["progress", "profiles"] {
        let query = format!("DELETE FROM {table} WHERE number > $1");
        let after = signed(generation.after);
        transaction.execute(&query, &[&after]).await?;
    }
    if !generation.is_first() {
        let number = i64::from(generation.number);
        let query = "DELETE FROM plans WHERE number >= $1";
        transaction.execute(query, &[&number]).await?;
        schema::write_plan(&transaction, number, &generation.plan).await?;
    }
    transaction.commit().await
}

/// Adds rows, which do not count yet, in one transaction.
pub(super) async fn insert(
    client: &mut Client,
    generation: &Generation,
    rows: &[NewRow],
) -> Result<(), Error> {
    let mut numbers = Vec::new();
    let mut previous = Vec::new();
    let mut keys = Vec::new();
    let mut profiles = Vec::new();
    let mut documents = Vec::new();
    let mut etags = Vec::new();
    let mut hashes = Vec::new();
    let mut changes = Vec::new();
    let mut locations = Vec::new();
    let mut raws = Vec::new();
    let mut commitments = Vec::new();
    let mut salts = Vec::new();
    let transaction = client.transaction().await?;
    let present = if generation.is_first() {
        HashMap::new()
    } else {
        present(&transaction, rows).await?
    };
    for (row, salt) in rows.iter().zip(new_salts()) {
        let number = signed(generation.row(row));
        let key = row.profile.key();
        let replaced = present.get(&key).copied();
        let profile = serde_json::to_string(&row.profile).unwrap_or_default();
        let change = serde_json::to_string(&row.changes).unwrap_or_default();
        let [document, etag, hash] = of_document(&row.before);
        let checksum = of([
            ValueRef::Integer(number),
            ValueRef::Integer(generation.number.into()),
            of_integer(replaced),
            ValueRef::Text(key.as_bytes()),
            ValueRef::Text(profile.as_bytes()),
            document,
            etag,
            hash,
            ValueRef::Text(change.as_bytes()),
            of_text(&row.source.location),
            of_text(&row.source.raw),
            ValueRef::Null,
        ]);
        numbers.push(number);
        previous.push(replaced);
        keys.push(key);
        profiles.push(profile);
        documents.push(row.before.json().as_ref());
        changes.push(change);
        locations.push(row.source.location.as_deref());
        raws.push(row.source.raw.as_deref());
        commitments.push(commit(&salt, &checksum).to_vec());
        salts.push(salt.to_vec());
        let (etag, hash) = match row.before.version() {
            Version::Etag(etag) => (Some(etag.as_str()), None),
            Version::Hash(hash) => (None, Some(hash.as_slice())),
        };
        etags.push(etag);
        hashes.push(hash);
    }
    transaction
        .execute(
            "INSERT INTO profiles (generation, number, previous, key, profile, document, etag, \
             hash, changes, location, raw, commitment) \
             SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], \
             $6::bytea[], $7::text[], $8::bytea[], $9::text[], $10::text[], $11::text[], \
             $12::bytea[])",
            &[
                &i64::from(generation.number),
                &numbers,
                &previous,
                &keys,
                &profiles,
                &documents,
                &etags,
                &hashes,
                &changes,
                &locations,
                &raws,
                &commitments,
            ],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO progress (number, salt, state, replaced_by) \
             SELECT number, salt, 'planned', CASE WHEN $3 THEN NULL ELSE number END \
             FROM unnest($1::bigint[], $2::bytea[]) AS new (number, salt)",
            &[&numbers, &salts, &generation.is_first()],
        )
        .await?;
    transaction.commit().await
}

/// Returns the numbers of the present rows of profiles, by their keys.
async fn present(
    client: &impl GenericClient,
    rows: &[NewRow],
) -> Result<HashMap<String, i64>, Error> {
    let keys: Vec<_> = rows.iter().map(|row| row.profile.key()).collect();
    let found = client
        .query(
            "SELECT p.key, p.number FROM profiles p JOIN progress g ON g.number = p.number \
             WHERE p.key = ANY($1) AND g.replaced_by IS NULL",
            &[&keys],
        )
        .await?;
    let rows = found
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    rows.collect()
}

/// Checks that no row is replaced whose write is not settled. The outer result is that of the
/// storage.
pub(super) async fn check(
    client: &Client,
    generation: &Generation,
) -> Result<Result<(), JournalError>, Error> {
    let found = client
        .query_opt(
            "SELECT g.number, g.state FROM profiles n JOIN progress g ON g.number = n.previous \
             WHERE n.number > $1 AND g.state IN ('sending', 'accepted') LIMIT 1",
            &[&signed(generation.after)],
        )
        .await?;
    let Some(found) = found else {
        return Ok(Ok(()));
    };
    Ok(Err(JournalError::Unsettled {
        row: found.try_get::<_, Number>(0)?.0,
        state: found.try_get::<_, Parsed<State>>(1)?.0,
    }))
}

/// Makes the rows count, in place of the rows that they replace, and returns the plan with their
/// numbers.
pub(super) async fn complete(
    client: &mut Client,
    history: &mut History,
    generation: &Generation,
    time: SystemTime,
) -> Result<PlanInfo, Error> {
    let transaction = client.transaction().await?;
    if !generation.is_first() {
        for query in [
            "UPDATE progress g SET replaced_by = n.number FROM profiles n \
             WHERE n.previous = g.number AND n.number > $1",
            "UPDATE progress SET replaced_by = NULL WHERE number > $1",
        ] {
            let after = signed(generation.after);
            transaction.execute(query, &[&after]).await?;
        }
    }
    let number = i64::from(generation.number);
    let (rows, entry) = plan_entry(&transaction, number, time).await?;
    let (first, last) = rows.unzip();
    let query = "UPDATE plans SET first_row = $2, last_row = $3 WHERE number = $1";
    transaction
        .execute(query, &[&number, &first, &last])
        .await?;
    history.append(&transaction, &entry).await?;
    transaction
        .execute("UPDATE run SET has_begun = true", &[])
        .await?;
    transaction.commit().await?;
    let rows = rows.map(|(first, last)| first.unsigned_abs()..=last.unsigned_abs());
    Ok(PlanInfo {
        rows,
        ..generation.plan.clone()
    })
}
