//! The thread that writes a journal: it takes all transitions that wait into one transaction.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use tokio::sync::oneshot;

use crate::journal::error::JournalError;
use crate::journal::sqlite::record::Step;
use crate::journal::sqlite::store::Store;

/// How many transitions one transaction takes at most.
const MAX_GROUP: usize = 256;

/// What is sent to the thread.
enum Job {
    Record(Step, oneshot::Sender<Result<(), JournalError>>),
    Call(Box<dyn FnOnce(&mut Store) + Send>),
}

/// The thread that has a store. It ends when this is dropped, after all jobs.
#[derive(Debug)]
pub(super) struct Writer {
    name: String,
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
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Records a transition, together with the others that wait.
    pub(super) async fn record(&self, step: Step) -> Result<(), JournalError> {
        let (sender, result) = oneshot::channel();
        self.send(Job::Record(step, sender));
        result.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Makes a call after everything that was sent before, and does not wait for it.
    pub(super) fn post(&self, call: impl FnOnce(&mut Store) + Send + 'static) {
        self.send(Job::Call(Box::new(call)));
    }

    /// Makes a call after everything that was sent before.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Store) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (sender, result) = oneshot::channel();
        self.send(Job::Call(Box::new(move |store| {
            // It fails if the caller has stopped waiting.
            let _ = sender.send(call(store));
        })));
        result.await.unwrap_or_else(|_| Err(self.ended()))
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
                Job::Record(step, sender) => group.push((step, sender)),
                Job::Call(call) => {
                    commit(&mut store, &mut group);
                    call(&mut store);
                }
            }
            if group.len() >= MAX_GROUP {
                break;
            }
            next = jobs.try_recv().ok();
        }
        commit(&mut store, &mut group);
    }
}

fn commit(store: &mut Store, group: &mut Vec<(Step, oneshot::Sender<Result<(), JournalError>>)>) {
    if group.is_empty() {
        return;
    }
    let (steps, senders): (Vec<_>, Vec<_>) = group.drain(..).unzip();
    for (sender, result) in senders.into_iter().zip(store.record(steps)) {
        // It fails if the caller has stopped waiting.
        let _ = sender.send(result);
    }
}
