//! What a script reads on stderr with `--error-format json`: one line with one JSON object.

use billing_core::{Error, StoredValue, UnappliedMember};
use serde::Serialize;

use crate::failure::Exit;

/// The line of an error. The README of this crate documents its members.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorLine<'a> {
    error: ErrorReport<'a>,
}

#[derive(Debug, Default, Serialize)]
struct ErrorReport<'a> {
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
    resume_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// A member that is not stored as it was asked for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Unapplied {
    path: String,
    stored: &'static str,
}

impl Unapplied {
    pub(crate) fn new(member: &UnappliedMember) -> Self {
        Self {
            path: member.path().to_string(),
            stored: match member.stored() {
                StoredValue::Unchanged => "unchanged",
                StoredValue::OtherForm => "other_form",
                _ => "unknown",
            },
        }
    }
}

/// The line of a write that went well.
#[derive(Debug, Serialize)]
pub(crate) struct ResultLine<'a> {
    result: ResultReport<'a>,
}

#[derive(Debug, Serialize)]
struct ResultReport<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unapplied: Vec<Unapplied>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_token: Option<&'a str>,
}

impl<'a> ResultLine<'a> {
    fn new(outcome: &'static str, changed: Option<bool>) -> Self {
        Self {
            result: ResultReport {
                outcome,
                changed,
                unapplied: Vec::new(),
                request_id: None,
                resume_token: None,
            },
        }
    }

    /// All of it is stored, some of it perhaps in another form.
    pub(crate) fn applied(
        changed: Option<bool>,
        unapplied: &[UnappliedMember],
        request_id: Option<&'a str>,
    ) -> Self {
        let mut line = Self::new("applied", changed);
        line.result.unapplied = unapplied.iter().map(Unapplied::new).collect();
        line.result.request_id = request_id;
        line
    }

    /// The service reported success, and nothing tells what was asked for.
    pub(crate) fn not_compared(request_id: Option<&'a str>) -> Self {
        let mut line = Self::new("not_compared", None);
        line.result.request_id = request_id;
        line
    }

    pub(crate) fn nothing_to_change() -> Self {
        Self::new("nothing_to_change", Some(false))
    }

    /// The update runs, and nobody waits for it.
    pub(crate) fn accepted(token: &'a str) -> Self {
        let mut line = Self::new("accepted", None);
        line.result.resume_token = Some(token);
        line
    }
}

impl<'a> ErrorLine<'a> {
    /// The line of a failure that ends with `exit`.
    pub(crate) fn new(exit: Exit, message: String) -> Self {
        let error = ErrorReport {
            kind: match exit {
                Exit::Done | Exit::Failed => "failed",
                Exit::Usage => "usage",
                Exit::StillRunning => "still_running",
                Exit::Unknown => "outcome_unknown",
                Exit::Interrupted => "signal",
            },
            exit_code: exit.code(),
            message,
            may_have_taken_effect: exit == Exit::Unknown,
            ..ErrorReport::default()
        };
        Self { error }
    }

    /// The same with what an error of a client says.
    pub(crate) fn caused_by(mut self, error: &'a Error) -> Self {
        let service = error.service_error();
        let details = service.map(|all| all.details()).unwrap_or_default();
        // Only what has reached the service is known to it.
        let was_sent = error.status().is_some() || error.may_have_taken_effect();
        let report = &mut self.error;
        report.kind = error.kind_name();
        report.may_have_taken_effect = error.may_have_taken_effect();
        report.status = error.status().map(|status| status.as_u16());
        report.code = service.and_then(|all| all.code());
        report.service_message = service.and_then(|all| all.message());
        report.details = details
            .iter()
            .map(|one| Detail {
                code: one.code(),
                target: one.target(),
                message: one.message(),
            })
            .collect();
        if was_sent {
            report.request_id = error.request_id();
            report.correlation_id = error.correlation_id();
        }
        if was_sent || error.is_connect() || error.is_timeout() || error.is_interrupted() {
            report.attempts = Some(error.attempts());
        }
        let outcome = error.outcome().map(|outcome| outcome.unapplied());
        let unapplied = outcome.unwrap_or_default().iter();
        report.unapplied = unapplied.map(Unapplied::new).collect();
        report.retry_after_seconds = error.retry_after().map(|wait| wait.as_secs_f64());
        self
    }

    /// The same with what a comparison with the stored resource found.
    pub(crate) fn unapplied(mut self, kind: Option<&'a str>, members: Vec<Unapplied>) -> Self {
        if let Some(kind) = kind {
            self.error.kind = kind;
        }
        self.error.unapplied.extend(members);
        self
    }

    pub(crate) fn request_id(mut self, id: Option<&'a str>) -> Self {
        self.error.request_id = self.error.request_id.or(id);
        self
    }

    pub(crate) fn may_have_taken_effect(mut self, it_may: bool) -> Self {
        self.error.may_have_taken_effect |= it_may;
        self
    }

    pub(crate) fn resume_token(mut self, token: Option<&'a str>) -> Self {
        self.error.resume_token = token;
        self.error.may_have_taken_effect |= token.is_some();
        self
    }

    pub(crate) fn hint(mut self, hint: Option<&'a str>) -> Self {
        self.error.hint = hint;
        self
    }
}

/// An object on one line.
pub(crate) fn line(object: &impl Serialize) -> String {
    // Texts and numbers only: there is nothing in it that cannot be written.
    serde_json::to_string(object).unwrap_or_default()
}
