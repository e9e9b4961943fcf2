//! The one error of the clients: opaque, the size of a pointer, told apart by predicates.

pub(crate) mod kind;
mod predicates;
pub(crate) mod service;
mod sign_in;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::sign_in_failure::SignInFailure;
use crate::error::kind::ErrorKind;
use crate::error::service::ServiceError;
use crate::exchange::Exchange;
use crate::outcome::update_outcome::UpdateOutcome;
use crate::poller::token::PollToken;

type Source = Box<dyn StdError + Send + Sync>;

/// The error of every operation: what went wrong, who reported it, and whether a write may have
/// taken effect all the same.
///
/// Ask its predicates, such as [`is_conflict`](Self::is_conflict), to decide what to do, and
/// [`may_have_taken_effect`](Self::may_have_taken_effect) before a write is repeated:
///
/// ```
/// use billing_core::Error;
///
/// fn next_step(error: &Error) -> String {
///     if error.is_throttled() {
///         format!("wait {:?}", error.retry_after().unwrap_or_default())
///     } else if error.may_have_taken_effect() {
///         "read the resource before the write is repeated".to_owned()
///     } else {
///         format!("nothing was changed: {error}")
///     }
/// }
/// # next_step(&Error::invalid_input("the id is empty"));
/// ```
///
/// `Display` shows this layer only; walk [`source`](StdError::source) for the causes. Neither
/// `Display` nor `Debug` repeats a body, except for the service's error code: a message that the
/// service wrote may quote what was sent. [`service_error`](Self::service_error) has it.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Source>,
    exchange: Exchange,
    service: Option<ServiceError>,
    claims_challenge: Option<ClaimsChallenge>,
    sign_in_failure: Option<SignInFailure>,
    json_path: Option<String>,
    poll_token: Option<PollToken>,
    document: Option<Vec<u8>>,
    /// The etag in the body, which counts more than the header's.
    etag: Option<String>,
    outcome: Option<UpdateOutcome>,
    may_have_taken_effect: bool,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
            exchange: Exchange::default(),
            service: None,
            claims_challenge: None,
            sign_in_failure: None,
            json_path: None,
            poll_token: None,
            document: None,
            etag: None,
            outcome: None,
            may_have_taken_effect: false,
        }))
    }

    /// Creates the error of an argument that cannot be sent; nothing was sent.
    ///
    /// The message should name the argument and what to do about it.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// Creates the error of a [`TokenCredential`](crate::TokenCredential) without a token; nothing
    /// was sent.
    pub fn credential(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credential, message)
    }

    /// Creates the error of a response to a read that the service's contract does not allow.
    pub fn protocol(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Protocol, message)
    }

    /// Creates the error of a response that is about another resource than the requested one. For
    /// the client crates: returned by the function that reads a body, it gets the response's status
    /// and ids and, for a read, its document.
    #[cfg_attr(not(feature = "__client"), doc(hidden))]
    pub fn other_resource() -> Self {
        Self::new(
            ErrorKind::OtherResource,
            "the response is about another resource than the requested one",
        )
    }

    /// Creates the error of an edit that was given up before its write, for the reason in `source`.
    /// For the client crates.
    #[cfg(feature = "__client")]
    pub fn edit_refused(message: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::new(ErrorKind::EditRefused, message).with_source(source)
    }

    /// Creates the error of a body that does not match its type, with the path of the member that
    /// does not. For the client crates.
    #[cfg_attr(not(feature = "__client"), doc(hidden))]
    pub fn unreadable(format: &str, path: Option<String>) -> Self {
        let message = match &path {
            Some(path) => format!("could not read the {format} at `{path}`"),
            None => format!("could not read the {format}"),
        };
        let mut error = Self::new(ErrorKind::Decode, message);
        error.0.json_path = path;
        error
    }

    /// Creates the error of an edit that was given up after `attempts` stale reads. It keeps
    /// everything that is known of `last`, the service's last error response, which becomes its
    /// source.
    pub fn conflict(attempts: u32, last: Error) -> Self {
        let message =
            format!("somebody else kept changing the resource: gave up after {attempts} attempts");
        let mut error = Self::new(ErrorKind::Conflict, message);
        error.0.exchange = Exchange {
            attempts,
            ..last.0.exchange.clone()
        };
        error.0.service = last.0.service.clone();
        error.0.claims_challenge = last.0.claims_challenge.clone();
        error.0.etag = last.0.etag.clone();
        error.with_source(last)
    }

    /// Sets the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Sets the etag of the resource, as its body has it. For the client crates.
    #[cfg(feature = "__client")]
    #[must_use]
    pub fn with_etag(mut self, etag: Option<String>) -> Self {
        self.0.etag = etag;
        self
    }

    /// Sets the number of attempts, and how long they took together. For the client crates.
    #[cfg_attr(not(feature = "__client"), doc(hidden))]
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.exchange.attempts = attempts;
        self.0.exchange.elapsed = elapsed;
        self
    }

    pub(crate) fn with_exchange(mut self, exchange: Exchange) -> Self {
        self.0.exchange = exchange;
        self
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.0.exchange
    }

    pub(crate) fn exchange_mut(&mut self) -> &mut Exchange {
        &mut self.0.exchange
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.exchange.retry_after = retry_after;
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
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

    pub(crate) fn with_sign_in_failure(mut self, failure: Option<SignInFailure>) -> Self {
        self.0.sign_in_failure = failure;
        self
    }

    pub(crate) fn sign_in_failure(&self) -> Option<SignInFailure> {
        self.0.sign_in_failure
    }

    pub(crate) fn with_poll_token(mut self, token: PollToken) -> Self {
        self.0.poll_token = Some(token);
        self
    }

    /// Sets the document of the response to a read.
    pub(crate) fn with_document(mut self, document: Vec<u8>) -> Self {
        self.0.document = Some(document);
        self
    }

    /// Sets how much of the change the resource shows.
    pub(crate) fn with_outcome(mut self, outcome: Option<UpdateOutcome>) -> Self {
        self.0.outcome = outcome;
        self
    }

    pub(crate) fn with_effect(mut self, may_have_taken_effect: bool) -> Self {
        self.0.may_have_taken_effect = may_have_taken_effect;
        self
    }

    /// Appends text to the message.
    pub(crate) fn suffixed(mut self, text: &str) -> Self {
        self.0.message.push_str(text);
        self
    }

    /// Puts text before the message.
    pub(crate) fn prefixed(mut self, text: &str) -> Self {
        self.0.message.insert_str(0, text);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

// Only what is known, so that a failing test or a log line stays readable, and no document.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind)
            .field("message", &inner.message);
        inner.exchange.fields(&mut out);
        if let Some(etag) = self.etag() {
            out.field("etag", &etag);
        }
        if let Some(service) = &inner.service {
            out.field("service", service);
        }
        if let Some(challenge) = &inner.claims_challenge {
            out.field("claims_challenge", challenge);
        }
        if let Some(failure) = &inner.sign_in_failure {
            out.field("sign_in_failure", failure);
        }
        if let Some(path) = &inner.json_path {
            out.field("json_path", path);
        }
        if let Some(token) = &inner.poll_token {
            out.field("poll_token", token);
        }
        if let Some(document) = &inner.document {
            let hidden = format_args!("[{} bytes hidden]", document.len());
            out.field("document", &hidden);
        }
        if let Some(outcome) = &inner.outcome {
            out.field("outcome", outcome);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.field("may_have_taken_effect", &inner.may_have_taken_effect)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
