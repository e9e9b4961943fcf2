//! A journal in PostgreSQL, for runs that must survive the loss of their machine.
//!
//! The address is `postgres://user@host/database#name`: each name is a journal of its own, in the
//! schema `billing_name`. A server on another machine must offer TLS.

mod address;
mod columns;
mod control;
mod erase;
mod generation;
mod history;
mod lock;
mod queries;
mod record;
mod schema;
mod session;

use std::time::SystemTime;

use billing_core::BoxFuture;
use tokio_postgres::Client;

use crate::control::{Activity, Control, ControlUpdate};
use crate::document::Document;
use crate::journal::error::JournalError;
use crate::journal::holder::{Holder, Recorder};
use crate::journal::postgres::address::Address;
use crate::journal::postgres::record::Step;
use crate::journal::postgres::session::Session;
use crate::journal::row::{Entry, NewRow, Row};
use crate::journal::state::{Counts, State, Transition};
use crate::journal::stored::{Stored, Table};
use crate::journal::{Hash, Journal, JournalReader, PlanInfo, RunInfo};
use crate::profile::ProfileId;

pub use crate::journal::postgres::control::give_order;

/// How many rows one request stores at the beginning of a run.
const ROWS_PER_INSERT: usize = 256;

/// A journal in PostgreSQL, open for a run.
///
/// One session of the server writes it and holds an advisory lock for as long as it is connected.
/// The server releases the lock when the connection is gone: another machine can then take the run
/// over. Must be opened and used in a tokio runtime.
///
/// ```no_run
/// use billing_bulk::JournalError;
/// use billing_bulk::journal::RunInfo;
/// use billing_bulk::journal::postgres::PostgresJournal;
///
/// async fn open(new: &RunInfo) -> Result<PostgresJournal, JournalError> {
///     PostgresJournal::open_or_create("postgres://billing@db.example/runs#march", new).await
/// }
/// ```
#[derive(Debug)]
pub struct PostgresJournal {
    info: RunInfo,
    session: Session,
    reader: PostgresReader,
}

impl PostgresJournal {
    /// Opens the journal of a run, or creates one for a `new` run. Whether an existing journal is
    /// that of the same run is up to the caller: compare [`info`](JournalReader::info).
    ///
    /// Waits up to 5 seconds while another process has the journal open for a run.
    ///
    /// # Errors
    /// Nothing may be sent. The address is not valid; no connection; the server does not keep what
    /// it confirms (`fsync = off`); another process has the journal open for a run; the journal is
    /// one of a newer version.
    pub async fn open_or_create(address: &str, new: &RunInfo) -> Result<Self, JournalError> {
        Self::start(address, Some(new)).await
    }

    /// Opens the journal of a run that was begun before. Waits up to 5 seconds while another
    /// process has it open for a run.
    ///
    /// # Errors
    /// There is no such journal, or as for [`open_or_create`](Self::open_or_create).
    pub async fn open(address: &str) -> Result<Self, JournalError> {
        Self::start(address, None).await
    }

    /// Sets the name under which this process is recorded: by default its id, its machine and this
    /// library.
    #[must_use]
    pub fn with_holder(self, holder: Holder) -> Self {
        self.session.identify(holder);
        self
    }

    async fn start(address: &str, new: Option<&RunInfo>) -> Result<Self, JournalError> {
        let address = Address::parse(address)?;
        let (session, info) = Session::start(&address, new).await?;
        let reader = PostgresReader::connect(&address, info.clone()).await?;
        Ok(Self {
            info,
            session,
            reader,
        })
    }
}

/// A journal in PostgreSQL, open for reading, also while a run continues.
#[derive(Debug)]
pub struct PostgresReader {
    info: RunInfo,
    client: Client,
    address: Address,
}

impl PostgresReader {
    /// Opens a journal for reading.
    ///
    /// # Errors
    /// The address is not valid; no connection; there is no such journal, or it is one of a newer
    /// version.
    pub async fn open(address: &str) -> Result<Self, JournalError> {
        let address = Address::parse(address)?;
        let client = address.connect().await?;
        let info = schema::read(&client, &address).await?;
        let info = info.ok_or_else(|| address.no_journal())?;
        Ok(Self {
            info,
            client,
            address,
        })
    }

    async fn connect(address: &Address, info: RunInfo) -> Result<Self, JournalError> {
        Ok(Self {
            info,
            client: address.connect().await?,
            address: address.clone(),
        })
    }

    fn call<'a, T>(
        &'a self,
        call: impl Future<Output = Result<T, tokio_postgres::Error>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, JournalError>> {
        Box::pin(async { call.await.map_err(|error| self.address.failed(&error)) })
    }
}

impl JournalReader for PostgresReader {
    fn info(&self) -> &RunInfo {
        &self.info
    }

    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>> {
        self.call(queries::rows(&self.client, states, after, limit))
    }

    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>> {
        self.call(queries::find(&self.client, profile))
    }

    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>> {
        self.call(queries::row(&self.client, number))
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        self.call(queries::history(&self.client, row))
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        self.call(queries::counts(&self.client))
    }

    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>> {
        self.call(queries::last_change(&self.client))
    }

    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>> {
        self.call(queries::outcome(&self.client, row))
    }

    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>> {
        self.call(history::recorders(&self.client))
    }

    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>> {
        self.call(history::head(&self.client, &self.info.id))
    }

    fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>> {
        self.call(queries::stored(&self.client, table, after, limit))
    }

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        self.call(lock::holder(&self.client, &self.address))
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        self.call(queries::rates(&self.client))
    }

    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        self.call(control::read(&self.client))
    }

    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        self.call(control::read_activity(&self.client))
    }
}

impl JournalReader for PostgresJournal {
    fn info(&self) -> &RunInfo {
        &self.info
    }

    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>> {
        self.reader.rows(states, after, limit)
    }

    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>> {
        self.reader.find(profile)
    }

    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>> {
        self.reader.row(number)
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        self.reader.history(row)
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        self.reader.counts()
    }

    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>> {
        self.reader.last_change()
    }

    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>> {
        self.reader.outcome(row)
    }

    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>> {
        self.reader.recorders()
    }

    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>> {
        self.reader.head()
    }

    fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>> {
        self.reader.stored(table, after, limit)
    }

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        Box::pin(async { Ok(Some(Holder::this_process())) })
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        self.reader.rates()
    }

    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        self.reader.control()
    }

    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        self.reader.activity()
    }
}

impl Journal for PostgresJournal {
    fn begin<'a>(
        &'a self,
        plan: &'a PlanInfo,
        time: SystemTime,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            self.session.begin(plan.clone()).await?;
            // In parts, so that memory stays small; none counts until the last step.
            loop {
                let part = (&mut *rows)
                    .take(ROWS_PER_INSERT)
                    .collect::<Result<Vec<_>, _>>()?;
                if part.is_empty() {
                    break;
                }
                self.session.insert(part).await?;
            }
            self.session.finish_begin(time).await
        })
    }

    fn record(
        &self,
        row: u64,
        time: SystemTime,
        transition: Transition,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        let step = Step {
            row,
            time,
            transition,
        };
        Box::pin(self.session.record(step))
    }

    fn erase<'a>(
        &'a self,
        profile: &'a ProfileId,
        time: SystemTime,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(self.session.erase(profile.clone(), time))
    }

    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.session.save_rates(rates))
    }

    fn update_control(&self, update: ControlUpdate) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.session.update_control(update))
    }

    fn save_activity(&self, activity: Activity) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.session.save_activity(activity))
    }
}
