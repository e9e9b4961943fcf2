//! What both services remember, behind one lock: a check and the write that depends on it are one
//! step.

use std::{
    collections::BTreeMap,
    fmt, mem,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use axum::{body::Bytes, http::HeaderValue};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::{
    Error, arm,
    budget::Budget,
    builder::Options,
    clock::{Clock, rfc3339},
    faults::Faults,
    history::{Before, History},
    log::{Answered, Log},
    numbers::Numbers,
    operations::Operations,
    partner::{self, Replays},
    seal::Seal,
    server::Addresses,
    snapshot::Snapshot,
    store::{device_codes::DeviceCodes, events::Events, redeemed::Redeemed},
    throttle::Buckets,
    token::Token,
    weight,
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

const MIB: usize = 1024 * 1024;

/// The room for requests and responses. The control API has its own, as it has its own connections.
pub(crate) struct Budgets {
    /// Of both services and the authority.
    pub(crate) services: Budget,
    /// For a snapshot or two of the largest size.
    pub(crate) control: Budget,
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
    pub(crate) budgets: Budgets,
    /// How much memory all documents are counted with. It is changed under the lock only.
    weight: AtomicUsize,
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
            budgets: Budgets {
                services: Budget::new(64 * MIB, 256 * MIB),
                control: Budget::new(128 * MIB, 256 * MIB),
            },
            weight: AtomicUsize::new(state.weight()),
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

    /// Ends operations when they are due, so that a change is told to those who look on even if
    /// nobody asks for it.
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
        loaded.check_weight(self.options.documents_limit)?;
        let mut state = self.state();
        state.customers = loaded.customers;
        state.profiles = loaded.profiles;
        state.operations = loaded.operations;
        state.replays = loaded.replays;
        state.history = loaded.history;
        self.weight.store(state.weight(), Ordering::Relaxed);
        self.events.send("reset", || json!({}));
        Ok(())
    }

    /// Makes everything as it was at the start, generated numbers and the clock included.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        *state = self.initial.clone();
        self.weight.store(state.weight(), Ordering::Relaxed);
        self.numbers.reset();
        self.clock.reset();
        self.events.send("reset", || json!({}));
    }

    /// Whether there is memory for documents of so much more weight.
    pub(crate) fn has_room(&self, weight: usize) -> bool {
        let held = self.weight.load(Ordering::Relaxed);
        held.saturating_add(weight) <= self.options.documents_limit
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

    /// Puts a document in the place of a stored one, which counts as a write whatever it changes,
    /// and notes the change.
    pub(crate) fn write(&self, history: &mut History, stored: &mut Resource, document: Value) {
        let before = stored.replace(document);
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
        self.weight.fetch_add(stored.weight, Ordering::Relaxed);
        self.weight.fetch_sub(stored.counted, Ordering::Relaxed);
        stored.counted = stored.weight;
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
    pub(crate) redeemed: Redeemed,
    pub(crate) device_codes: DeviceCodes,
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
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) service: Service,
    pub(crate) id: String,
    /// How often a write changed the document, or would have if it had said something new.
    pub(crate) effective_writes: u64,
    /// Shared with what a reset goes back to, until it is written, and with those who read it for
    /// longer than the lock is held.
    pub(crate) document: Arc<Value>,
    /// How much memory the document and the company take, and how much of it is counted yet.
    weight: usize,
    counted: usize,
    /// What its etags are made from: the id, and the etag that it came with, so that one that was
    /// saved and loaded does not get again the etags that it had.
    pub(crate) lineage: String,
    /// How many long-running updates were accepted.
    pub(crate) operations: u64,
    /// Partner Center: the company of a customer whose billing profile was written, which changes
    /// no company.
    company: Option<Arc<Value>>,
    /// The document as Azure Resource Manager writes it, from when it is first asked for until it
    /// is replaced.
    json: OnceLock<Bytes>,
}

/// A resource as the control API shows it.
#[derive(Serialize)]
pub(crate) struct ShownResource {
    service: Service,
    id: String,
    effective_writes: u64,
    #[serde(serialize_with = "through")]
    resource: Arc<Value>,
}

fn through<S: Serializer>(document: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    document.serialize(serializer)
}

impl Resource {
    pub(crate) fn new(service: Service, id: String, document: Map<String, Value>) -> Self {
        let document = Value::Object(document);
        let weight = weight::of(&document);
        Self {
            service,
            lineage: id.clone(),
            id,
            effective_writes: 0,
            weight,
            counted: weight,
            document: Arc::new(document),
            operations: 0,
            company: None,
            json: OnceLock::new(),
        }
    }

    pub(crate) fn shown(&self) -> ShownResource {
        ShownResource {
            service: self.service,
            id: self.id.clone(),
            effective_writes: self.effective_writes,
            resource: Arc::clone(&self.document),
        }
    }

    /// The document as Azure Resource Manager writes it.
    pub(crate) fn json(&self) -> Bytes {
        self.json.get_or_init(|| arm::json(&self.document)).clone()
    }

    /// Puts another document in the place of the one that it gives back.
    pub(crate) fn replace(&mut self, document: Value) -> Arc<Value> {
        self.json = OnceLock::new();
        let before = mem::replace(&mut self.document, Arc::new(document));
        self.weigh();
        before
    }

    pub(crate) fn company(&self) -> Option<&Arc<Value>> {
        self.company.as_ref()
    }

    /// Keeps the company before a write, with which it is weighed.
    pub(crate) fn keep_company(&mut self, company: Map<String, Value>) {
        self.company = Some(Arc::new(Value::Object(company)));
    }

    /// Sets the company of a customer that was just added.
    pub(crate) fn add_company(&mut self, company: Map<String, Value>) {
        self.keep_company(company);
        self.weigh();
        self.counted = self.weight;
    }

    fn weigh(&mut self) {
        let company = self.company.as_deref().map_or(0, weight::of);
        self.weight = weight::of(&self.document) + company;
    }

    /// Changes the document.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Value) -> T) -> T {
        self.json = OnceLock::new();
        let changed = change(Arc::make_mut(&mut self.document));
        self.weigh();
        changed
    }
}

impl State {
    /// Every resource, Partner Center's first.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.customers.values().chain(self.profiles.values())
    }

    fn weight(&self) -> usize {
        self.resources().map(|one| one.weight).sum()
    }

    /// Refuses more documents than there is memory for.
    pub(crate) fn check_weight(&self, limit: usize) -> Result<(), Error> {
        if self.weight() <= limit {
            return Ok(());
        }
        Err(too_large(limit))
    }
}

pub(crate) fn too_large(limit: usize) -> Error {
    let limit = limit / MIB;
    let reason = format!(
        "take more than {limit} MiB of memory together; Builder::documents_limit (--documents-limit) allows more"
    );
    Error::invalid("the documents", reason)
}
