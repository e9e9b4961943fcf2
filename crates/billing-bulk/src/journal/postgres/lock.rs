//! The lock that lets one session at a time write a journal.

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};

use crate::journal::error::JournalError;
use crate::journal::holder::Holder;
use crate::journal::postgres::address::{Address, holder_of};

/// Refuses a server that confirms what a power loss can undo.
pub(super) async fn require_durable(
    client: &Client,
    address: &Address,
) -> Result<(), JournalError> {
    let row = client.query_one("SHOW fsync", &[]).await;
    let row = row.map_err(|error| address.failed(&error))?;
    if row.get::<_, &str>(0) == "on" {
        return Ok(());
    }
    Err(address.refused(
        "the server has fsync = off: a power loss could undo what it confirms; use a server that \
         keeps its data"
            .to_owned(),
    ))
}

/// The number of the journal's advisory lock, as two halves that `pg_locks` shows.
const LOCK: &str = "hashtextextended('billing-bulk ' || $1, 0)";

/// Takes the lock of the journal for as long as the session lasts.
///
/// Waits for a moment if another session has it: a process that has just ended, or was killed, has
/// it until the server notices that.
pub(super) async fn lock(client: &Client, address: &Address) -> Result<(), JournalError> {
    let failed = |error| address.failed(&error);
    // The wait is one statement, which a server or a role may give less time.
    let set = "SET lock_timeout = '5s'; SET statement_timeout = 0";
    let wait = client.batch_execute(set).await;
    wait.map_err(failed)?;
    let query = format!("SELECT pg_advisory_lock({LOCK})");
    match client.execute(&query, &[&address.schema()]).await {
        Ok(_) => {
            let reset = "RESET lock_timeout; RESET statement_timeout";
            let wait = client.batch_execute(reset).await;
            return wait.map_err(failed);
        }
        Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {}
        Err(error) => return Err(failed(error)),
    }
    let holder = holder(client, address).await.map_err(failed)?;
    Err(JournalError::InUse {
        journal: address.shown().to_owned(),
        holder: holder.unwrap_or_default(),
    })
}

/// Returns the process that has the lock of the journal.
pub(super) async fn holder(client: &Client, address: &Address) -> Result<Option<Holder>, Error> {
    let query = format!(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND (l.classid::bigint << 32) | l.objid::bigint = {LOCK}"
    );
    let found = client.query_opt(&query, &[&address.schema()]).await?;
    let name = found.map(|row| row.try_get::<_, Option<String>>(0));
    let name = name.transpose()?;
    Ok(name.map(|name| holder_of(&name.unwrap_or_default())))
}
