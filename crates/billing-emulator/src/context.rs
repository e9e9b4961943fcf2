//! What answering a request needs: the options, the clock, the generated ids and the state.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use hyper::header::HeaderValue;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, watch};

use crate::{
    clock::{self, Clock, rfc3339},
    contract::{self, ARM_BILLING_PROFILE},
    error::Error,
    faults::{active::Faults, plan::FaultPlan},
    http::budget::Budget,
    ids::IdGenerator,
    options::{Addresses, EmulatorOptions},
    rate_limits::{active::RateLimits, check, limit::RateLimit},
    service::Service,
    signing::Signer,
    store::{
        change::{self, Change},
        events::Events,
        history::History,
        log::LoggedRequest,
        operations::Ended,
        resource::{ProfileKey, Resource},
        state::State,
    },
    token::Token,
};

const MIB: usize = 1024 * 1024;

/// The memory for requests and responses. The control API has its own, as it has its own
/// connections.
pub(crate) struct Budgets {
    /// Of both services and the authority.
    pub(crate) services: Budget,
    /// For a snapshot or two of the largest size.
    pub(crate) control: Budget,
}

/// The names and origins that the emulator accepts besides its own.
pub(crate) struct Origins {
    /// Further names of this machine, in lower case.
    pub(crate) own_names: Vec<String>,
    /// The origins whose pages may send requests to the services and the authority.
    pub(crate) cors: Vec<HeaderValue>,
}

/// Everything that answering a request needs.
pub(crate) struct Context {
    pub(crate) options: EmulatorOptions,
    pub(crate) origins: Origins,
    pub(crate) token: Token,
    pub(crate) signer: Signer,
    pub(crate) clock: Clock,
    pub(crate) ids: IdGenerator,
    pub(crate) addresses: Addresses,
    pub(crate) events: Events,
    /// Notified of each operation that begins.
    pub(crate) operation_begun: Notify,
    pub(crate) budgets: Budgets,
    /// Estimates the memory that all documents take. Changed under the lock only.
    weight: AtomicUsize,
    /// What a reset goes back to.
    initial: State,
    state: Mutex<State>,
}

impl Context {
    pub(crate) fn new(
        options: EmulatorOptions,
        origins: Origins,
        token: Token,
        clock: Clock,
        ids: IdGenerator,
        addresses: Addresses,
        state: State,
    ) -> Self {
        Self {
            options,
            origins,
            token,
            signer: Signer::random(),
            clock,
            ids,
            addresses,
            events: Events::default(),
            operation_begun: Notify::new(),
            budgets: Budgets {
                services: Budget::new(64 * MIB, 256 * MIB),
                control: Budget::new(128 * MIB, 256 * MIB),
            },
            weight: AtomicUsize::new(state.weight()),
            initial: state.clone(),
            state: Mutex::new(state),
        }
    }

