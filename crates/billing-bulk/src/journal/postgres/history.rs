//! The end of the history: the head of the chain, and the process that appends to it.

use std::time::SystemTime;

use rusqlite::types::ValueRef;
use tokio_postgres::{Error, GenericClient, Transaction};

use crate::journal::chain::{Hash, link, start};
use crate::journal::entry::{NewEntry, PLAN, of, of_holder, of_integer, of_text};
use crate::journal::holder::{Holder, Recorder};
use crate::journal::postgres::columns::{Bytes32, Number};
use crate::sqlite::checksum::Checksum;
use crate::sqlite::time::from_nanos;

/// The end of the history. A copy is moved on in a transaction, and kept once it is committed.
#[derive(Clone, Debug)]
pub(super) struct History {
    head: Hash,
    /// This process.
    pub(super) holder: Holder,
    /// Its number and the checksum of its row, once it has recorded something.
    recorder: Option<(i64, Hash)>,
}

impl History {
    /// Reads the head of the chain.
    pub(super) async fn read(client: &impl GenericClient, journal_id: &str) -> Result<Self, Error> {
        Ok(Self {
            head: head(client, journal_id).await?,
            holder: Holder::this_process(),
            recorder: None,
        })
    }

    /// Moves on by an entry, and returns the number of this process and the chain of the entry.
    pub(super) async fn advance(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &NewEntry,
    ) -> Result<(i64, Hash), Error> {
        let (number, recorder) = self.recorder(transaction, entry.time).await?;
        self.head = link(&self.head, &entry.checksum(number), &recorder);
        Ok((number, self.head))
    }

    /// Appends an entry about the whole run or about an erased row.
    pub(super) async fn append(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &NewEntry,
    ) -> Result<(), Error> {
        let (holder, chain) = self.advance(transaction, entry).await?;
        transaction
            .execute(
                "INSERT INTO history (number, time, state, holder, commitment, chain) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    &entry.number,
                    &entry.time,
                    &entry.state,
                    &holder,
                    &entry.commitment.as_ref().map(Hash::as_slice),
                    &chain.as_slice(),
                ],
            )
            .await
            .map(drop)
    }

    /// Returns the number of this process and the checksum of its row, which is there from its
    /// first entry on.
    async fn recorder(
        &mut self,
        transaction: &Transaction<'_>,
        time: i64,
    ) -> Result<(i64, Hash), Error> {
        if let Some(recorder) = self.recorder {
            return Ok(recorder);
        }
        let Holder {
            process,
            host,
            user,
            tool,
        } = &self.holder;
        let process = process.map(i64::from);
        let row = transaction
            .query_one(
                "INSERT INTO holders SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5 \
                 FROM holders RETURNING id",
                &[&process, host, user, tool, &time],
            )
            .await?;
        let number: i64 = row.try_get(0)?;
        let checksum = of_holder(number, &self.holder, time);
        Ok(*self.recorder.insert((number, checksum)))
    }
}

/// Returns the head of the chain.
pub(super) async fn head(client: &impl GenericClient, journal_id: &str) -> Result<Hash, Error> {
    let query = "SELECT chain FROM history ORDER BY id DESC LIMIT 1";
    match client.query_opt(query, &[]).await? {
        Some(row) => Ok(row.try_get::<_, Bytes32>(0)?.0),
        None => Ok(start(journal_id)),
    }
}

/// Returns the processes that have recorded something.
pub(super) async fn recorders(client: &impl GenericClient) -> Result<Vec<Recorder>, Error> {
    let query = "SELECT id, process, host, user_name, tool, opened FROM holders ORDER BY id";
    let found = client.query(query, &[]).await?;
    let recorders = found.iter().map(|row| {
        let process = row.try_get::<_, Option<Number>>(1)?;
        Ok(Recorder {
            number: row.try_get::<_, Number>(0)?.0,
            holder: Holder {
                process: process.and_then(|Number(process)| process.try_into().ok()),
                host: row.try_get(2)?,
                user: row.try_get(3)?,
                tool: row.try_get(4)?,
            },
            opened: from_nanos(row.try_get(5)?),
        })
    });
    recorders.collect()
}

/// Returns the entry that binds the run, a plan and its rows, and the numbers of the rows.
pub(super) async fn plan_entry(
    client: &impl GenericClient,
    number: i64,
    time: SystemTime,
) -> Result<(Option<(i64, i64)>, NewEntry), Error> {
    let found = client
        .query(
            "SELECT number, commitment FROM profiles WHERE generation = $1 ORDER BY number",
            &[&number],
        )
        .await?;
    let mut rows = Checksum::default();
    let mut numbers = None;
    for row in &found {
        let of_row: i64 = row.try_get(0)?;
        rows.add(ValueRef::Integer(of_row));
        rows.add(ValueRef::Blob(&row.try_get::<_, Bytes32>(1)?.0));
        numbers = Some((numbers.map_or(of_row, |(first, _)| first), of_row));
    }
    let run = client
        .query_one(
            "SELECT r.journal_id, r.bindings, p.digest, p.tool, p.created, p.input_name, \
             p.input_form FROM run r, plans p WHERE p.number = $1",
            &[&number],
        )
        .await?;
    let text = |column| -> Result<Option<String>, Error> { run.try_get(column) };
    let (journal_id, bindings) = (text(0)?, text(1)?);
    let (digest, tool, name, form) = (text(2)?, text(3)?, text(5)?, text(6)?);
    let (first, last) = numbers.unzip();
    let plan = of([
        ValueRef::Integer(number),
        of_text(&digest),
        of_text(&tool),
        ValueRef::Integer(run.try_get(4)?),
        of_text(&name),
        of_text(&form),
        of_integer(first),
        of_integer(last),
    ]);
    let mut entry = NewEntry::new(None, time, PLAN);
    entry.commitment = Some(of([
        of_text(&journal_id),
        of_text(&bindings),
        ValueRef::Blob(&plan),
        ValueRef::Blob(&rows.finish()),
    ]));
    Ok((numbers, entry))
}
