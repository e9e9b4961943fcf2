//! The journal in SQLite: transitions, durability, and what happens on bad days.

mod bad_days;
pub(crate) mod damage;
mod disk;
mod generations;
// It cuts the connection between two Unix sockets.
#[cfg(unix)]
mod lost_connection;
mod postgres;
mod power_loss;
mod transitions;

use std::path::Path;
use std::time::{Duration, SystemTime};

use billing_bulk::binding::Binding;
use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::{JournalError, PlanInfo, RunInfo, Transition};
use billing_bulk::plan::Source;
use billing_bulk::target::{Cause, ResponseIds};
use billing_bulk::{Journal, ProfileId, Service};
use serde_json::json;

/// The n-th second of a run.
pub(crate) fn second(n: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + n)
}

/// Returns what a journal records about a plan with this digest.
pub(crate) fn plan_info(digest: &str) -> PlanInfo {
    PlanInfo {
        digest: digest.to_owned(),
        tool: "billing 1.0".to_owned(),
        created: second(0),
        input: Some("customers.csv".to_owned()),
        form: None,
        rows: None,
    }
}

/// Returns the plan that the journal is created for.
pub(crate) fn first_plan() -> PlanInfo {
    plan_info("5d41402abc4b2a76b9719d911017c592")
}

/// Returns the document of a profile as the service stored it.
pub(crate) fn after(number: u64) -> Document {
    let document = format!(r#"{{"id":{number},"email":"new@contoso.com"}}"#);
    Document::new(
        document.into_bytes(),
        Version::Etag(format!("etag-{number}-after")),
    )
}

pub(crate) fn finish(number: u64) -> Transition {
    Transition::Finish {
        after: after(number),
        ids: ids(number),
        note: None,
    }
}

pub(crate) fn skip(code: &str) -> Transition {
    Transition::Skip {
        cause: cause(code),
        after: None,
    }
}

pub(crate) fn ids(number: u64) -> ResponseIds {
    ResponseIds {
        request_id: Some(format!("service-{number}")),
        correlation_id: Some(format!("correlation-{number}")),
    }
}

pub(crate) fn run_info() -> RunInfo {
    RunInfo {
        id: "1b671a64-40d5-491e-99b0-da01ff1f3341".to_owned(),
        plans: vec![first_plan()],
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
        source: Source {
            location: Some(format!("customers.csv:{}", number + 1)),
            raw: Some(r#"["new@contoso.com"]"#.to_owned()),
        },
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
        ids: ResponseIds::default(),
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
        .begin(
            &first_plan(),
            second(0),
            &mut (1..=profiles).map(|n| Ok(new_row(n))),
        )
        .await
}

fn path(folder: &Path) -> std::path::PathBuf {
    folder.join("RUN.db")
}