    /// Locks the state. Operations that are due by the clock are finished first.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock panics, so a poisoned state is whole all the same.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.operations.next_due().is_some() {
            let now = self.clock.now();
            while let Some(ended) = state.operations.take_due(now) {
                self.finish(&mut state, ended);
            }
        }
        state
    }

    /// Writes the change of an operation that has succeeded.
    pub(crate) fn finish(&self, state: &mut State, ended: Ended) {
        if let Some(change) = ended.change {
            self.apply(state, &ended.target, change, ended.at);
        }
    }

    /// Finishes operations when they are due, so that subscribers see the change even if no request
    /// comes. Returns when `stop` changes.
    pub(crate) async fn finish_operations(&self, mut stop: watch::Receiver<()>) {
        loop {
            let due = self.state().operations.next_due();
            let is_due = async {
                match due {
                    Some(at) => self.clock.reach(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = is_due => {}
                () = self.operation_begun.notified() => {}
                // An error says that the emulator was dropped.
                _ = stop.changed() => return,
            }
        }
    }

    /// Replaces every document by those of `loaded`, or none of them. Operations, idempotency
    /// records and the history go with the old documents.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: the documents take more memory than is allowed.
    pub(crate) fn load(&self, loaded: State) -> Result<(), Error> {
        loaded.check_weight(self.options.documents_limit)?;
        let mut state = self.state();
        state.customers = loaded.customers;
        state.profiles = loaded.profiles;
        state.deleted_profiles = loaded.deleted_profiles;
        state.operations = loaded.operations;
        state.idempotency = loaded.idempotency;
        state.history = loaded.history;
        self.weight.store(state.weight(), Ordering::Relaxed);
        self.events.send("reset", || json!({}));
        Ok(())
    }

    /// Replaces all rate limits, which begin now.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is replaced.
    pub(crate) fn set_rate_limits(&self, limits: Vec<RateLimit>) -> Result<(), Error> {
        check::all(&limits)?;
        let mut state = self.state();
        let now = self.clock.now();
        state.rate_limits = RateLimits::new(limits, now, self.ids.seed());
        Ok(())
    }

    /// Replaces the fault plan, and tells the subscribers.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is replaced.
    pub(crate) fn set_faults(&self, plan: FaultPlan) -> Result<(), Error> {
        self.state().faults = Faults::new(plan, self.ids.seed())?;
        self.events.send("faults", || json!({}));
        Ok(())
    }

    /// Puts everything back to the start, generated ids and the clock included.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        *state = self.initial.clone();
        self.weight.store(state.weight(), Ordering::Relaxed);
        self.ids.reset();
        self.clock.reset();
        state.rate_limits.begin(self.clock.now());
        self.events.send("reset", || json!({}));
    }

    /// Returns whether documents may take so many more bytes of memory.
    pub(crate) fn has_room(&self, weight: usize) -> bool {
        let held = self.weight.load(Ordering::Relaxed);
        held.saturating_add(weight) <= self.options.documents_limit
    }

    /// Moves the clock, and tells the subscribers.
    pub(crate) fn move_clock(
        &self,
        change: impl FnOnce(&Clock) -> Result<(), Error>,
    ) -> Result<(), Error> {
        change(&self.clock)?;
        let moved = || json!({ "now": rfc3339(self.clock.now()) });
        self.events.send("clock", moved);
        // Finishes what is due by now before anything else.
        drop(self.state());
        Ok(())
    }

    pub(crate) fn log(&self, request: LoggedRequest) {
        self.state().log.push(request, &self.events);
    }

    /// Applies a change to a billing profile, as a write at the time `at`. A profile that does not
    /// exist any more is not changed. Members that only the service writes stay as they are.
    pub(crate) fn apply(
        &self,
        state: &mut State,
        target: &ProfileKey,
        change: Change,
        at: SystemTime,
    ) {
        match (state.profiles.get_mut(target), change) {
            (Some(_), Change::Delete) => self.delete(state, target),
            (Some(stored), change) => self.write(&mut state.history, stored, at, |stored| {
                let before = Arc::clone(&stored.document);
                let document = Arc::make_mut(&mut stored.document);
                if let (Value::Object(document), Value::Object(before)) = (document, &*before) {
                    let version = change.replacing_version();
                    change::apply(document, change);
                    contract::restore(document, before, ARM_BILLING_PROFILE, version);
                    set_modified(document, at);
                }
            }),
            (None, Change::Create { profile, .. }) => self.create(state, target, *profile, at),
            (None, _) => {}
        }
    }

    /// Adds a profile, which is its first write.
    fn create(&self, state: &mut State, target: &ProfileKey, profile: Resource, at: SystemTime) {
        if let Some(deleted) = state.deleted_profiles.remove(target) {
            self.weight.fetch_sub(deleted.weight, Ordering::Relaxed);
        }
        let document = Arc::clone(&profile.document);
        let mut created = profile;
        created.document = Arc::new(json!({}));
        created.weight = 0;
        self.write(&mut state.history, &mut created, at, |created| {
            created.document = document;
        });
        state.profiles.insert(target.clone(), created);
    }

    /// Moves a profile to the deleted ones, where it still takes its memory.
    fn delete(&self, state: &mut State, target: &ProfileKey) {
        if let Some(mut deleted) = state.profiles.remove(target) {
            let document = Arc::make_mut(&mut deleted.document);
            if let Some(Value::Object(properties)) = document.get_mut("properties") {
                properties.insert("status".to_owned(), "Deleted".into());
            }
            self.events.send("resource", || Written {
                service: deleted.service,
                id: &deleted.id,
                effective_writes: deleted.effective_writes,
            });
            state.deleted_profiles.insert(target.clone(), deleted);
        }
    }

    /// Changes a stored resource, which counts as a write even if nothing differs, and records the
    /// change of the document in the history.
    pub(crate) fn write(
        &self,
        history: &mut History,
        stored: &mut Resource,
        at: SystemTime,
        change: impl FnOnce(&mut Resource),
    ) {
        let (before, weight) = (Arc::clone(&stored.document), stored.weight);
        change(stored);
        stored.weigh();
        self.weight.fetch_add(stored.weight, Ordering::Relaxed);
        self.weight.fetch_sub(weight, Ordering::Relaxed);
        stored.effective_writes += 1;
        history.record(
            (stored.service, &stored.id),
            stored.effective_writes,
            &clock::milliseconds(at),
            &before,
            &stored.document,
        );
        self.events.send("resource", || Written {
            service: stored.service,
            id: &stored.id,
            effective_writes: stored.effective_writes,
        });
    }
}

/// Sets the time of the last change, if the document has one.
fn set_modified(document: &mut Map<String, Value>, at: SystemTime) {
    if let Some(Value::Object(system_data)) = document.get_mut("systemData") {
        system_data.insert("lastModifiedAt".to_owned(), clock::milliseconds(at).into());
    }
}

/// The event of a write.
#[derive(Serialize)]
struct Written<'a> {
    service: Service,
    id: &'a str,
    effective_writes: u64,
}
