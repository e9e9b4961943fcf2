//! The thread that writes a journal: it takes all transitions that wait into one transaction.

use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::yield_now;

use crate::journal::error::JournalError;
use crate::journal::sqlite::record::Step;
use crate::journal::sqlite::store::Store;

/// How many transitions one transaction takes at most.
const MAX_GROUP: usize = 256;

/// How many transitions do not wait for others: a commit costs as much as ten of them.
const ENOUGH: usize = 16;

/// How long fewer wait for the next one.
const LINGER: Duration = Duration::from_micros(200);

/// A transition, and who waits for it.
type Waiting = (Step, oneshot::Sender<Result<(), JournalError>>);

/// What is sent to the thread.
enum Job {
    Record(Vec<Waiting>),
    Call(Box<dyn FnOnce(&mut Store) + Send>),
}

/// The thread that has a store. It ends when this is dropped, after all jobs.
#[derive(Debug)]
pub(super) struct Writer {
    name: String,
    /// The transitions that were not sent to the thread yet.
    waiting: Mutex<Vec<Waiting>>,
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(store: Store) -> Result<Self, JournalError> {
        let name = store.name();
        let (jobs, received) = channel();
        let thread = Builder::new()
            .name("journal".to_owned())
            .spawn(move || serve(store, &received))
            .map_err(|error| JournalError::Storage {
                journal: name.clone(),
                problem: format!("its thread cannot be started: {error}"),
            })?;
        Ok(Self {
            name,
            waiting: Mutex::default(),
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Records a transition, together with the others that wait.
    pub(super) async fn record(&self, step: Step) -> Result<(), JournalError> {
        let (sender, result) = oneshot::channel();
        self.waiting().push((step, sender));
        // The transitions of all rows that can continue now are sent together: the thread would
        // begin to commit the first one alone.
        yield_now().await;
        self.send_waiting();
        result.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Makes a call after everything that was sent before, and does not wait for it.
    pub(super) fn post(&self, call: impl FnOnce(&mut Store) + Send + 'static) {
        self.send_waiting();
        self.send(Job::Call(Box::new(call)));
    }

    /// Makes a call after everything that was sent before.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Store) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (sender, result) = oneshot::channel();
        self.post(move |store| {
            // It fails if the caller has stopped waiting.
            let _ = sender.send(call(store));
        });
        result.await.unwrap_or_else(|_| Err(self.ended()))
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        // Nothing panics while the lock is held.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the transitions that wait to the thread.
    fn send_waiting(&self) {
        let waiting = mem::take(&mut *self.waiting());
        if !waiting.is_empty() {
            self.send(Job::Record(waiting));
        }
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // If the thread has ended, the job is dropped with its sender, and its receiver knows.
            let _ = jobs.send(job);
        }
    }

    fn ended(&self) -> JournalError {
        JournalError::Storage {
            journal: self.name.clone(),
            problem: "its thread has ended; run the same command again".to_owned(),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // The lock on the journal is released when this returns.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut store: Store, jobs: &Receiver<Job>) {
    let mut group = Vec::new();
    while let Ok(job) = jobs.recv() {
        let mut next = Some(job);
        while let Some(job) = next {
            match job {
                Job::Record(mut waiting) => group.append(&mut waiting),
                Job::Call(call) => {
                    commit(&mut store, &mut group);
                    call(&mut store);
                }
            }
            next = match group.len() {
                0 | ENOUGH..MAX_GROUP => jobs.try_recv().ok(),
                1..ENOUGH => jobs.recv_timeout(LINGER).ok(),
                MAX_GROUP.. => None,
            };
        }
        commit(&mut store, &mut group);
    }
}

fn commit(store: &mut Store, group: &mut Vec<Waiting>) {
    if group.is_empty() {
        return;
    }
    let (steps, senders): (Vec<_>, Vec<_>) = group.drain(..).unzip();
    for (sender, result) in senders.into_iter().zip(store.record(steps)) {
        // It fails if the caller has stopped waiting.
        let _ = sender.send(result);
    }
}
