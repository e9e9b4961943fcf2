//! A journal in memory, with a pause before and after each commit.

use std::sync::Mutex;
use std::time::SystemTime;

use billing_bulk::control::{Activity, Approval, By, Control, ControlUpdate, Order, ProcessId};
use billing_bulk::document::Document;
use billing_bulk::journal::row::{Entry, NewRow, Row, SentWrite};
use billing_bulk::journal::{
    Counts, Hash, Holder, Journal, JournalError, JournalReader, PlanInfo, Recorder, RunInfo, State,
    Stored, Table, Transition,
};
use billing_bulk::target::ResponseIds;
use billing_bulk::{ProfileId, Service, binding::Binding};
use billing_core::BoxFuture;

use crate::journal::first_plan;
use crate::support::service::breathe;

/// A journal in memory. Its clones after a crash are the same journal.
pub(crate) struct MemoryJournal {
    info: RunInfo,
    content: Mutex<Content>,
}

#[derive(Clone, Default)]
struct Content {
    plans: Vec<PlanInfo>,
    rows: Vec<Row>,
    /// The numbers of the rows that later ones have replaced.
    replaced: Vec<u64>,
    history: Vec<(u64, Entry)>,
    outcomes: Vec<(u64, Document)>,
    rates: Option<String>,
    control: Control,
    activity: Option<Activity>,
    /// The number of transitions until the storage fails.
    room: Option<usize>,
}

impl Content {
    /// Returns the rows that are not replaced.
    fn present(&self) -> impl Iterator<Item = &Row> {
        let rows = self.rows.iter();
        rows.filter(|row| !self.replaced.contains(&row.number))
    }
}

impl MemoryJournal {
    /// Returns an empty journal for profiles of these services.
    pub(crate) fn new(services: &[Service]) -> Self {
        let binding = |service: &Service| Binding {
            service: *service,
            origin: "http://127.0.0.1:1".to_owned(),
            api_version: "v1".to_owned(),
            tenant: None,
        };
        Self {
            info: RunInfo {
                id: "1b671a64-40d5-491e-99b0-da01ff1f3341".to_owned(),
                plans: vec![first_plan()],
                bindings: services.iter().map(binding).collect(),
                has_begun: false,
            },
            content: Mutex::default(),
        }
    }

    /// Opens the journal again, as after a crash.
    pub(crate) fn reopen(&self) -> Self {
        let mut content = self.content.lock().unwrap().clone();
        content.room = None;
        Self {
            info: match content.plans.is_empty() {
                true => self.info.clone(),
                false => RunInfo {
                    plans: content.plans.clone(),
                    has_begun: true,
                    ..self.info.clone()
                },
            },
            content: Mutex::new(content),
        }
    }

    /// Gives an order to this process, as another process would.
    pub(crate) fn order(&self, order: &Order) {
        let by = By {
            who: "chris@billing-1".to_owned(),
            time: SystemTime::UNIX_EPOCH,
        };
        let Holder { process, host, .. } = Holder::this_process();
        let process = ProcessId { process, host };
        let mut content = self.content.lock().unwrap();
        content.control.apply(order, &by, Some(&process));
    }

    /// Stores how far the waves are approved.
    pub(crate) fn approve(&self, approval: Approval) {
        self.content.lock().unwrap().control.approval = Some(approval);
    }

    /// Makes the storage fail after this many transitions.
    pub(crate) fn fail_after(&self, transitions: usize) {
        self.content.lock().unwrap().room = Some(transitions);
    }

    /// Returns the state of a row.
    pub(crate) fn state(&self, number: u64) -> State {
        self.row(number).state
    }

    pub(crate) fn row(&self, number: u64) -> Row {
        let content = self.content.lock().unwrap();
        let row = content.rows.iter().find(|row| row.number == number);
        row.unwrap().clone()
    }

    /// Returns the states that a row has had.
    pub(crate) fn states(&self, number: u64) -> Vec<State> {
        let content = self.content.lock().unwrap();
        let entries = content.history.iter().filter(|(row, _)| *row == number);
        entries.map(|(_, entry)| entry.state).collect()
    }

    pub(crate) fn entries(&self, number: u64) -> Vec<Entry> {
        let content = self.content.lock().unwrap();
        let entries = content.history.iter().filter(|(row, _)| *row == number);
        entries.map(|(_, entry)| entry.clone()).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.content.lock().unwrap().rows.len()
    }

