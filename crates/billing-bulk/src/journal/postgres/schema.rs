//! The tables of a journal in PostgreSQL, whose checks hold what the state machine promises.

use tokio_postgres::{Client, GenericClient};

use crate::journal::RunInfo;
use crate::journal::error::JournalError;
use crate::journal::postgres::address::Address;

/// The version of the tables.
const VERSION: i32 = 1;

/// The tables, without their schema: the session's search path has it. They have the columns of the
/// journal in SQLite, but no checksums: the server has its own.
const TABLES: &str = "
CREATE TABLE run (
    id          integer PRIMARY KEY CHECK (id = 1),
    version     integer NOT NULL,
    journal_id  text NOT NULL,
    plan_digest text NOT NULL,
    bindings    text NOT NULL,
    has_begun   boolean NOT NULL
);
CREATE TABLE rates (
    id    integer PRIMARY KEY CHECK (id = 1),
    rates text NOT NULL
);
CREATE TABLE profiles (
    number   bigint PRIMARY KEY CHECK (number > 0),
    key      text NOT NULL UNIQUE,
    profile  text NOT NULL,
    document bytea NOT NULL,
    etag     text,
    hash     bytea CHECK (length(hash) = 32),
    changes  text NOT NULL,
    CHECK ((etag IS NULL) <> (hash IS NULL))
);
CREATE TABLE progress (
    number      bigint PRIMARY KEY REFERENCES profiles (number),
    state       text NOT NULL CHECK (state IN ('planned', 'sending', 'accepted', 'done',
                                               'unchanged', 'failed', 'conflict', 'unknown')),
    attempt     bigint CHECK (attempt > 0),
    request_id  text CHECK (length(request_id) = 36),
    sent        bigint,
    body        bytea,
    body_sha256 text CHECK (length(body_sha256) = 64),
    if_match    text,
    token       text,
    cause       text,
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK ((attempt IS NULL) = (sent IS NULL)),
    CHECK ((attempt IS NULL) = (body_sha256 IS NULL)),
    CHECK (attempt IS NOT NULL OR (body IS NULL AND if_match IS NULL)),
    CHECK (attempt IS NOT NULL OR state IN ('planned', 'unchanged', 'failed', 'conflict')),
    CHECK ((body IS NOT NULL) = (state IN ('sending', 'accepted'))),
    CHECK ((token IS NOT NULL) = (state = 'accepted')),
    CHECK (cause IS NOT NULL OR state NOT IN ('unchanged', 'failed', 'conflict', 'unknown')),
    CHECK (cause IS NULL OR state NOT IN ('sending', 'accepted', 'done'))
);
CREATE INDEX progress_by_state ON progress (state, number);
CREATE TABLE history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      bigint NOT NULL REFERENCES progress (number),
    time        bigint NOT NULL,
    state       text NOT NULL,
    attempt     bigint,
    request_id  text,
    body_sha256 text,
    cause       text,
    CHECK ((state = 'sending') = (attempt IS NOT NULL)),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK ((attempt IS NULL) = (body_sha256 IS NULL))
);
CREATE INDEX history_by_row ON history (number, id);
";

/// Returns what the journal is about; `None` if there is no journal.
///
/// # Errors
/// The server failed, or the journal is one of a newer version.
pub(super) async fn read(
    client: &impl GenericClient,
    address: &Address,
) -> Result<Option<RunInfo>, JournalError> {
    let failed = |error| address.failed(&error);
    let table = client
        .query_one(
            "SELECT to_regclass(quote_ident($1) || '.run') IS NOT NULL",
            &[&address.schema()],
        )
        .await
        .map_err(failed)?;
    if !table.get::<_, bool>(0) {
        return Ok(None);
    }
    let row = client
        .query_opt(
            "SELECT version, journal_id, plan_digest, bindings, has_begun FROM run",
            &[],
        )
        .await
        .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    let version: i32 = row.get(0);
    if version != VERSION {
        return Err(address.refused(format!(
            "the journal has format {version} of another version of this tool; use that version"
        )));
    }
    let bindings = serde_json::from_str(row.get(3));
    Ok(Some(RunInfo {
        id: row.get(1),
        plan_digest: row.get(2),
        bindings: bindings.map_err(|_| address.refused("its table `run` is damaged".to_owned()))?,
        has_begun: row.get(4),
    }))
}

/// Creates the journal of a new run.
///
/// # Errors
/// The server failed, or the user may not create a schema. Nothing was created.
pub(super) async fn create(
    client: &mut Client,
    address: &Address,
    new: &RunInfo,
) -> Result<RunInfo, JournalError> {
    let failed = |error| address.failed(&error);
    let info = RunInfo {
        has_begun: false,
        ..new.clone()
    };
    let bindings = serde_json::to_string(&info.bindings)
        .map_err(|error| address.refused(error.to_string()))?;
    let transaction = client.transaction().await.map_err(failed)?;
    // The name has only letters, digits and `_`.
    let schema = format!("CREATE SCHEMA IF NOT EXISTS {}", address.schema());
    transaction.batch_execute(&schema).await.map_err(failed)?;
    transaction.batch_execute(TABLES).await.map_err(failed)?;
    transaction
        .execute(
            "INSERT INTO run VALUES (1, $1, $2, $3, $4, false)",
            &[&VERSION, &info.id, &info.plan_digest, &bindings],
        )
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(info)
}
