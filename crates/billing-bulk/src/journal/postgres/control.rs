//! The orders of other processes, and what a run tells them.

use tokio_postgres::{Client, Error};

use crate::control::{Activity, By, Control, Order, ProcessId};
use crate::journal::error::JournalError;
use crate::journal::postgres::address::Address;
use crate::journal::postgres::{lock, schema};

/// Gives an order to the run of a journal, whose process may have it open. Returns all orders that
/// are in force then. Must be called in a tokio runtime.
///
/// # Errors
/// The address is not valid; no connection; there is no such journal, or it is one of another
/// version.
pub async fn give_order(address: &str, order: &Order, by: &By) -> Result<Control, JournalError> {
    let address = Address::parse(address)?;
    let mut client = address.connect().await?;
    if schema::read(&client, &address).await?.is_none() {
        return Err(address.no_journal());
    }
    let given = give(&mut client, &address, order, by).await;
    given.map_err(|error| address.failed(&error))
}

async fn give(
    client: &mut Client,
    address: &Address,
    order: &Order,
    by: &By,
) -> Result<Control, Error> {
    let holder = lock::holder(client, address).await?;
    let process = holder.map(|holder| ProcessId {
        process: holder.process,
        host: holder.host,
    });
    change(client, |control| {
        control.apply(order, by, process.as_ref());
    })
    .await
}

/// Changes the orders, and returns them.
pub(super) async fn change(
    client: &mut Client,
    change: impl FnOnce(&mut Control),
) -> Result<Control, Error> {
    let transaction = client.transaction().await?;
    let lock = "LOCK TABLE control IN EXCLUSIVE MODE";
    transaction.batch_execute(lock).await?;
    let found = transaction.query_opt(SELECT, &[]).await?;
    let mut control: Control = parsed(found.as_ref())?.unwrap_or_default();
    change(&mut control);
    let text = serde_json::to_string(&control).unwrap_or_default();
    let insert = "INSERT INTO control VALUES (1, $1) \
                  ON CONFLICT (id) DO UPDATE SET control = excluded.control";
    transaction.execute(insert, &[&text]).await?;
    transaction.commit().await?;
    Ok(control)
}

const SELECT: &str = "SELECT control FROM control";

/// Returns the orders.
pub(super) async fn read(client: &Client) -> Result<Control, Error> {
    let found = client.query_opt(SELECT, &[]).await?;
    Ok(parsed(found.as_ref())?.unwrap_or_default())
}

/// Returns what the run told last.
pub(super) async fn read_activity(client: &Client) -> Result<Option<Activity>, Error> {
    let found = client
        .query_opt("SELECT activity FROM activity", &[])
        .await?;
    parsed(found.as_ref())
}

/// Stores what the run tells.
pub(super) async fn write_activity(client: &Client, activity: Activity) -> Result<(), Error> {
    let text = serde_json::to_string(&activity).unwrap_or_default();
    let insert = "INSERT INTO activity VALUES (1, $1) \
                  ON CONFLICT (id) DO UPDATE SET activity = excluded.activity";
    client.execute(insert, &[&text]).await.map(drop)
}

/// Reads the JSON of a row; what another version wrote counts as absent.
fn parsed<T: serde::de::DeserializeOwned>(
    row: Option<&tokio_postgres::Row>,
) -> Result<Option<T>, Error> {
    let text = row.map(|row| row.try_get::<_, String>(0)).transpose()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
