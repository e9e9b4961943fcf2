//! The one session that writes a journal in PostgreSQL and holds its lock.

use std::time::SystemTime;

use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Client;

use crate::control::{Activity, ControlUpdate};
use crate::journal::error::JournalError;
use crate::journal::generation::Generation;
use crate::journal::holder::Holder;
use crate::journal::postgres::address::Address;
use crate::journal::postgres::history::History;
use crate::journal::postgres::lock::{lock, require_durable};
use crate::journal::postgres::record::{Step, record};
use crate::journal::postgres::{control, erase, generation, queries, schema};
use crate::journal::row::NewRow;
use crate::journal::{PlanInfo, RunInfo};
use crate::profile::ProfileId;

type Reply = oneshot::Sender<Result<(), JournalError>>;

/// What the session is to do.
enum Call {
    Record(Step),
    Begin(PlanInfo),
    Insert(Vec<NewRow>),
    FinishBegin(SystemTime),
    Identify(Holder),
    Erase(ProfileId, SystemTime),
    SaveRates(String),
    UpdateControl(ControlUpdate),
    SaveActivity(Activity),
}

/// The most transitions in one transaction.
const MOST: usize = 256;

/// A task that owns the session. It takes all transitions that wait into one transaction.
#[derive(Debug)]
pub(super) struct Session {
    calls: mpsc::UnboundedSender<(Call, Reply)>,
    address: Address,
}

impl Session {
    /// Connects, takes the lock, and reads or creates the journal.
    ///
    /// # Errors
    /// No connection; the server does not keep what it confirms; another process has the lock;
    /// there is no journal and no `new` run.
    pub(super) async fn start(
        address: &Address,
        new: Option<&RunInfo>,
    ) -> Result<(Self, RunInfo), JournalError> {
        let mut client = address.connect().await?;
        require_durable(&client, address).await?;
        lock(&client, address).await?;
        let info = match (schema::read(&client, address).await?, new) {
            (Some(info), _) => info,
            (None, Some(new)) => schema::create(&mut client, address, new).await?,
            (None, None) => return Err(address.no_journal()),
        };
        let (calls, received) = mpsc::unbounded_channel();
        let history = History::read(&client, &info.id).await;
        let journal = Open {
            client,
            address: address.clone(),
            info: info.clone(),
            begun: None,
            history: history.map_err(|error| address.failed(&error))?,
        };
        tokio::spawn(work(journal, received));
        let session = Self {
            calls,
            address: address.clone(),
        };
        Ok((session, info))
    }

    pub(super) async fn record(&self, step: Step) -> Result<(), JournalError> {
        self.call(Call::Record(step)).await
    }

    pub(super) async fn begin(&self, plan: PlanInfo) -> Result<(), JournalError> {
        self.call(Call::Begin(plan)).await
    }

    pub(super) async fn insert(&self, rows: Vec<NewRow>) -> Result<(), JournalError> {
        self.call(Call::Insert(rows)).await
    }

    pub(super) async fn finish_begin(&self, time: SystemTime) -> Result<(), JournalError> {
        self.call(Call::FinishBegin(time)).await
    }

    /// Sets the name of this process in the history.
    pub(super) fn identify(&self, holder: Holder) {
        let (reply, _) = oneshot::channel();
        // If the session has ended, the next call says so.
        let _ = self.calls.send((Call::Identify(holder), reply));
    }

    /// Erases the personal data of a profile.
    pub(super) async fn erase(
        &self,
        profile: ProfileId,
        time: SystemTime,
    ) -> Result<(), JournalError> {
        self.call(Call::Erase(profile, time)).await
    }

    pub(super) async fn save_rates(&self, rates: String) -> Result<(), JournalError> {
        self.call(Call::SaveRates(rates)).await
    }

    pub(super) async fn update_control(&self, update: ControlUpdate) -> Result<(), JournalError> {
        self.call(Call::UpdateControl(update)).await
    }

    pub(super) async fn save_activity(&self, activity: Activity) -> Result<(), JournalError> {
        self.call(Call::SaveActivity(activity)).await
    }

