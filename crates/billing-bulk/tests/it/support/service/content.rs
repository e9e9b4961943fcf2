//! The profiles and operations of a service in memory.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use billing_bulk::document::{Document, Version};
use billing_bulk::target::{FailureKind, SignInCheck};
use billing_core::RequestId;
use serde_json::{Value, json};

use crate::support::service::choice::{Ending, OnWrite};
use crate::support::service::limit::Counted;

#[derive(Clone, Default)]
pub(super) struct Content {
    pub(super) profiles: HashMap<String, Stored>,
    /// Stored values that are not there yet, by time.
    pub(super) late: Vec<(Duration, String, Value)>,
    pub(super) operations: HashMap<String, Operation>,
    /// The responses to earlier request ids.
    pub(super) replays: HashMap<RequestId, Document>,
    pub(super) writes: VecDeque<OnWrite>,
    /// How reads and writes of each profile are refused.
    pub(super) refused: HashMap<(&'static str, String), FailureKind>,
    /// The writes that are let through before the sign-in ends.
    pub(super) signed_in_for: Option<usize>,
    /// What it tells about the sign-in.
    pub(super) sign_in: Option<Result<SignInCheck, FailureKind>>,
    pub(super) reads: VecDeque<FailureKind>,
    pub(super) polls: VecDeque<FailureKind>,
    /// How long each request takes.
    pub(super) latency: Duration,
    pub(super) withholds_etags: bool,
    /// Whether profiles of Resource Manager have etags, which no write is compared with.
    pub(super) ignores_etags: bool,
    pub(super) limit: Option<Counted>,
    pub(super) log: Vec<String>,
    pub(super) ids: Vec<RequestId>,
}

#[derive(Clone)]
pub(super) struct Stored {
    pub(super) has_etag: bool,
    pub(super) value: Value,
    pub(super) version: u64,
    pub(super) effective_writes: u32,
    /// What reads show until a time.
    pub(super) shown: Option<(Duration, Document)>,
}

#[derive(Clone)]
pub(super) struct Operation {
    pub(super) profile: String,
    pub(super) due: Duration,
    pub(super) ending: Ending,
    pub(super) body: Value,
}

/// Finishes what is due.
pub(super) fn finish_due(content: &mut Content, now: Duration) {
    for (due, profile, body) in std::mem::take(&mut content.late) {
        if due <= now {
            store(content.profiles.get_mut(&profile).unwrap(), &body);
        } else {
            content.late.push((due, profile, body));
        }
    }
    for operation in content.operations.values_mut() {
        let body = std::mem::take(&mut operation.body);
        if operation.due <= now {
            let stored = content.profiles.get_mut(&operation.profile).unwrap();
            if !body.is_null() {
                end(stored, &body, operation.ending);
            }
        } else {
            operation.body = body;
        }
    }
}

pub(super) fn end(stored: &mut Stored, body: &Value, ending: Ending) {
    match ending {
        Ending::Stored | Ending::Forgotten | Ending::FailedButStored => store(stored, body),
        Ending::FailedInPart => store(stored, &json!({ "email": "half@contoso.com" })),
        Ending::Failed | Ending::Dropped => {}
    }
}

pub(super) fn store(stored: &mut Stored, body: &Value) {
    for (name, value) in body.as_object().unwrap() {
        stored.value[name] = value.clone();
    }
    stored.version += 1;
    stored.effective_writes += 1;
}

pub(super) fn document(stored: &Stored) -> Document {
    let version = match stored.has_etag {
        true => Version::Etag(stored.version.to_string()),
        false => Version::Hash([u8::try_from(stored.version).unwrap(); 32]),
    };
    Document::new(stored.value.to_string(), version)
}
