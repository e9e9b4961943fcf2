//! A journal in a SQLite file.

mod columns;
mod control;
mod erase;
mod generation;
mod history;
#[cfg(feature = "__storage")]
mod on_connection;
mod reader;
mod record;
mod rows;
mod run_table;
mod schema;
mod store;
mod stored;
mod writer;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use billing_core::BoxFuture;
use futures_util::future::join;

use crate::control::{Activity, Control, ControlUpdate};
use crate::document::Document;
use crate::journal::error::JournalError;
use crate::journal::holder::{Holder, Recorder};
use crate::journal::row::{Entry, NewRow, Row};
use crate::journal::sqlite::record::Step;
use crate::journal::sqlite::store::Store;
use crate::journal::sqlite::writer::Writer;
use crate::journal::state::{Counts, State, Transition};
use crate::journal::stored::{Stored, Table};
use crate::journal::{Hash, Journal, JournalReader, PlanInfo, RunInfo};
use crate::profile::ProfileId;

pub use crate::journal::sqlite::control::give_order;
pub use crate::journal::sqlite::reader::SqliteReader;

/// How many rows one transaction stores at the beginning of a run.
const ROWS_PER_INSERT: usize = 256;

/// A journal in a SQLite file, open for a run.
///
/// A thread of its own writes it. It takes all transitions that wait into one transaction, so that
/// many profiles share one sync of the disk. The file must be on a local disk: SQLite's write-ahead
/// log needs memory that its processes share.
///
/// ```no_run
/// use std::path::Path;
///
/// use billing_bulk::JournalError;
/// use billing_bulk::journal::sqlite::SqliteJournal;
/// use billing_bulk::journal::{Holder, RunInfo};
///
/// /// Opens the journal of a run, in which the steps are recorded under the name of a user.
/// fn open(new: &RunInfo, user: String) -> Result<SqliteJournal, JournalError> {
///     let holder = Holder {
///         user: Some(user),
///         ..Holder::this_process()
///     };
///     let journal = SqliteJournal::open_or_create(Path::new("run.db"), new)?;
///     Ok(journal.with_holder(holder))
/// }
/// ```
#[derive(Debug)]
pub struct SqliteJournal {
    info: RunInfo,
    place: Place,
}

/// Where the calls are made.
#[derive(Debug)]
enum Place {
    Thread(Writer),
    Inline(Box<Mutex<Store>>),
}

impl SqliteJournal {
    /// Opens the journal of a run, or creates one for a `new` run. Whether an existing journal is
    /// that of the same run is up to the caller: compare [`info`](JournalReader::info).
    ///
    /// Blocks the thread for up to a second while another process has the journal open for a run.
    ///
    /// # Errors
    /// Another process has the journal open for a run; the file is no journal, damaged, or one of a
    /// newer version; the disk failed.
    pub fn open_or_create(path: &Path, new: &RunInfo) -> Result<Self, JournalError> {
        Self::on_thread(Store::open_or_create(path, new)?)
    }

    /// Opens the journal of a run that was begun before. Blocks the thread for up to a second while
    /// another process has it open for a run.
    ///
    /// # Errors
    /// There is no such file, or as for [`open_or_create`](Self::open_or_create).
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::on_thread(Store::open(path)?)
    }

    /// Opens a journal as [`open_or_create`](Self::open_or_create) does, without a thread: each
    /// call is made, and each transition committed, when its future is polled first. A simulation
    /// replays such a journal exactly. This too blocks the thread for up to a second while another
    /// process has the journal open for a run.
    ///
    /// # Errors
    /// As for [`open_or_create`](Self::open_or_create).
    pub fn open_inline(path: &Path, new: &RunInfo) -> Result<Self, JournalError> {
        Ok(Self::inline(Store::open_or_create(path, new)?))
    }

    /// Sets the name under which this process is recorded: by default its id, its machine and this
    /// library.
    #[must_use]
    pub fn with_holder(self, holder: Holder) -> Self {
        match &self.place {
            Place::Thread(writer) => writer.post(move |store| store.identify(holder)),
            Place::Inline(store) => {
                let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
                store.identify(holder);
            }
        }
        self
    }

    fn on_thread(store: Store) -> Result<Self, JournalError> {
        Ok(Self {
            info: store.info().clone(),
            place: Place::Thread(Writer::start(store)?),
        })
    }

    fn inline(store: Store) -> Self {
        Self {
            info: store.info().clone(),
            place: Place::Inline(Box::new(Mutex::new(store))),
        }
    }

    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Store) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        match &self.place {
            Place::Thread(writer) => writer.call(call).await,
            Place::Inline(store) => call(&mut store.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

impl JournalReader for SqliteJournal {
    fn info(&self) -> &RunInfo {
        &self.info
    }

    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>> {
        let states = states.to_vec();
        Box::pin(self.call(move |store| store.rows_to_work_on(&states, after, limit)))
    }

    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>> {
        let profile = profile.clone();
        Box::pin(self.call(move |store| store.find(&profile)))
    }

    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>> {
        Box::pin(self.call(move |store| store.row(number)))
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        Box::pin(self.call(move |store| store.history(row)))
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        Box::pin(self.call(|store| store.counts()))
    }

    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>> {
        Box::pin(self.call(|store| store.last_change()))
    }

    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>> {
        Box::pin(self.call(move |store| store.outcome(row)))
    }

    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>> {
        Box::pin(self.call(|store| store.recorders()))
    }

    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>> {
        Box::pin(self.call(|store| store.head()))
    }

    fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>> {
        Box::pin(self.call(move |store| store.stored(table, after, limit)))
    }

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        Box::pin(async { Ok(Some(Holder::this_process())) })
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        Box::pin(self.call(|store| store.rates()))
    }

    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        Box::pin(self.call(|store| store.control()))
    }

    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        Box::pin(self.call(|store| store.activity()))
    }
}

impl Journal for SqliteJournal {
    fn begin<'a>(
        &'a self,
        plan: &'a PlanInfo,
        time: SystemTime,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            let plan = plan.clone();
            self.call(move |store| store.begin(&plan)).await?;
            // In parts, so that the log stays small; none counts until the last step.
            let mut take = || {
                let part = (&mut *rows).take(ROWS_PER_INSERT);
                part.collect::<Result<Vec<_>, _>>()
            };
            let mut part = take()?;
            while !part.is_empty() {
                // The next part is read while this one is stored.
                let stored = self.call(move |store| {
                    store.insert(&part)?;
                    // To be freed by the thread that has allocated it: two threads that free what
                    // the other allocates wait for each other.
                    Ok(part)
                });
                let (stored, next) = join(stored, async { take() }).await;
                drop(stored?);
                part = next?;
            }
            self.call(move |store| store.finish_begin(time)).await
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
        Box::pin(async move {
            match &self.place {
                Place::Thread(writer) => writer.record(step).await,
                Place::Inline(_) => {
                    self.call(move |store| store.record(vec![step]).into_iter().collect())
                        .await
                }
            }
        })
    }

    fn erase<'a>(
        &'a self,
        profile: &'a ProfileId,
        time: SystemTime,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        let profile = profile.clone();
        Box::pin(self.call(move |store| store.erase(&profile, time)))
    }

    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.call(move |store| store.save_rates(&rates)))
    }

    fn update_control(&self, update: ControlUpdate) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.call(move |store| store.update_control(&update)))
    }

    fn save_activity(&self, activity: Activity) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.call(move |store| store.save_activity(&activity)))
    }
}
