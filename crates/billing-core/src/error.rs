//! The one error of the clients: opaque, the size of a pointer, asked by predicates.

mod service;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::PollToken;
pub use service::{ServiceError, ServiceErrorDetail};

type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong, whose word it is, and whether a write may have happened all the same.
///
/// `Display` states this layer only; walk [`source`](StdError::source) for the rest.
/// None of them repeats what a body carried, but for the service's error code: a message that the
/// service wrote may quote what was sent, so it has to be asked for, by
/// [`service_error`](Self::service_error).
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    message: String,
    source: Option<Source>,
    status: Option<StatusCode>,
    service: Option<ServiceError>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    correlation_vector: Option<String>,
    retry_after: Option<Duration>,
    json_path: Option<String>,
    poll_token: Option<PollToken>,
    attempts: u32,
    may_have_taken_effect: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidInput,
    Credential,
    Setup,
    Connect,
    Timeout,
    Interrupted,
    TooLarge,
    Service,
    Decode,
    ForeignOrigin,
    Protocol,
    StillRunning,
    OperationFailed,
    Conflict,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
            status: None,
            service: None,
            request_id: None,
            correlation_id: None,
            correlation_vector: None,
            retry_after: None,
            json_path: None,
            poll_token: None,
            attempts: 1,
            may_have_taken_effect: false,
        }))
    }

    /// An argument that cannot be sent; nothing left this machine.
    ///
    /// The message names the argument and what to do about it.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput, message)
    }

    /// A [`TokenCredential`](crate::TokenCredential) that has no token to give; nothing was sent.
    pub fn credential(message: impl Into<String>) -> Self {
        Self::new(Kind::Credential, message)
    }

    /// An answer that the service's contract does not allow, found by a client crate in a read.
    pub fn protocol(message: impl Into<String>) -> Self {
        Self::new(Kind::Protocol, message)
    }

    /// An edit that was given up after `attempts` stale reads; `last` is the service's last refusal.
    pub fn conflict(attempts: u32, last: Error) -> Self {
        let mut error = Self::new(
            Kind::Conflict,
            format!("somebody else kept changing the resource: gave up after {attempts} attempts"),
        );
        error.0.status = last.0.status;
        error.0.service = last.0.service.clone();
        error.0.request_id = last.0.request_id.clone();
        error.0.correlation_id = last.0.correlation_id.clone();
        error.0.correlation_vector = last.0.correlation_vector.clone();
        error.0.attempts = attempts;
        error.with_source(last)
    }

    /// The same error with the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error as the end of a long-running operation.
    pub(crate) fn of_operation(mut self) -> Self {
        self.0.kind = Kind::OperationFailed;
        self
    }

    pub(crate) fn with_service(mut self, service: ServiceError) -> Self {
        self.0.service = Some(service);
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

    pub(crate) fn with_effect(mut self, may_have_taken_effect: bool) -> Self {
        self.0.may_have_taken_effect = may_have_taken_effect;
        self
    }

    /// The same error after so many attempts. For the client crates.
    #[doc(hidden)]
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
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

/// Who raised it, and what to do.
impl Error {
    /// An argument was refused before anything was sent. Correct it; the message says where.
    pub fn is_invalid_input(&self) -> bool {
        self.0.kind == Kind::InvalidInput
    }

    /// The credential gave no token. Sign in, or look at the credential's own error in the chain.
    pub fn is_credential(&self) -> bool {
        self.0.kind == Kind::Credential
    }

    /// No connection came about, so not a byte of the request left. Check endpoint, network, proxy.
    pub fn is_connect(&self) -> bool {
        self.0.kind == Kind::Connect
    }

    /// The HTTP client could not be set up, for want of a trust store for example. Nothing was sent.
    pub fn is_setup(&self) -> bool {
        self.0.kind == Kind::Setup
    }

    /// The connection broke before a complete answer had come. Try a read again; look before a write is
    /// sent again.
    pub fn is_interrupted(&self) -> bool {
        self.0.kind == Kind::Interrupted
    }

    /// The answer is larger than the [`SendOptions`](crate::SendOptions) allow. Allow more.
    pub fn is_too_large(&self) -> bool {
        self.0.kind == Kind::TooLarge
    }

    /// No complete answer in time: ours ran out, or the service answered 408 or 504.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == Kind::Timeout
            || self.has_status(StatusCode::REQUEST_TIMEOUT)
            || self.has_status(StatusCode::GATEWAY_TIMEOUT)
    }

    /// Whether it was our own limit of time, not one of the service.
    pub(crate) fn is_our_timeout(&self) -> bool {
        self.0.kind == Kind::Timeout
    }

    /// The service answered 429. Wait [`retry_after`](Self::retry_after).
    pub fn is_throttled(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// What was to be changed has changed meanwhile: 409, 412, or Partner Center's 400 with code
    /// 2055 ("Error codes"). Read again, then write again.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == Kind::Conflict
            || self.has_status(StatusCode::CONFLICT)
            || self.is_stale_etag()
    }

    /// The etag that was sent is no longer the resource's: 412, or Partner Center's 400 with code
    /// 2055. Nothing was written.
    pub fn is_stale_etag(&self) -> bool {
        self.has_status(StatusCode::PRECONDITION_FAILED)
            || (self.has_status(StatusCode::BAD_REQUEST)
                && self.service_error().and_then(ServiceError::code) == Some("2055"))
    }

    /// The service answered 404: no such id, or none that this caller may see.
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// The service answered 401: the token is missing, expired, or for another audience.
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// The service answered 403: the token is good, but its holder lacks the role.
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// An answer could not be read as what it should be; see [`json_path`](Self::json_path).
    pub fn is_decode(&self) -> bool {
        self.0.kind == Kind::Decode
    }

    /// The service did what its contract does not allow; the message says what. Nothing that the caller
    /// sent is at fault.
    pub fn is_protocol(&self) -> bool {
        self.0.kind == Kind::Protocol
    }

    /// The service pointed to another origin than the configured one. Nothing was sent there. If that
    /// origin is the service's own, [trust](crate::Endpoint::with_trusted_origin) it.
    pub fn is_foreign_origin(&self) -> bool {
        self.0.kind == Kind::ForeignOrigin
    }

    /// The deadline passed while the operation was running. Resume it with
    /// [`poll_token`](Self::poll_token).
    pub fn is_still_running(&self) -> bool {
        self.0.kind == Kind::StillRunning
    }

    /// The service has reported that a long-running operation ended without success: as `Failed`, as
    /// `Canceled`, or with the refusal that the write itself would have met. There is nothing left to
    /// poll. [`service_error`](Self::service_error) has the operation's own code and message; read the
    /// resource where it [may have taken effect](Self::may_have_taken_effect), then decide.
    pub fn is_operation_failed(&self) -> bool {
        self.0.kind == Kind::OperationFailed
    }

    /// Whether a write may have been carried out although this error came back.
    ///
    /// `false` is a promise: nothing changed on the service. That holds for every read, for refused
    /// arguments, for a credential without a token, for connections that never came about, and for
    /// answers in the 400s that HTTP defines, but for 408. Everything else after a write was sent is
    /// unknown, hence `true`: timeouts, broken connections, 408, 499 and other statuses, and success
    /// answers that cannot be read.
    ///
    /// While a long-running operation is polled, `true` means that its outcome is not known yet, as long
    /// as there is a [`poll_token`](Self::poll_token). It is `true` as well for an operation that ended as
    /// `Failed` or `Canceled`: a service should put back what it has changed, but only where that suits
    /// it (Resource Manager, "Asynchronous API reference", "Creating/Updating using PUT").
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }
}

/// What is known.
impl Error {
    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The service's own words: code, message, details, and the raw text.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// The request id that the service answered with, else the one that was sent.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The correlation id that the service answered with, else the one that was sent.
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// The correlation vector (`MS-CV`) that the service answered with, else the one that was sent; Partner Center only.
    pub fn correlation_vector(&self) -> Option<&str> {
        self.0.correlation_vector.as_deref()
    }

    /// How long the service asks to wait, from the moment of its answer; a day at most.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Where in the answer's JSON decoding stopped, for example `properties.address.city`.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// What resumes an operation whose outcome is not known yet.
    pub fn poll_token(&self) -> Option<&PollToken> {
        self.0.poll_token.as_ref()
    }

    /// How many times the whole of it was tried.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
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
