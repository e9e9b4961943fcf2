//! What a script reads on stderr with `--error-format json`: one line with one JSON object.

use billing_core::Error;
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
        report.retry_after_seconds = error.retry_after().map(|wait| wait.as_secs_f64());
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
