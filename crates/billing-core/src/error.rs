//! The one error of the clients: opaque, the size of a pointer, told apart by predicates.

pub(crate) mod kind;
mod predicate_list;
mod predicates;
pub(crate) mod service;
mod sign_in;

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::sign_in_failure::SignInFailure;
use crate::error::kind::ErrorKind;
use crate::error::service::ServiceError;
use crate::exchange::{Exchange, exchange_accessors, known};
use crate::outcome::update_outcome::UpdateOutcome;
use crate::poller::token::PollToken;

type Source = Box<dyn StdError + Send + Sync>;

/// The error of every operation: what went wrong, who reported it, and whether a write may have
/// taken effect all the same. It is one type in all clients, for which an error enum of your own
/// needs one variant.
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
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone, Default)]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// Shared by the clones.
    source: Option<Arc<dyn StdError + Send + Sync>>,
    exchange: Exchange,
    /// How long to wait before a request is sent again: only an error response says that.
    retry_after: Option<Duration>,
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

/// Defines methods that set one field of [`Inner`].
macro_rules! error_setters {
    ($($(#[$doc:meta])* $name:ident($field:ident: $type:ty);)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(mut self, $field: $type) -> Self {
            self.0.$field = $field;
            self
        }
    )*};
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            ..Inner::default()
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

    /// Creates the error of an edit that was given up before its write, for the reason in `source`.
    /// For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn edit_refused(message: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::new(ErrorKind::EditRefused, message).with_source(source)
    }

    /// Creates the error of a write that was not sent, because the resource was changed since the
    /// caller read it. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn changed_meanwhile() -> Self {
        let message = "somebody else has changed the resource since it was read; nothing was sent";
        Self::new(ErrorKind::Conflict, message)
    }

    /// Creates the error of an edit that was given up after `attempts` stale reads. It keeps
    /// everything that is known of `last`, the service's last error response, which becomes its
    /// source.
    pub fn conflict(attempts: u32, last: Error) -> Self {
        let noun = if attempts == 1 { "attempt" } else { "attempts" };
        let message =
            format!("somebody else kept changing the resource: gave up after {attempts} {noun}");
        let mut error = last.clone().with_kind(ErrorKind::Conflict);
        error.0.message = message;
        error.0.exchange.attempts = attempts;
        error.with_source(last)
    }

    /// Sets the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Sets the etag of the resource, as its body has it. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    #[must_use]
    pub fn with_etag(mut self, etag: Option<String>) -> Self {
        self.0.etag = etag;
        self
    }

    /// Sets the number of attempts, and how long they took together. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.exchange.attempts = attempts;
        self.0.exchange.elapsed = elapsed;
        self
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.0.exchange
    }

    pub(crate) fn exchange_mut(&mut self) -> &mut Exchange {
        &mut self.0.exchange
    }

    pub(crate) fn sign_in_failure(&self) -> Option<SignInFailure> {
        self.0.sign_in_failure
    }

    error_setters! {
        with_kind(kind: ErrorKind);
        with_exchange(exchange: Exchange);
        with_retry_after(retry_after: Option<Duration>);
        with_service(service: Option<ServiceError>);
        with_claims_challenge(claims_challenge: Option<ClaimsChallenge>);
        #[cfg_attr(
            not(any(feature = "oauth", feature = "azure-identity")),
            expect(dead_code, reason = "only these credentials sign in")
        )]
        with_sign_in_failure(sign_in_failure: Option<SignInFailure>);
        with_poll_token(poll_token: Option<PollToken>);
        /// Sets the document of the response to a read.
        with_document(document: Option<Vec<u8>>);
        /// Sets how much of the change the resource shows.
        with_outcome(outcome: Option<UpdateOutcome>);
        with_effect(may_have_taken_effect: bool);
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

exchange_accessors!(Error);

/// Creates the error of a response that is about another resource than the requested one. For the
/// client crates: returned by the function that reads a body, it gets the response's status and ids
/// and, for a read, its document.
pub fn other_resource() -> Error {
    Error::new(
        ErrorKind::OtherResource,
        "the response is about another resource than the requested one",
    )
}

/// Creates the error of a body that does not match its type, with the path of the member that does
/// not. For the client crates.
pub fn unreadable(format: &str, path: Option<String>) -> Error {
    let at = path.as_ref().map(|path| format!(" at `{path}`"));
    let message = format!("could not read the {format}{}", at.unwrap_or_default());
    let mut error = Error::new(ErrorKind::Decode, message);
    error.0.json_path = path;
    error
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
        let hidden = |document: &Vec<u8>| Hidden(document.len());
        known(&mut out, "retry_after", &inner.retry_after);
        known(&mut out, "etag", &self.etag());
        known(&mut out, "service", &inner.service);
        known(&mut out, "claims_challenge", &inner.claims_challenge);
        known(&mut out, "sign_in_failure", &inner.sign_in_failure);
        known(&mut out, "json_path", &inner.json_path);
        known(&mut out, "poll_token", &inner.poll_token);
        known(&mut out, "document", &inner.document.as_ref().map(hidden));
        known(&mut out, "outcome", &inner.outcome);
        known(&mut out, "source", &inner.source);
        out.field("may_have_taken_effect", &inner.may_have_taken_effect)
            .finish()
    }
}

/// Shows the size of a document in place of its text.
struct Hidden(usize);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes hidden]", self.0)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
