//! A journal in memory, with a pause before and after each commit.

use std::sync::Mutex;
use std::time::SystemTime;

use billing_bulk::journal::row::{Entry, NewRow, Row, SentWrite};
use billing_bulk::journal::{
    Counts, Holder, Journal, JournalError, JournalReader, RunInfo, State, Transition,
};
use billing_bulk::{ProfileId, Service, binding::Binding};
use billing_core::BoxFuture;

use crate::support::service::breathe;

/// A journal in memory. Its clones after a crash are the same journal.
pub(crate) struct MemoryJournal {
    info: RunInfo,
    content: Mutex<Content>,
}

#[derive(Clone, Default)]
struct Content {
    has_begun: bool,
    rows: Vec<Row>,
    history: Vec<(u64, Entry)>,
    rates: Option<String>,
    /// The number of transitions until the storage fails.
    room: Option<usize>,
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
                plan_digest: "5d41402abc4b2a76b9719d911017c592".to_owned(),
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
            info: RunInfo {
                has_begun: content.has_begun,
                ..self.info.clone()
            },
            content: Mutex::new(content),
        }
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
            time,
            state: next,
            attempt: None,
            request_id: None,
            body_sha256: None,
            cause: None,
        };
        row.token = None;
        row.cause = None;
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
            Transition::Accept { token } => row.token = Some(token),
            Transition::Finish => {}
            Transition::Return(cause)
            | Transition::Skip(cause)
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
            let rows = content.rows.iter();
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
            let mut rows = content.rows.iter();
            Ok(rows.find(|row| row.profile.key() == profile.key()).cloned())
        })
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        Box::pin(async move { Ok(self.entries(row)) })
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        Box::pin(async move {
            let mut counts = Counts::default();
            for row in &self.content.lock().unwrap().rows {
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

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        Box::pin(async { Ok(None) })
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        Box::pin(async move { Ok(self.content.lock().unwrap().rates.clone()) })
    }
}

impl Journal for MemoryJournal {
    fn begin<'a>(
        &'a self,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            breathe().await;
            let rows: Vec<NewRow> = rows.collect::<Result<_, _>>()?;
            let rows = rows.into_iter().map(|new| Row {
                number: new.number,
                profile: new.profile,
                before: new.before,
                changes: new.changes,
                state: State::Planned,
                attempt: None,
                token: None,
                cause: None,
            });
            let mut content = self.content.lock().unwrap();
            content.rows = rows.collect();
            content.has_begun = true;
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

    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            self.content.lock().unwrap().rates = Some(rates);
            Ok(())
        })
    }
}
