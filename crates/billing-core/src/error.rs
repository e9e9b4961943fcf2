//! The one error of the clients: opaque, the size of a pointer, asked by predicates.

mod predicates;
mod service;

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::header::ETAG;
use http::{HeaderMap, StatusCode};

use crate::credential::SignInFailure;
use crate::headers::{ROUTING_REQUEST_ID, rate_limits_remaining};
use crate::{ClaimsChallenge, PollToken, UpdateOutcome};
pub use service::{ServiceError, ServiceErrorDetail};

type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong, whose word it is, and whether a write may have happened all the same.
///
/// `Display` states this layer only; walk [`source`](StdError::source) for the rest.
/// None of them repeats what a body carried, but for the service's error code: a message that the
/// service wrote may quote what was sent, so it has to be asked for, by
/// [`service_error`](Self::service_error).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Source>,
    status: Option<StatusCode>,
    service: Option<ServiceError>,
    claims_challenge: Option<ClaimsChallenge>,
    sign_in_failure: Option<SignInFailure>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    correlation_vector: Option<String>,
    routing_request_id: Option<String>,
    remaining: BTreeMap<String, u64>,
    retry_after: Option<Duration>,
    json_path: Option<String>,
    poll_token: Option<PollToken>,
    document: Option<Vec<u8>>,
    etag: Option<String>,
    outcome: Option<UpdateOutcome>,
    attempts: u32,
    elapsed: Duration,
    last_status: Option<StatusCode>,
    may_have_taken_effect: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    InvalidInput,
    Credential,
    Setup,
    Connect,
    UntrustedCertificate,
    /// No TLS where it is expected.
    NoTls,
    /// No HTTP where it is expected.
    NoHttp,
    Timeout,
    Interrupted,
    Throttled,
    TooLarge,
    Service,
    Decode,
    ForeignOrigin,
    Protocol,
    StillRunning,
    OperationFailed,
    OperationCanceled,
    OperationLost,
    OtherResource,
    EditRefused,
    Conflict,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
            status: None,
            service: None,
            claims_challenge: None,
            sign_in_failure: None,
            request_id: None,
            correlation_id: None,
            correlation_vector: None,
            routing_request_id: None,
            remaining: BTreeMap::new(),
            retry_after: None,
            json_path: None,
            poll_token: None,
            document: None,
            etag: None,
            outcome: None,
            attempts: 1,
            elapsed: Duration::ZERO,
            last_status: None,
            may_have_taken_effect: false,
        }))
    }

    /// An argument that cannot be sent; nothing left this machine.
    ///
    /// The message names the argument and what to do about it.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// A [`TokenCredential`](crate::TokenCredential) that has no token to give; nothing was sent.
    pub fn credential(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credential, message)
    }

    /// An answer that the service's contract does not allow, found by a client crate in a read.
    pub fn protocol(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Protocol, message)
    }

    /// An answer about another resource than the one that was asked for. For the client crates: returned
    /// by what reads an answer's body, it gets the status and the ids of the answer and, for a read, its
    /// document.
    #[doc(hidden)]
    pub fn other_resource() -> Self {
        Self::new(
            ErrorKind::OtherResource,
            "the answer is about another resource than the one that was asked for",
        )
    }

    /// An edit that was given up before its write, for the reason in `source`. For the client
    /// crates.
    #[doc(hidden)]
    pub fn edit_refused(
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::new(ErrorKind::EditRefused, message).with_source(source)
    }

    /// An edit that was given up after `attempts` stale reads; `last` is the service's last refusal.
    pub fn conflict(attempts: u32, last: Error) -> Self {
        let mut error = Self::new(
            ErrorKind::Conflict,
            format!("somebody else kept changing the resource: gave up after {attempts} attempts"),
        );
        error.0.status = last.0.status;
        error.0.service = last.0.service.clone();
        error.0.request_id = last.0.request_id.clone();
        error.0.correlation_id = last.0.correlation_id.clone();
        error.0.correlation_vector = last.0.correlation_vector.clone();
        error.0.routing_request_id = last.0.routing_request_id.clone();
        error.0.remaining = last.0.remaining.clone();
        error.0.attempts = attempts;
        error.with_source(last)
    }

    /// The same error with the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error with the etag of the resource that it is about. For the client crates.
    #[doc(hidden)]
    #[must_use]
    pub fn with_etag(mut self, etag: Option<String>) -> Self {
        self.0.etag = etag;
        self
    }

    /// The same error as the end of a long-running operation.
    pub(crate) fn of_operation(mut self) -> Self {
        self.0.kind = ErrorKind::OperationFailed;
        self
    }

    pub(crate) fn with_service(mut self, service: ServiceError) -> Self {
        self.0.service = Some(service);
        self
    }

    pub(crate) fn with_claims_challenge(mut self, challenge: Option<ClaimsChallenge>) -> Self {
        self.0.claims_challenge = challenge;
        self
    }

    pub(crate) fn with_sign_in_failure(
        mut self,
        failure: impl Into<Option<SignInFailure>>,
    ) -> Self {
        self.0.sign_in_failure = failure.into();
        self
    }

    pub(crate) fn sign_in_failure(&self) -> Option<SignInFailure> {
        self.0.sign_in_failure
    }

    /// The same error as one of a credential. Its status is that of an authority, not of the service.
    #[cfg(feature = "oauth")]
    pub(crate) fn into_sign_in(mut self) -> Self {
        let mut failure = self.0.sign_in_failure.unwrap_or_default();
        failure.status = self.0.status.take();
        failure.is_untrusted_certificate = self.0.kind == ErrorKind::UntrustedCertificate;
        self.0.sign_in_failure = Some(failure);
        self.with_kind(ErrorKind::Credential)
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_ids(mut self, request: Option<String>, correlation: Option<String>) -> Self {
        self.0.request_id = request;
        self.0.correlation_id = correlation;
        self
    }

    pub(crate) fn with_vector(mut self, vector: Option<String>) -> Self {
        self.0.correlation_vector = vector;
        self
    }

    /// What else an answer's headers say of the request.
    pub(crate) fn with_headers(mut self, headers: &HeaderMap) -> Self {
        let routing = headers.get(ROUTING_REQUEST_ID);
        let routing = routing.and_then(|id| id.to_str().ok());
        let routing = routing.filter(|id| id.len() <= 256);
        self.0.routing_request_id = routing.map(str::to_owned);
        self.0.remaining = rate_limits_remaining(headers);
        if self.0.etag.is_none() {
            let etag = headers.get(ETAG).and_then(|etag| etag.to_str().ok());
            let etag = etag.map(str::trim).filter(|etag| etag.len() <= 1024);
            self.0.etag = etag.map(|etag| unquoted(etag).to_owned());
        }
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_json_path(mut self, path: Option<String>) -> Self {
        self.0.json_path = path;
        self
    }

    pub(crate) fn with_poll_token(mut self, token: PollToken) -> Self {
        self.0.poll_token = Some(token);
        self
    }

    /// The document that a read was answered with.
    pub(crate) fn with_document(mut self, document: Vec<u8>) -> Self {
        self.0.document = Some(document);
        self
    }

    /// What the resource shows of the change.
    pub(crate) fn with_outcome(mut self, outcome: UpdateOutcome) -> Self {
        self.0.outcome = Some(outcome);
        self
    }

    pub(crate) fn with_effect(mut self, may_have_taken_effect: bool) -> Self {
        self.0.may_have_taken_effect = may_have_taken_effect;
        self
    }

    /// The same error after so many attempts, which took so long together. For the client crates.
    #[doc(hidden)]
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// What was tried before it was given up.
    pub(crate) fn with_effort(
        mut self,
        attempts: u32,
        elapsed: Duration,
        last_status: Option<StatusCode>,
    ) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self.0.last_status = last_status;
        self
    }

    /// A word for what went wrong, such as `timeout`, from a small fixed set: for logs and scripts. To
    /// decide what to do, ask the predicates. Spans have it as `error.type`.
    pub fn kind_name(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::InvalidInput => "invalid_input",
            ErrorKind::Credential => "credential",
            ErrorKind::Setup => "setup",
            ErrorKind::Connect => "connect",
            ErrorKind::UntrustedCertificate => "untrusted_certificate",
            ErrorKind::NoTls => "no_tls",
            ErrorKind::NoHttp => "no_http",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Interrupted => "connection_broken",
            ErrorKind::Throttled => "throttled",
            ErrorKind::TooLarge => "too_large",
            ErrorKind::Service => "service",
            ErrorKind::Decode => "decode",
            ErrorKind::ForeignOrigin => "foreign_origin",
            ErrorKind::Protocol => "protocol",
            ErrorKind::StillRunning => "still_running",
            ErrorKind::OperationFailed => "operation_failed",
            ErrorKind::OperationCanceled => "operation_canceled",
            ErrorKind::OperationLost => "operation_lost",
            ErrorKind::OtherResource => "other_resource",
            ErrorKind::EditRefused => "edit_refused",
            ErrorKind::Conflict => "conflict",
        }
    }

    /// No complete answer came, whatever was sent.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted
        )
    }

    /// The service answered, and not with success.
    pub(crate) fn is_refusal(&self) -> bool {
        self.0.kind == ErrorKind::Service
    }

    /// The same error with words behind its message.
    pub(crate) fn suffixed(mut self, words: &str) -> Self {
        self.0.message.push_str(words);
        self
    }

    /// The same error with words before its message.
    pub(crate) fn prefixed(mut self, words: &str) -> Self {
        self.0.message.insert_str(0, words);
        self
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.0.status == Some(status)
    }
}

/// A strong etag without its quotes, as a body has it.
fn unquoted(etag: &str) -> &str {
    etag.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(etag)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind)
            .field("message", &inner.message);
        // Only what is known, so that a failing test or a log line stays readable.
        if let Some(status) = &inner.status {
            out.field("status", status);
        }
        if let Some(service) = &inner.service {
            out.field("service", service);
        }
        if let Some(id) = &inner.request_id {
            out.field("request_id", id);
        }
        if let Some(id) = &inner.correlation_id {
            out.field("correlation_id", id);
        }
        if let Some(wait) = &inner.retry_after {
            out.field("retry_after", wait);
        }
        if let Some(path) = &inner.json_path {
            out.field("json_path", path);
        }
        if let Some(token) = &inner.poll_token {
            out.field("poll_token", token);
        }
        if let Some(outcome) = &inner.outcome {
            out.field("outcome", outcome);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.field("attempts", &inner.attempts)
            .field("may_have_taken_effect", &inner.may_have_taken_effect)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
