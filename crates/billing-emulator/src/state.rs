//! What both services remember, behind one lock: a check and the write that depends on it are one
//! step.

use std::{
    collections::BTreeMap,
    fmt, mem,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::SystemTime,
};

use axum::{body::Bytes, http::HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::{
    Error, arm,
    authority::Spent,
    builder::Options,
    clock::{Clock, rfc3339},
    control::Events,
    faults::Faults,
    history::{Before, History},
    log::{Answered, Log},
    numbers::Numbers,
    operations::Operations,
    partner::{self, Replays},
    seal::Seal,
    server::Addresses,
    snapshot::Snapshot,
    throttle::Buckets,
    token::Token,
};

/// Which service a request or a resource belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Partner Center.
    Partner,
    /// Azure Resource Manager.
    Arm,
    /// Microsoft Entra ID, which gives tokens and holds no resources.
    Authority,
}

impl Service {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Arm => "arm",
            Self::Authority => "authority",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Everything that answering a request needs.
pub(crate) struct Context {
    pub(crate) options: Options,
    pub(crate) token: Token,
    pub(crate) seal: Seal,
    pub(crate) clock: Clock,
    pub(crate) numbers: Numbers,
    pub(crate) addresses: Addresses,
    /// What Partner Center's answers have in common.
    pub(crate) request_context: HeaderValue,
    /// What is told to those who look on.
    pub(crate) events: Events,
    /// Told of each operation that begins.
    pub(crate) operation_begun: Notify,
    /// What a reset goes back to.
    initial: State,
    state: Mutex<State>,
}

impl Context {
    pub(crate) fn new(
        options: Options,
        token: Token,
        clock: Clock,
        numbers: Numbers,
        addresses: Addresses,
        state: State,
    ) -> Self {
        Self {
            options,
            token,
            seal: Seal::random(),
            clock,
            request_context: partner::request_context(&numbers),
            numbers,
            addresses,
            events: Events::default(),
            operation_begun: Notify::new(),
            initial: state.clone(),
            state: Mutex::new(state),
        }
    }

    /// What is remembered now: operations that the clock has ended are done.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock panics, so a poisoned state is whole all the same.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        arm::finish_due(self, &mut state);
        state
    }

    /// Ends operations when they are due, so that a change is told to those who look on even if nobody asks for it.
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

    /// Replaces every document, or none. What is remembered of the old ones goes with them.
    pub(crate) fn load(&self, snapshot: Snapshot) -> Result<(), Error> {
        let mut loaded = State::default();
        snapshot.put_into(&mut loaded, &self.numbers)?;
        let mut state = self.state();
        state.customers = loaded.customers;
        state.profiles = loaded.profiles;
        state.operations = loaded.operations;
        state.replays = loaded.replays;
        state.history = loaded.history;
        self.events.send("reset", || json!({}));
        Ok(())
    }

    /// Makes everything as it was at the start, generated numbers and the clock included.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        *state = self.initial.clone();
        self.numbers.reset();
        self.clock.reset();
        self.events.send("reset", || json!({}));
    }

    /// Moves the clock, and tells of it.
    pub(crate) fn move_clock(
        &self,
        change: impl FnOnce(&Clock) -> Result<(), Error>,
    ) -> Result<(), Error> {
        change(&self.clock)?;
        let moved = || json!({ "now": rfc3339(self.clock.now()) });
        self.events.send("clock", moved);
        // What is due by now is done before anything else.
        drop(self.state());
        Ok(())
    }

    pub(crate) fn log(&self, request: Answered) {
        self.state().log.push(request, &self.clock, &self.events);
    }

    /// Puts a document in the place of a stored one, which counts as a write whatever it changes, and notes the change.
    pub(crate) fn write(&self, history: &mut History, stored: &mut Resource, document: Value) {
        let before = mem::replace(stored.document_mut(), document);
        let now = self.clock.now();
        self.written(history, stored, Before::Whole(&before), now);
    }

    /// Counts a write of a stored document, and notes what it changed and when.
    pub(crate) fn written(
        &self,
        history: &mut History,
        stored: &mut Resource,
        before: Before<'_>,
        at: SystemTime,
    ) {
        stored.effective_writes += 1;
        history.note(
            (stored.service, &stored.id),
            stored.effective_writes,
            &self.clock.milliseconds(at),
            before,
            &stored.document,
        );
        self.events.send("resource", || Written {
            service: stored.service,
            id: &stored.id,
            effective_writes: stored.effective_writes,
        });
    }
}

/// What those who look on are told of a write.
#[derive(Serialize)]
struct Written<'a> {
    service: Service,
    id: &'a str,
    effective_writes: u64,
}

#[derive(Clone, Default)]
pub(crate) struct State {
    /// Partner Center: customer billing profiles by tenant id.
    pub(crate) customers: BTreeMap<Uuid, Resource>,
    /// Azure Resource Manager: billing profiles by account and name.
    pub(crate) profiles: BTreeMap<ProfileKey, Resource>,
    pub(crate) operations: Operations,
    pub(crate) replays: Replays,
    pub(crate) buckets: Buckets,
    pub(crate) faults: Faults,
    pub(crate) spent: Spent,
    pub(crate) log: Log,
    pub(crate) history: History,
}

/// The names of an account and of a profile in it, in lower case: Azure compares them so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProfileKey {
    pub(crate) account: String,
    pub(crate) profile: String,
}

impl ProfileKey {
    pub(crate) fn new(account: &str, profile: &str) -> Self {
        Self {
            account: account.to_lowercase(),
            profile: profile.to_lowercase(),
        }
    }
}

/// A document and what happened to it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Resource {
    pub(crate) service: Service,
    pub(crate) id: String,
    /// How often a write changed the document, or would have if it had said something new.
    pub(crate) effective_writes: u64,
    #[serde(rename = "resource")]
    pub(crate) document: Value,
    /// What its etags are made from: the id, and the etag that it came with, so that one that was saved and loaded
    /// does not get again the etags that it had.
    #[serde(skip)]
    pub(crate) lineage: String,
    /// How many long-running updates were accepted.
    #[serde(skip)]
    pub(crate) operations: u64,
    /// The document as Azure Resource Manager writes it, from when it is first asked for until it is replaced.
    #[serde(skip)]
    json: OnceLock<Bytes>,
}

impl Resource {
    pub(crate) fn new(service: Service, id: String, document: Map<String, Value>) -> Self {
        Self {
            service,
            lineage: id.clone(),
            id,
            effective_writes: 0,
            document: Value::Object(document),
            operations: 0,
            json: OnceLock::new(),
        }
    }

    /// The document as Azure Resource Manager writes it.
    pub(crate) fn json(&self) -> Bytes {
        self.json.get_or_init(|| arm::json(&self.document)).clone()
    }

    /// The document, to be changed.
    pub(crate) fn document_mut(&mut self) -> &mut Value {
        self.json = OnceLock::new();
        &mut self.document
    }
}

impl State {
    /// Every resource, Partner Center's first.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.customers.values().chain(self.profiles.values())
    }
}
