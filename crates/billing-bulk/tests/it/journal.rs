//! The journal in SQLite: transitions, durability, and what happens on bad days.

mod bad_days;
mod disk;
mod postgres;
mod power_loss;
mod transitions;

use std::path::Path;
use std::time::{Duration, SystemTime};

use billing_bulk::binding::Binding;
use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::{JournalError, RunInfo, Transition};
use billing_bulk::target::Cause;
use billing_bulk::{Journal, ProfileId, Service};
use serde_json::json;

/// The n-th second of a run.
pub(crate) fn second(n: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + n)
}

pub(crate) fn run_info() -> RunInfo {
    RunInfo {
        id: "1b671a64-40d5-491e-99b0-da01ff1f3341".to_owned(),
        plan_digest: "5d41402abc4b2a76b9719d911017c592".to_owned(),
        bindings: vec![Binding {
            service: Service::Partner,
            origin: "https://api.partnercenter.microsoft.com".to_owned(),
            api_version: "v1".to_owned(),
            tenant: None,
        }],
        has_begun: false,
    }
}

pub(crate) fn profile(number: u64) -> ProfileId {
    ProfileId::partner(format!("00000000-0000-4000-8000-{number:012}"))
}

pub(crate) fn new_row(number: u64) -> NewRow {
    let document = format!(r#"{{"id":{number},"email":"old@contoso.com"}}"#);
    NewRow {
        number,
        profile: profile(number),
        before: Document::new(
            document.into_bytes(),
            Version::Etag(format!("etag-{number}")),
        ),
        changes: vec![Change {
            path: vec!["email".to_owned()],
            old: Some(json!("old@contoso.com")),
            new: Some(json!("new@contoso.com")),
        }],
    }
}

pub(crate) fn request_id(number: u128) -> billing_core::RequestId {
    let id = uuid::Uuid::from_u128(number).to_string();
    id.parse().expect("a GUID")
}

pub(crate) fn send(attempt: u32, id: u128) -> Transition {
    Transition::Send {
        attempt,
        request_id: request_id(id),
        body: format!(r#"{{"email":"new@contoso.com","id":{id}}}"#).into(),
        if_match: Some("etag".to_owned()),
    }
}

pub(crate) fn accept() -> Transition {
    Transition::Accept {
        token: "token".to_owned(),
    }
}

pub(crate) fn cause(code: &str) -> Cause {
    Cause {
        code: code.to_owned(),
        message: "The service said so.".to_owned(),
        ..Cause::default()
    }
}

/// Begins a run of this many profiles.
pub(crate) async fn begin(journal: &dyn Journal, profiles: u64) -> Result<(), JournalError> {
    journal
        .begin(&mut (1..=profiles).map(|n| Ok(new_row(n))))
        .await
}

fn path(folder: &Path) -> std::path::PathBuf {
    folder.join("RUN.db")
}