    async fn call(&self, call: Call) -> Result<(), JournalError> {
        let (reply, replied) = oneshot::channel();
        let ended = || JournalError::Storage {
            journal: self.address.shown().to_owned(),
            problem: "its session has ended; apply the plan again to resume".to_owned(),
        };
        self.calls.send((call, reply)).map_err(|_| ended())?;
        replied.await.map_err(|_| ended())?
    }
}

/// What the session's task owns.
struct Open {
    client: Client,
    address: Address,
    info: RunInfo,
    /// The plan whose rows are being stored.
    begun: Option<Generation>,
    history: History,
}

/// Does what is called for, until the journal is dropped.
///
/// After a failed commit nothing more is written: it is not known what the server has. What it has
/// is read when the journal is opened again.
async fn work(mut journal: Open, mut calls: mpsc::UnboundedReceiver<(Call, Reply)>) {
    let mut failure: Option<JournalError> = None;
    let mut received = Vec::new();
    while calls.recv_many(&mut received, MOST).await > 0 {
        let mut steps = Vec::new();
        let mut others = Vec::new();
        for (call, reply) in received.drain(..) {
            match call {
                Call::Record(step) => steps.push((step, reply)),
                call => others.push((call, reply)),
            }
        }
        for (call, reply) in others {
            let done = match &failure {
                Some(failure) => Err(failure.clone()),
                None => once(&mut journal, call).await,
            };
            keep_failure(&mut failure, &done);
            // The caller may have been dropped.
            let _ = reply.send(done);
        }
        if steps.is_empty() {
            continue;
        }
        let (steps, replies): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
        let recorded = match &failure {
            Some(failure) => Err(failure.clone()),
            None => {
                let Open {
                    client,
                    address,
                    history,
                    ..
                } = &mut journal;
                record(client, address, history, steps).await
            }
        };
        keep_failure(&mut failure, &recorded);
        match recorded {
            Ok(results) => {
                for (reply, result) in replies.into_iter().zip(results) {
                    let _ = reply.send(result);
                }
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}

fn keep_failure<T>(failure: &mut Option<JournalError>, result: &Result<T, JournalError>) {
    if let Err(error @ JournalError::Storage { .. }) = result {
        failure.get_or_insert_with(|| error.clone());
    }
}

async fn once(journal: &mut Open, call: Call) -> Result<(), JournalError> {
    let Open {
        client, address, ..
    } = journal;
    let failed = |error| address.failed(&error);
    match call {
        Call::Record(step) => {
            let recorded = record(client, address, &mut journal.history, vec![step]).await?;
            recorded.into_iter().collect()
        }
        Call::Identify(holder) => {
            journal.history.holder = holder;
            Ok(())
        }
        Call::Erase(profile, time) => {
            let mut history = journal.history.clone();
            erase::erase(client, &mut history, &profile, time)
                .await
                .map_err(failed)??;
            journal.history = history;
            erase::purge(client).await.map_err(failed)
        }
        Call::Begin(plan) => {
            let generation = Generation::next(&journal.info, &plan)
                .map_err(|problem| address.refused(problem.to_owned()))?;
            generation::prepare(client, &generation)
                .await
                .map_err(failed)?;
            journal.begun = Some(generation);
            Ok(())
        }
        Call::Insert(rows) => match &journal.begun {
            Some(generation) => generation::insert(client, generation, &rows)
                .await
                .map_err(failed),
            None => Ok(()),
        },
        Call::FinishBegin(time) => {
            let Some(generation) = journal.begun.take() else {
                return Ok(());
            };
            let checked = generation::check(client, &generation).await;
            checked.map_err(failed)??;
            let mut history = journal.history.clone();
            let plan = generation::complete(client, &mut history, &generation, time)
                .await
                .map_err(failed)?;
            journal.info = generation.complete(&journal.info, plan);
            journal.history = history;
            Ok(())
        }
        Call::SaveRates(rates) => queries::save_rates(client, &rates).await.map_err(failed),
        Call::SaveActivity(activity) => control::write_activity(client, activity)
            .await
            .map_err(failed),
        Call::UpdateControl(update) => control::change(client, |it| it.update(&update))
            .await
            .map(drop)
            .map_err(failed),
    }
}