    fn apply(
        &self,
        number: u64,
        time: SystemTime,
        transition: Transition,
    ) -> Result<(), JournalError> {
        let mut content = self.content.lock().unwrap();
        if let Some(room) = &mut content.room {
            if *room == 0 {
                return Err(full());
            }
            *room -= 1;
        }
        let entries = content.history.len() as u64;
        let row = content.rows.iter_mut().find(|row| row.number == number);
        let row = row.unwrap();
        let next = transition.next();
        if !row.state.may_become(next) {
            return Err(JournalError::Transition {
                row: number,
                from: row.state,
                to: next,
            });
        }
        row.state = next;
        let mut entry = Entry {
            number: entries + 1,
            time,
            state: next,
            attempt: None,
            request_id: None,
            cause: None,
            holder: 1,
            ids: ResponseIds::default(),
            commitment: None,
        };
        row.token = None;
        row.cause = None;
        let mut outcome = None;
        match transition {
            Transition::Send {
                attempt,
                request_id,
                body,
                if_match,
            } => {
                entry.attempt = Some(attempt);
                entry.request_id = Some(request_id);
                row.attempt = Some(SentWrite {
                    attempt,
                    request_id,
                    time,
                    body: Some(body),
                    body_sha256: String::new(),
                    if_match,
                });
            }
            Transition::Accept { token, ids } => {
                entry.ids = ids;
                row.token = Some(token);
            }
            Transition::Finish { after, ids, note } => {
                entry.ids = ids;
                entry.cause = note;
                outcome = Some(after);
            }
            Transition::Skip { cause, after } => {
                outcome = after;
                entry.cause = Some(cause.clone());
                row.cause = Some(cause);
            }
            Transition::NoResponse(cause)
            | Transition::Return(cause)
            | Transition::Fail(cause)
            | Transition::Conflict(cause)
            | Transition::Lose(cause) => {
                entry.cause = Some(cause.clone());
                row.cause = Some(cause);
            }
        }
        if let Some(sent) = &mut row.attempt
            && !matches!(next, State::Sending | State::Accepted)
        {
            sent.body = None;
        }
        if let Some(outcome) = outcome {
            content.outcomes.push((number, outcome));
        }
        content.history.push((number, entry));
        Ok(())
    }
}

fn full() -> JournalError {
    JournalError::Storage {
        journal: "RUN.db".to_owned(),
        problem: "the disk is full".to_owned(),
    }
}

impl JournalReader for MemoryJournal {
    fn info(&self) -> &RunInfo {
        &self.info
    }

    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>> {
        Box::pin(async move {
            let content = self.content.lock().unwrap();
            let rows = content.present();
            let rows = rows.filter(|row| row.number > after && states.contains(&row.state));
            Ok(rows.take(limit).cloned().collect())
        })
    }

    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>> {
        Box::pin(async move {
            let content = self.content.lock().unwrap();
            let mut rows = content.present();
            Ok(rows.find(|row| row.profile.key() == profile.key()).cloned())
        })
    }

    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>> {
        Box::pin(async move {
            let content = self.content.lock().unwrap();
            let mut rows = content.rows.iter();
            Ok(rows.find(|row| row.number == number).cloned())
        })
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        Box::pin(async move { Ok(self.entries(row)) })
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        Box::pin(async move {
            let mut counts = Counts::default();
            for row in self.content.lock().unwrap().present() {
                counts.add(row.state, 1);
            }
            Ok(counts)
        })
    }

    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>> {
        Box::pin(async move {
            let content = self.content.lock().unwrap();
            Ok(content.history.last().map(|(_, entry)| entry.time))
        })
    }

    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>> {
        Box::pin(async move {
            let content = self.content.lock().unwrap();
            let outcome = content.outcomes.iter().find(|(number, _)| *number == row);
            Ok(outcome.map(|(_, document)| document.clone()))
        })
    }

    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>> {
        Box::pin(async { Ok(Hash::default()) })
    }

    fn stored(
        &self,
        _: Table,
        _: i64,
        _: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        Box::pin(async { Ok(None) })
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        Box::pin(async move { Ok(self.content.lock().unwrap().rates.clone()) })
    }

    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        Box::pin(async move { Ok(self.content.lock().unwrap().control.clone()) })
    }

    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        Box::pin(async move { Ok(self.content.lock().unwrap().activity.clone()) })
    }
}

impl Journal for MemoryJournal {
    fn update_control(&self, update: ControlUpdate) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            breathe().await;
            self.content.lock().unwrap().control.update(&update);
            breathe().await;
            Ok(())
        })
    }

    fn save_activity(&self, activity: Activity) -> BoxFuture<'_, Result<(), JournalError>> {
        self.content.lock().unwrap().activity = Some(activity);
        Box::pin(async { Ok(()) })
    }

    fn begin<'a>(
        &'a self,
        plan: &'a PlanInfo,
        _: SystemTime,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            breathe().await;
            let rows: Vec<NewRow> = rows.collect::<Result<_, _>>()?;
            let mut content = self.content.lock().unwrap();
            let last = content.rows.len() as u64;
            let generation = u32::try_from(content.plans.len() + 1).unwrap();
            let present = |content: &Content, profile: &ProfileId| {
                let mut rows = content.present();
                let row = rows.find(|row| row.profile.key() == profile.key());
                row.map(|row| row.number)
            };
            let rows = rows.into_iter().map(|new| Row {
                number: last + new.number,
                generation,
                previous: present(&content, &new.profile),
                profile: new.profile,
                before: new.before,
                changes: new.changes,
                source: new.source,
                erased: None,
                state: State::Planned,
                attempt: None,
                token: None,
                cause: None,
            });
            let rows: Vec<_> = rows.collect();
            let replaced = rows.iter().filter_map(|row| row.previous);
            content.replaced.extend(replaced);
            content.rows.extend(rows);
            content.plans.push(plan.clone());
            Ok(())
        })
    }

    fn record(
        &self,
        row: u64,
        time: SystemTime,
        transition: Transition,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            breathe().await;
            self.apply(row, time, transition)?;
            breathe().await;
            Ok(())
        })
    }

    fn erase<'a>(
        &'a self,
        _: &'a ProfileId,
        _: SystemTime,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async { Err(full()) })
    }

    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            self.content.lock().unwrap().rates = Some(rates);
            Ok(())
        })
    }
}
