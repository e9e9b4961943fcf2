//! What both services remember, behind one lock: a check and the write that depends on it are one
//! step.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    authority::Spent, builder::Options, clock::Clock, faults::Faults, numbers::Numbers,
    operations::Operations, partner::Replays, seal::Seal, server::Addresses, throttle::Buckets,
    token::Token,
};

/// How many of the latest requests the log keeps.
const LOG_LENGTH: usize = 10_000;

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

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The service that answered.
    pub service: Service,
    /// The method, as in `PATCH`.
    pub method: String,
    /// The path with its query, encoded as it was sent.
    pub path: String,
    /// The status of the answer; 0 where a planned fault left it unanswered.
    pub status: u16,
    /// The name of the planned fault that it met, if it met one: its own, or `fault 2` by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// Everything that answering a request needs.
pub(crate) struct Context {
    pub(crate) options: Options,
    pub(crate) token: Token,
    pub(crate) seal: Seal,
    pub(crate) clock: Clock,
    pub(crate) numbers: Numbers,
    pub(crate) addresses: Addresses,
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
            numbers,
            addresses,
            initial: state.clone(),
            state: Mutex::new(state),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock panics, so a poisoned state is whole all the same.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes everything as it was at the start, generated numbers and the clock included.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        *state = self.initial.clone();
        self.numbers.reset();
        self.clock.reset();
    }
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
    log: VecDeque<LoggedRequest>,
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
    /// How many long-running updates were accepted.
    #[serde(skip)]
    pub(crate) operations: u64,
}

impl Resource {
    pub(crate) fn new(service: Service, id: String, document: Map<String, Value>) -> Self {
        Self {
            service,
            id,
            effective_writes: 0,
            document: Value::Object(document),
            operations: 0,
        }
    }
}

impl State {
    pub(crate) fn log(&mut self, request: LoggedRequest) {
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(request);
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.log.iter().cloned().collect()
    }

    /// Every resource, Partner Center's first.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.customers.values().chain(self.profiles.values())
    }
}
