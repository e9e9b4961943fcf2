//! The JSON object that a script reads on stderr with `--error-format json`, on one line.
//!
//! The README of this crate documents its members.

use billing_core::{Error, StoredValue, UnappliedMember, UpdateOutcome};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::stderr;

#[derive(Default, Serialize)]
struct ErrorLine<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
    message: String,
    may_have_taken_effect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unapplied: Vec<Unapplied>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

#[derive(Serialize)]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// A member that is not stored as requested.
#[derive(Serialize)]
pub(crate) struct Unapplied {
    path: String,
    stored: &'static str,
}

/// The line of a write that did not fail.
#[derive(Default, Serialize)]
pub(crate) struct ResultLine<'a> {
    pub(crate) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) changed: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unapplied: Vec<Unapplied>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resume_token: Option<&'a str>,
}

/// Returns the line of a failure.
pub(crate) fn error(failure: &Failure) -> String {
    let details = &*failure.0;
    let mut line = ErrorLine {
        kind: match details.exit {
            Exit::Done | Exit::Failed => "failed",
            Exit::Usage => "usage",
            Exit::StillRunning => "still_running",
            Exit::Unknown => "outcome_unknown",
            Exit::Interrupted => "signal",
        },
        exit_code: details.exit.code(),
        message: failure.message(),
        may_have_taken_effect: details.exit == Exit::Unknown,
        ..ErrorLine::default()
    };
    if let Some(error) = failure.client_error() {
        line.add_client_error(error);
    }
    line.kind = details.kind.unwrap_or(line.kind);
    line.unapplied.extend(unapplied(&details.unapplied));
    line.request_id = line.request_id.or(details.request_id.as_deref());
    line.resume_token = failure.resume_tokens();
    line.may_have_taken_effect |= details.may_have_taken_effect || line.resume_token.is_some();
    line.hint = details.hint.as_deref();
    to_line("error", &line)
}

impl<'a> ErrorLine<'a> {
    fn add_client_error(&mut self, error: &'a Error) {
        let service = error.service_error();
        let details = service.map(|service| service.details()).unwrap_or_default();
        self.kind = error.kind_name();
        self.may_have_taken_effect = error.may_have_taken_effect();
        self.status = error.status().map(|status| status.as_u16());
        self.code = service.and_then(|service| service.code());
        self.service_message = service.and_then(|service| service.message());
        let details = details.iter().map(|detail| Detail {
            code: detail.code(),
            target: detail.target(),
            message: detail.message(),
        });
        self.details = details.collect();
        // The service knows only ids that have reached it.
        let was_sent = error.status().is_some() || error.may_have_taken_effect();
        if was_sent {
            self.request_id = error.request_id();
            self.correlation_id = error.correlation_id();
        }
        if was_sent || error.is_connect() || error.is_timeout() || error.is_interrupted() {
            self.attempts = Some(error.attempts());
        }
        let members = error.outcome().map(UpdateOutcome::unapplied);
        self.unapplied = unapplied(members.unwrap_or_default());
        self.retry_after_seconds = error.retry_after().map(|wait| wait.as_secs_f64());
    }
}

/// Returns members as a script reads them.
pub(crate) fn unapplied(members: &[UnappliedMember]) -> Vec<Unapplied> {
    let members = members.iter().map(|member| Unapplied {
        path: member.path().to_string(),
        stored: match member.stored() {
            StoredValue::Unchanged => "unchanged",
            StoredValue::OtherForm => "other_form",
            _ => "unknown",
        },
    });
    members.collect()
}

/// Writes the line of a write that did not fail, if a script reads stderr.
pub(crate) fn write_result(line: &ResultLine<'_>) {
    if stderr::is_for_scripts() {
        stderr::write_json(&to_line("result", line));
    }
}

fn to_line(name: &str, line: &impl Serialize) -> String {
    // Texts and numbers can always be written.
    let line = serde_json::to_string(line).unwrap_or_default();
    format!(r#"{{"{name}":{line}}}"#)
}
