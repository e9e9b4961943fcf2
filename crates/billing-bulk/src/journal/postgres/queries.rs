//! What is read of a journal in PostgreSQL.

use std::time::SystemTime;

use tokio_postgres::{Client, Error};

use crate::document::Document;
use crate::journal::postgres::columns::{self, Number, Parsed, signed};
use crate::journal::row::{Entry, Row};
use crate::journal::state::{Counts, State};
use crate::journal::stored::{Stored, Table};
use crate::profile::ProfileId;

pub(super) async fn rows(
    client: &Client,
    states: &[State],
    after: u64,
    limit: usize,
) -> Result<Vec<Row>, Error> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let query = format!(
        "SELECT {} FROM profiles p JOIN progress g ON g.number = p.number \
         WHERE g.state = ANY($1) AND g.number > $2 AND g.replaced_by IS NULL \
         ORDER BY g.number LIMIT $3",
        columns::ROW
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = client
        .query(&query, &[&states, &signed(after), &limit])
        .await?;
    found.iter().map(columns::row).collect()
}

pub(super) async fn find(client: &Client, profile: &ProfileId) -> Result<Option<Row>, Error> {
    let query = format!(
        "SELECT {} FROM profiles p JOIN progress g ON g.number = p.number \
         WHERE p.key = $1 AND g.replaced_by IS NULL",
        columns::ROW
    );
    let found = client.query_opt(&query, &[&profile.key()]).await?;
    found.as_ref().map(columns::row).transpose()
}

pub(super) async fn row(client: &Client, number: u64) -> Result<Option<Row>, Error> {
    let query = format!(
        "SELECT {} FROM profiles p JOIN progress g ON g.number = p.number WHERE p.number = $1",
        columns::ROW
    );
    let found = client.query_opt(&query, &[&signed(number)]).await?;
    found.as_ref().map(columns::row).transpose()
}

pub(super) async fn history(client: &Client, row: u64) -> Result<Vec<Entry>, Error> {
    let query = format!(
        "SELECT {} FROM history WHERE number = $1 AND state <> 'erased' ORDER BY id",
        columns::ENTRY
    );
    let found = client.query(&query, &[&signed(row)]).await?;
    found.iter().map(columns::entry).collect()
}

pub(super) async fn outcome(client: &Client, row: u64) -> Result<Option<Document>, Error> {
    let query = "SELECT document, etag, hash FROM outcomes WHERE number = $1";
    let found = client.query_opt(query, &[&signed(row)]).await?;
    found.map(|row| columns::document(&row, 0)).transpose()
}

pub(super) async fn counts(client: &Client) -> Result<Counts, Error> {
    let found = client
        .query(
            "SELECT state, count(*) FROM progress WHERE replaced_by IS NULL GROUP BY state",
            &[],
        )
        .await?;
    let mut counts = Counts::default();
    for row in &found {
        let Parsed(state) = row.try_get::<_, Parsed<State>>(0)?;
        let Number(profiles) = row.try_get(1)?;
        counts.add(state, profiles);
    }
    Ok(counts)
}

pub(super) async fn last_change(client: &Client) -> Result<Option<SystemTime>, Error> {
    let query = "SELECT time FROM history ORDER BY id DESC LIMIT 1";
    columns::time(client.query_opt(query, &[]).await?.as_ref())
}

pub(super) async fn rates(client: &Client) -> Result<Option<String>, Error> {
    let found = client.query_opt("SELECT rates FROM rates", &[]).await?;
    found.map(|row| row.try_get(0)).transpose()
}

/// Returns the next rows of a table with a key above `after`, as they are stored. This storage does
/// not count the steps of a row.
pub(super) async fn stored(
    client: &Client,
    table: Table,
    after: i64,
    limit: usize,
) -> Result<Vec<Stored>, Error> {
    let names = table.columns();
    let columns: Vec<_> = names
        .iter()
        .map(|name| match *name {
            "steps" => "NULL::bigint",
            name => name,
        })
        .collect();
    let key = names.first().copied().unwrap_or_default();
    let query = format!(
        "SELECT {}, {} FROM {} WHERE {key} > $1 ORDER BY {key} LIMIT $2",
        columns.join(", "),
        table.binding().unwrap_or("NULL::bytea"),
        table.name(),
    );
    // The key of `run` is a shorter number.
    let query = match table {
        Table::Run => query.replace("> $1", "> $1::bigint"),
        _ => query,
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = client.query(&query, &[&after, &limit]).await?;
    let rows = found.iter().map(|row| {
        let values = (0..names.len()).map(|column| columns::value(row, column));
        Ok(Stored {
            values: values.collect::<Result<_, Error>>()?,
            checksum: None,
            binding: row.try_get(names.len())?,
        })
    });
    rows.collect()
}

/// Stores the learned rates.
pub(super) async fn save_rates(client: &Client, rates: &str) -> Result<(), Error> {
    let query = "INSERT INTO rates VALUES (1, $1) \
                 ON CONFLICT (id) DO UPDATE SET rates = excluded.rates";
    client.execute(query, &[&rates]).await.map(drop)
}
