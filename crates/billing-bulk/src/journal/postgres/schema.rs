//! The tables of a journal in PostgreSQL, whose checks hold what the state machine promises.

use tokio_postgres::{Client, GenericClient, Row};

use crate::journal::error::JournalError;
use crate::journal::postgres::address::Address;
use crate::journal::postgres::columns::Number;
use crate::journal::{PlanInfo, RunInfo};
use crate::sqlite::time::{from_nanos, to_nanos};

/// The version of the tables.
const VERSION: i32 = 3;

/// The tables, without their schema: the session's search path has it. They have the columns of the
/// journal in SQLite, but no checksums: the server has its own. The chain and the commitments are
/// over the same values.
const TABLES: &str = "
CREATE TABLE run (
    id         integer PRIMARY KEY CHECK (id = 1),
    version    integer NOT NULL,
    journal_id text NOT NULL,
    bindings   text NOT NULL,
    has_begun  boolean NOT NULL
);
CREATE TABLE plans (
    number     bigint PRIMARY KEY CHECK (number > 0),
    digest     text NOT NULL,
    tool       text NOT NULL,
    created    bigint NOT NULL,
    input_name text,
    input_form text,
    first_row  bigint CHECK (first_row > 0),
    last_row   bigint CHECK (last_row >= first_row),
    CHECK ((first_row IS NULL) = (last_row IS NULL))
);
CREATE TABLE holders (
    id        bigint PRIMARY KEY CHECK (id > 0),
    process   bigint,
    host      text,
    user_name text,
    tool      text,
    opened    bigint NOT NULL
);
CREATE TABLE rates (
    id    integer PRIMARY KEY CHECK (id = 1),
    rates text NOT NULL
);
CREATE TABLE control (
    id      integer PRIMARY KEY CHECK (id = 1),
    control text NOT NULL
);
CREATE TABLE activity (
    id       integer PRIMARY KEY CHECK (id = 1),
    activity text NOT NULL
);
CREATE TABLE profiles (
    number     bigint PRIMARY KEY CHECK (number > 0),
    generation bigint NOT NULL REFERENCES plans (number),
    previous   bigint REFERENCES profiles (number),
    key        text NOT NULL,
    profile    text NOT NULL,
    document   bytea NOT NULL,
    etag       text,
    hash       bytea CHECK (length(hash) = 32),
    changes    text NOT NULL,
    location   text,
    raw        text,
    erased     bigint,
    commitment bytea NOT NULL CHECK (length(commitment) = 32),
    UNIQUE (key, generation),
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
    replaced_by bigint REFERENCES profiles (number),
    salt        bytea CHECK (length(salt) = 32),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK ((attempt IS NULL) = (sent IS NULL)),
    CHECK ((attempt IS NULL) = (body_sha256 IS NULL)),
    CHECK (attempt IS NOT NULL OR (body IS NULL AND if_match IS NULL)),
    CHECK (attempt IS NOT NULL OR state IN ('planned', 'unchanged', 'failed', 'conflict')),
    CHECK ((body IS NOT NULL) = (state IN ('sending', 'accepted'))),
    CHECK ((token IS NOT NULL) = (state = 'accepted')),
    CHECK (cause IS NOT NULL OR state NOT IN ('unchanged', 'failed', 'conflict', 'unknown')),
    CHECK (cause IS NULL OR state NOT IN ('accepted', 'done'))
);
CREATE INDEX progress_by_state ON progress (state, number) WHERE replaced_by IS NULL;
-- For the removal of the rows of an interrupted plan.
CREATE INDEX profiles_by_previous ON profiles (previous) WHERE previous IS NOT NULL;
CREATE INDEX progress_by_replacing ON progress (replaced_by) WHERE replaced_by IS NOT NULL;
CREATE TABLE outcomes (
    number   bigint PRIMARY KEY REFERENCES progress (number),
    document bytea NOT NULL,
    etag     text,
    hash     bytea CHECK (length(hash) = 32),
    CHECK ((etag IS NULL) <> (hash IS NULL))
);
CREATE TABLE history (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number             bigint REFERENCES progress (number),
    time               bigint NOT NULL,
    state              text NOT NULL CHECK (state IN (
                           'planned', 'sending', 'accepted', 'done', 'unchanged', 'failed',
                           'conflict', 'unknown', 'plan', 'erased')),
    attempt            bigint,
    request_id         text,
    cause              text,
    holder             bigint NOT NULL REFERENCES holders (id),
    service_request_id text,
    correlation_id     text,
    commitment         bytea CHECK (length(commitment) = 32),
    chain              bytea NOT NULL CHECK (length(chain) = 32),
    CHECK ((number IS NULL) = (state = 'plan')),
    CHECK (state = 'sending' OR attempt IS NULL),
    CHECK (attempt IS NOT NULL OR cause IS NOT NULL OR state <> 'sending'),
    CHECK ((attempt IS NULL) = (request_id IS NULL)),
    CHECK (commitment IS NOT NULL OR attempt IS NULL),
    CHECK (commitment IS NOT NULL OR state NOT IN ('done', 'plan', 'erased'))
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
            "SELECT version, journal_id, bindings, has_begun FROM run",
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
    let bindings = serde_json::from_str(row.get(2));
    let plans = client
        .query(SELECT_PLANS, &[])
        .await
        .and_then(|plans| plans.iter().map(plan).collect())
        .map_err(failed)?;
    Ok(Some(RunInfo {
        id: row.get(1),
        plans,
        bindings: bindings.map_err(|_| address.refused("its table `run` is damaged".to_owned()))?,
        has_begun: row.get(3),
    }))
}

const SELECT_PLANS: &str = "SELECT digest, tool, created, input_name, input_form, first_row, \
    last_row FROM plans WHERE number = 1 OR first_row IS NOT NULL ORDER BY number";

/// Returns a plan from the columns of [`SELECT_PLANS`].
fn plan(row: &Row) -> Result<PlanInfo, tokio_postgres::Error> {
    let first = row.try_get::<_, Option<Number>>(5)?;
    let last = row.try_get::<_, Option<Number>>(6)?;
    Ok(PlanInfo {
        digest: row.try_get(0)?,
        tool: row.try_get(1)?,
        created: from_nanos(row.try_get(2)?),
        input: row.try_get(3)?,
        form: row.try_get(4)?,
        rows: first.zip(last).map(|(first, last)| first.0..=last.0),
    })
}

/// Adds a plan without rows.
pub(super) async fn write_plan(
    client: &impl GenericClient,
    number: i64,
    plan: &PlanInfo,
) -> Result<(), tokio_postgres::Error> {
    client
        .execute(
            "INSERT INTO plans VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)",
            &[
                &number,
                &plan.digest,
                &plan.tool,
                &to_nanos(plan.created),
                &plan.input,
                &plan.form,
            ],
        )
        .await
        .map(drop)
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
            "INSERT INTO run VALUES (1, $1, $2, $3, false)",
            &[&VERSION, &info.id, &bindings],
        )
        .await
        .map_err(failed)?;
    for (number, plan) in (1_i64..).zip(&info.plans) {
        write_plan(&transaction, number, plan)
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(info)
}

#[cfg(test)]
mod tests {
    use super::{TABLES, VERSION};
    use crate::sqlite::checksum::sha256;

    /// A journal that was made by another version must not fail in the middle of a run.
    #[test]
    fn other_tables_have_another_version() {
        let tables = "b904d08a61d65291de83ebe815b22833d43265c31c5b7dee62acb38216f637a2";
        assert_eq!((VERSION, &*sha256(TABLES.as_bytes())), (3, tables));
    }
}
