//! The JSON object that a script reads on stderr with `--error-format json`, on one line.
//!
//! The README of this crate documents its members.

use billing_core::{Error, ServiceError, StoredValue, UnappliedMember, UpdateOutcome};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::exit::Exit;
use crate::failure::{Failure, InputMistake};
use crate::output::stderr;

/// A JSON object: its members in order, without those that have no value.
#[derive(Default)]
pub(crate) struct Line(Vec<(&'static str, Box<RawValue>)>);

impl Line {
    /// Creates the line of a write that did not fail.
    pub(crate) fn of_result(outcome: &'static str) -> Self {
        Self::default().with("outcome", outcome)
    }

    /// Adds a member, unless it is `None` or an empty list.
    pub(crate) fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        // Texts and numbers can always be written.
        let value = to_raw_value(&value).unwrap_or_default();
        if !matches!(value.get(), "null" | "[]") {
            self.0.push((name, value));
        }
        self
    }

    /// Writes the line of a write that did not fail, if a script reads stderr.
    pub(crate) fn write_result(&self) {
        if stderr::is_for_scripts() {
            stderr::write_json(&self.named("result"));
        }
    }

    fn named(&self, name: &str) -> String {
        let line = serde_json::to_string(self).unwrap_or_default();
        format!(r#"{{"{name}":{line}}}"#)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Returns the line of a failure.
pub(crate) fn error(failure: &Failure) -> String {
    let details = &*failure.0;
    let error = failure.client_error();
    let kind = match details.exit {
        Exit::Done | Exit::Failed => "failed",
        Exit::Usage => "usage",
        Exit::StillRunning => "still_running",
        Exit::Unknown => "outcome_unknown",
        Exit::Interrupted => "signal",
    };
    let kind = error.map_or(kind, Error::kind_name);
    let resume_token = failure.resume_tokens();
    let is_unknown = details.exit == Exit::Unknown;
    let may_have_taken_effect = error.map_or(is_unknown, Error::may_have_taken_effect)
        || details.may_have_taken_effect
        || resume_token.is_some();
    let service = error.and_then(Error::service_error);
    // The service knows only ids that have reached it.
    let sent = error.filter(|error| error.status().is_some() || error.may_have_taken_effect());
    let attempted = error.filter(|error| {
        sent.is_some() || error.is_connect() || error.is_timeout() || error.is_interrupted()
    });
    let request_id = sent.and_then(Error::request_id);
    let retry_after = error.and_then(Error::retry_after);
    let members = error.and_then(Error::outcome).map(UpdateOutcome::unapplied);
    let members = members.unwrap_or_default().iter().chain(&details.unapplied);
    Line::default()
        .with("kind", details.kind.unwrap_or(kind))
        .with("exit_code", details.exit.code())
        .with("message", failure.message())
        .with("may_have_taken_effect", may_have_taken_effect)
        .with(
            "status",
            error.and_then(Error::status).map(|status| status.as_u16()),
        )
        .with("code", service.and_then(ServiceError::code))
        .with("service_message", service.and_then(ServiceError::message))
        .with("details", service.map(findings))
        .with("request_id", request_id.or(details.request_id.as_deref()))
        .with("correlation_id", sent.and_then(Error::correlation_id))
        .with("attempts", attempted.map(Error::attempts))
        .with(
            "retry_after_seconds",
            retry_after.map(|wait| wait.as_secs_f64()),
        )
        .with("unapplied", unapplied(members))
        .with("mistakes", mistakes(&details.mistakes))
        .with("resume_token", resume_token)
        .with("hint", details.hint.as_deref())
        .named("error")
}

/// Returns the service's findings as a script reads them.
fn findings(service: &ServiceError) -> Vec<Line> {
    let findings = service.details().iter().map(|finding| {
        let line = Line::default().with("code", finding.code());
        let line = line.with("target", finding.target());
        line.with("message", finding.message())
    });
    findings.collect()
}

/// Returns the mistakes in an input file as a script reads them.
fn mistakes(mistakes: &[InputMistake]) -> Vec<Line> {
    let mistakes = mistakes.iter().map(|mistake| {
        let line = Line::default().with("location", mistake.location.as_deref());
        let line = line.with("column", mistake.column.as_deref());
        let line = line.with("message", mistake.message.as_str());
        line.with("hint", mistake.hint.as_deref())
    });
    mistakes.collect()
}

/// Returns members that are not stored as requested, as a script reads them.
pub(crate) fn unapplied<'a>(members: impl IntoIterator<Item = &'a UnappliedMember>) -> Vec<Line> {
    let members = members.into_iter().map(|member| {
        let stored = match member.stored() {
            StoredValue::Unchanged => "unchanged",
            StoredValue::OtherForm => "other_form",
            _ => "unknown",
        };
        let line = Line::default().with("path", member.path().to_string());
        line.with("stored", stored)
    });
    members.collect()
}
