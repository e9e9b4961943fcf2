//! Records transitions in PostgreSQL.

use std::collections::HashMap;
use std::time::SystemTime;

use tokio_postgres::{Client, Error, Transaction};

use crate::document::Version;
use crate::journal::chain::Hash;
use crate::journal::error::JournalError;
use crate::journal::postgres::address::Address;
use crate::journal::postgres::columns::{self, signed};
use crate::journal::postgres::history::History;
use crate::journal::progress::{Moved, NewOutcome};
use crate::journal::state::{State, Transition};
use crate::sqlite::time::to_nanos;

/// A transition that is to be recorded.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) row: u64,
    pub(super) time: SystemTime,
    pub(super) transition: Transition,
}

/// Records transitions in one transaction. A transition that the state machine does not allow is
/// left out and does not affect the others.
///
/// # Errors
/// The server's; nothing is recorded then, unless the commit itself failed.
pub(super) async fn record(
    client: &mut Client,
    address: &Address,
    current: &mut History,
    steps: Vec<Step>,
) -> Result<Vec<Result<(), JournalError>>, JournalError> {
    let mut history = current.clone();
    let failed = |error| address.failed(&error);
    let transaction = client.transaction().await.map_err(failed)?;
    let numbers: Vec<i64> = steps.iter().map(|step| signed(step.row)).collect();
    let query = format!(
        "SELECT {} FROM progress WHERE number = ANY($1) FOR UPDATE",
        columns::PROGRESS
    );
    let found = transaction
        .query(&query, &[&numbers])
        .await
        .map_err(failed)?;
    let mut present = HashMap::new();
    for row in &found {
        let (number, progress) = columns::progress(row, 0).map_err(failed)?;
        present.insert(number, progress);
    }
    let mut results = Vec::with_capacity(steps.len());
    for step in steps {
        let Step {
            row,
            time,
            transition,
        } = step;
        let Some(progress) = present.get(&row) else {
            let problem = format!("there is no profile number {row}");
            results.push(Err(address.refused(problem)));
            continue;
        };
        match progress.clone().after(signed(row), time, transition) {
            Ok(moved) => {
                let from = progress.state;
                let written = write(&transaction, &mut history, signed(row), from, &moved)
                    .await
                    .map_err(failed)?;
                if written != 1 {
                    let problem = "another process has changed the journal during the run";
                    return Err(JournalError::Storage {
                        journal: address.shown().to_owned(),
                        problem: problem.to_owned(),
                    });
                }
                present.insert(row, moved.progress);
                results.push(Ok(()));
            }
            Err(error) => results.push(Err(error)),
        }
    }
    transaction.commit().await.map_err(failed)?;
    *current = history;
    Ok(results)
}

/// Writes one transition, if the row is still in the state that it begins in, and returns how many
/// rows were written.
async fn write(
    transaction: &Transaction<'_>,
    history: &mut History,
    row: i64,
    from: State,
    moved: &Moved,
) -> Result<u64, Error> {
    let Moved {
        progress: next,
        entry,
        outcome,
    } = moved;
    let (holder, chain) = history.advance(transaction, entry).await?;
    if let Some(NewOutcome { document, .. }) = outcome {
        let (etag, hash) = match document.version() {
            Version::Etag(etag) => (Some(etag.as_str()), None),
            Version::Hash(hash) => (None, Some(hash.as_slice())),
        };
        transaction
            .execute(
                "INSERT INTO outcomes VALUES ($1, $2, $3, $4)",
                &[&row, &document.json().as_ref(), &etag, &hash],
            )
            .await?;
    }
    let write = next.attempt.as_ref();
    let attempt = write.map(|write| i64::from(write.attempt));
    let request_id = write.map(|write| write.request_id.to_string());
    let sent = write.map(|write| to_nanos(write.time));
    let body = write.and_then(|write| write.body.as_deref());
    let body_sha256 = write.map(|write| write.body_sha256.as_str());
    let if_match = write.and_then(|write| write.if_match.as_deref());
    transaction
        .execute(
            "WITH moved AS ( \
             UPDATE progress SET state = $2, attempt = $3, request_id = $4, sent = $5, \
                 body = $6, body_sha256 = $7, if_match = $8, token = $9, cause = $10 \
             WHERE number = $1 AND state = $11 RETURNING number) \
         INSERT INTO history (number, time, state, attempt, request_id, cause, holder, \
             service_request_id, correlation_id, commitment, chain) \
         SELECT number, $12, $2, $13, $14, $10, $15, $16, $17, $18, $19 FROM moved",
            &[
                &row,
                &entry.state,
                &attempt,
                &request_id,
                &sent,
                &body,
                &body_sha256,
                &if_match,
                &next.token,
                &entry.cause,
                &from.as_str(),
                &entry.time,
                &entry.attempt,
                &entry.request_id,
                &holder,
                &entry.ids.request_id,
                &entry.ids.correlation_id,
                &entry.commitment.as_ref().map(Hash::as_slice),
                &chain.as_slice(),
            ],
        )
        .await
}
